import type { Observation } from '../../src/federation/observation.ts';
import type { Partner } from '../../src/federation/partner.ts';
import type { Platform } from '../../src/federation/platform.ts';
import type { JudgedState } from '../../src/federation/state.ts';
import type { DnsRecord } from '../../src/net/net.ts';
import type { VersionAnswer } from '../../src/probe/tls/facts.ts';
import { certificateFacts, type EdgeScript, type NetScript } from '../fakes/scripted-net.ts';

// What scenarios are made of. A kind keeps its own in test/probe/<kind>/scenarios.ts, exported as `scenarios`.

export interface Scenario {
  readonly name: string;
  readonly net: NetScript;
  readonly partner?: Partial<Partner>;
  /** How many resolvers are configured; 1 unless told. */
  readonly resolvers?: number;
  /** What we run ourselves; nothing unless told. */
  readonly ours?: Platform;
  /** `mon.example` unless told. */
  readonly ourDomain?: string;
  /** What the edges said when they were asked for TLS versions. */
  readonly versions?: readonly VersionAnswer[];
  /** As if SIP was not asked in this slot, and its last answer stands. */
  readonly kept?: NonNullable<Observation<unknown>['kept']>;
  readonly state: JudgedState;
  /** Every code, the cause first; others are forbidden. */
  readonly codes: readonly string[];
}

export const srvName = '_sipfederationtls._tcp.a.example';
export const srv = (target: string, over: { priority?: number; port?: number } = {}): DnsRecord => ({
  type: 'SRV',
  name: srvName,
  ttl: 300,
  priority: over.priority ?? 10,
  weight: 0,
  port: over.port ?? 5061,
  target,
});
export const a = (name: string, address: string): DnsRecord => ({ type: 'A', name, ttl: 300, address });

/** Answers OPTIONS with this status line, echoing what a transaction needs. */
export const answering =
  (status: string, more = '') =>
  (request: string): readonly string[] => {
    const line = (name: string): string => new RegExp(`^${name}: .*$`, 'm').exec(request)?.[0] ?? '';
    const head = [`SIP/2.0 ${status}`, line('Via'), line('From'), `${line('To')};tag=x`, line('Call-ID'), line('CSeq')];
    return [`${head.join('\r\n')}\r\n${more}Content-Length: 0\r\n\r\n`];
  };

export const hour = 3_600_000;
export const fromNow = (ms: number): string => new Date(Date.now() + ms).toISOString();
export const good = certificateFacts({ notBefore: fromNow(-2400 * hour), notAfter: fromNow(2400 * hour) });
export const sound: EdgeScript = { tls: { chain: [good] }, replies: answering('200 OK') };
export const certificate = (over: Parameters<typeof certificateFacts>[0], tls: EdgeScript['tls'] = {}): EdgeScript => ({
  ...sound,
  tls: { chain: [{ ...good, ...over }], ...tls },
});
export const sipAnswer = (replies: NonNullable<EdgeScript['replies']>, over: EdgeScript = {}): EdgeScript => ({
  ...sound,
  ...over,
  replies,
});

/** One edge at 192.0.2.1 behind an orderly route. */
export const behind = (edge: EdgeScript): NetScript => ({
  dns: { [`${srvName} SRV`]: [srv('sip.a.example')], ...addresses('sip.a.example', '192.0.2.1') },
  edges: { '192.0.2.1:5061': edge },
});
export const addresses = (host: string, address: string): NonNullable<NetScript['dns']> => ({
  [`${host} A`]: [a(host, address)],
  [`${host} AAAA`]: 'dns_nodata',
});
export const dnsOnly = (dns: NonNullable<NetScript['dns']>): NetScript => ({
  dns,
  edges: { '192.0.2.1:5061': sound, '192.0.2.2:5061': sound },
});
