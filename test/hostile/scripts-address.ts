import { answering, asked, dnsServer, dotted, record, srv, types, type Query } from './dns-server.ts';
import { tcpEdge } from './edge-server.ts';
import { host, type Counts, type Script, type Served } from './script.ts';

/** Addresses that only look as if they led to a partner; in hexadecimal, as they stand in the record. */
const addresses: readonly (readonly [text: string, octets: string])[] = [
  ['127.0.0.1', '7f000001'],
  ['0.0.0.0', '00000000'],
  ['10.0.0.1', '0a000001'],
  ['172.16.0.1', 'ac100001'],
  ['192.168.0.1', 'c0a80001'],
  ['100.64.0.1', '64400001'],
  ['169.254.169.254', 'a9fea9fe'],
  ['224.0.0.1', 'e0000001'],
  ['255.255.255.255', 'ffffffff'],
  ['::', '00000000000000000000000000000000'],
  ['::1', '00000000000000000000000000000001'],
  ['::ffff:127.0.0.1', '00000000000000000000ffff7f000001'],
  ['::127.0.0.1', '0000000000000000000000007f000001'],
  ['64:ff9b::127.0.0.1', '0064ff9b00000000000000007f000001'],
  ['64:ff9b:1::127.0.0.1', '0064ff9b00010000000000007f000001'],
  ['2002:7f00:1::', '20027f00000100000000000000000000'],
  ['2001:0::, Teredo', '20010000000000000000000080fffffe'],
  ['fe80::1', 'fe800000000000000000000000000001'],
  ['fec0::1', 'fec00000000000000000000000000001'],
  ['fd00::1', 'fd000000000000000000000000000001'],
  ['ff02::1', 'ff020000000000000000000000000001'],
];

const denied = {
  layer: 'dns',
  state: 'unknown',
  codes: ['egress_denied'],
  allow: [],
  counted: ({ knocks }: Counts) => knocks === 0,
} as const;

/** A resolver that says `of`, given the port of a listener on which nobody may knock. */
async function beside(of: (port: number) => (query: Query) => readonly Buffer[]): Promise<Served> {
  const listener = await tcpEdge(() => undefined);
  const resolver = await dnsServer(answering(of(listener.port)));
  return {
    port: resolver.port,
    counts: () => ({ ...resolver.counts(), knocks: listener.counts()['connections'] ?? 0 }),
    stop: () => Promise.all([resolver.stop(), listener.stop()]),
  };
}

function leadingTo([text, hex]: (typeof addresses)[number]): Script {
  const address = Buffer.from(hex, 'hex');
  const type = address.length === 4 ? types.A : types.AAAA;
  return {
    name: `an address that is not public: ${text}`,
    ...denied,
    serve: () =>
      beside((port) => (query) => {
        if (query.type === types.SRV) return [srv(dotted(host), port)];
        return query.type === type ? [record(asked, type, address)] : [];
      }),
  };
}

/** An SRV target that some readers would take for an address. */
function named(target: string, expected: Pick<Script, 'state' | 'codes'>): Script {
  return {
    name: `a target that is an address: ${target}`,
    ...denied,
    ...expected,
    serve: () =>
      beside(
        (port) =>
          ({ type }) =>
            type === types.SRV ? [srv(dotted(target), port)] : [],
      ),
  };
}

const noName = { state: 'unreachable', codes: ['dns_srv_missing'] } as const;
const noAddress = { state: 'unreachable', codes: ['dns_no_address', 'dns_srv_foreign'] } as const;

/** Where DNS must not lead us: nothing is allowed here, and not one connection may be tried. */
export const addressScripts: readonly Script[] = [
  ...addresses.map(leadingTo),
  named('127.0.0.1', { state: 'misconfigured', codes: ['dns_srv_foreign', 'egress_denied'] }),
  ...['127.1', '0x7f.0.0.1', '0177.0.0.1', 'localhost.localdomain'].map((target) => named(target, noAddress)),
  ...['2130706433', 'localhost'].map((target) => named(target, noName)),
];
