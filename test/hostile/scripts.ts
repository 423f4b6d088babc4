import { addressScripts } from './scripts-address.ts';
import { dnsScripts } from './scripts-dns.ts';
import { sipScripts } from './scripts-sip.ts';
import { tlsScripts } from './scripts-tls.ts';
import type { Script } from './script.ts';

/** Every hostile server, in one numbered list that the suite and the thread of the servers share. */
export const scripts: readonly Script[] = [...dnsScripts, ...addressScripts, ...tlsScripts, ...sipScripts];
