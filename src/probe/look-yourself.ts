import type { Edge } from '../federation/edge.ts';
import type { Finding } from '../federation/finding.ts';
import type { Layer } from '../federation/observation.ts';
import { edgeOf, type Shown } from './letter-facts.ts';

/**
 * A name or address that means itself on every command line: it cannot begin an option (`-`, `+`, `@`), and no shell
 * gives any of its characters a meaning. What is not of this form is left out of a command, not quoted.
 */
const plainName = /^[a-z0-9_](?:[a-z0-9._-]{0,251}[a-z0-9])?$/i;
const plainAddress = /^[0-9a-f:.]{2,45}$/i;

function nameIn(args: Finding['args'], key: string): string | null {
  const value = args[key];
  return typeof value === 'string' && plainName.test(value) ? value : null;
}

/** What shows the records of a name: SRV below an underscore, both families of addresses elsewhere. */
function dig(name: string, flags = ''): readonly string[] {
  const types = name.startsWith('_') ? ['SRV'] : ['A', 'AAAA'];
  return types.map((type) => `dig ${flags}${name} ${type}`);
}

function ofDns({ code, args }: Finding): readonly string[] {
  const name = nameIn(args, 'name');
  const target = nameIn(args, 'target');
  const domain = nameIn(args, 'domain');
  const zone = name ?? (domain === null ? null : `_sipfederationtls._tcp.${domain}`);
  return [
    ...(zone === null ? [] : dig(zone)),
    ...(zone !== null && code.includes('dnssec') ? dig(zone, '+cd ') : []),
    ...(target === null ? [] : dig(target)),
  ];
}

/** The address to connect to as `host:port`; double quotes mean the same to every shell, and nothing else is inside. */
function placeOf({ address, port }: Pick<Edge, 'address' | 'port'>): string {
  return address.includes(':') ? `"[${address}]:${String(port)}"` : `${address}:${String(port)}`;
}

function ofTls(edge: Edge, code: string): readonly string[] {
  if (!plainName.test(edge.serverName)) return [];
  const connect = `openssl s_client -connect ${placeOf(edge)} -servername ${edge.serverName}`;
  if (code === 'tls_version') return [`${connect} -tls1_2 </dev/null`];
  return code.startsWith('tls_')
    ? [
        `${connect} -showcerts </dev/null`,
        `${connect} </dev/null | openssl x509 -noout -subject -issuer -serial -dates -ext subjectAltName`,
      ]
    : [`${connect} </dev/null`];
}

/** Command lines with which anybody can see what a finding says; none where no public tool shows it. */
export function lookYourself(finding: Finding, shown: Pick<Shown, 'edges'> | null): readonly string[] {
  if (finding.layer === 'dns') return ofDns(finding);
  const edge = edgeOf(finding, shown);
  if (edge === undefined || !plainAddress.test(edge.address)) return [];
  if (finding.layer === 'tcp' || edge.transport === 'tcp') return [`nc -vz ${edge.address} ${String(edge.port)}`];
  return ofTls(edge, finding.code);
}

const connect = 'openssl s_client -connect ADDRESS:PORT -servername HOST';

/** The same with words to replace, for a text that speaks of no partner in particular. */
export const commandsOf: Readonly<Record<Layer, readonly string[]>> = {
  dns: ['dig _sipfederationtls._tcp.DOMAIN SRV', 'dig HOST A'],
  tcp: ['nc -vz ADDRESS PORT'],
  tls: [`${connect} -showcerts </dev/null`],
  admission: [`${connect} -cert OURS.pem -key OURS.key </dev/null`],
  sip: [`${connect} </dev/null`],
  policy: [`${connect} </dev/null`],
};
