import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DnsServer } from '../../src/net/net.ts';
import type { Tool } from '../lab/debian.ts';
import { freePort } from '../lab/ports.ts';
import { answersDns } from './dns-ready.ts';
import { startPeer, type Peer } from './program.ts';
import { zoneFile, type Zones } from './zone.ts';

/** Starts knotd, authoritative for these zones; it refuses to speak about any other. */
export function startKnot(tool: Tool, zones: Zones): Promise<Peer<DnsServer>> {
  return startPeer(tool, async (folder) => {
    const server = { address: '127.0.0.1', port: await freePort() };
    writeFileSync(join(folder, 'knot.conf'), configuration(folder, server, Object.keys(zones)));
    mkdirSync(join(folder, 'run'));
    for (const [name, records] of Object.entries(zones)) {
      if (records !== null) writeFileSync(join(folder, `${name}.zone`), zoneFile(name, records));
    }
    return {
      args: ['-c', join(folder, 'knot.conf')],
      answers: async () => ((await answersDns(server)) ? server : null),
    };
  });
}

/** What every knotd here is told: one small server in its folder, which writes to stderr. */
export function knotServer(folder: string, server: DnsServer): string {
  return `server:
    rundir: ${join(folder, 'run')}
    listen: ${server.address}@${String(server.port)}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
log:
  - target: stderr
    any: notice
database:
    storage: ${folder}
`;
}

function configuration(folder: string, server: DnsServer, names: readonly string[]): string {
  return `${knotServer(folder, server)}template:
  - id: default
    storage: ${folder}
    file: "%s.zone"
    zonefile-sync: -1
    journal-content: none
zone:
${names.map((name) => `  - domain: ${name}`).join('\n')}
`;
}
