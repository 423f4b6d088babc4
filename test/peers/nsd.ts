import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DnsServer } from '../../src/net/net.ts';
import type { Tool } from '../lab/debian.ts';
import { freePort } from '../lab/ports.ts';
import { answersDns } from './dns-ready.ts';
import { startPeer, type Peer } from './program.ts';
import { zoneFile, type Zones } from './zone.ts';

/** Starts nsd, authoritative for these zones: a second opinion on what knotd does. */
export function startNsd(tool: Tool, zones: Zones): Promise<Peer<DnsServer>> {
  return startPeer(tool, async (folder) => {
    const server = { address: '127.0.0.1', port: await freePort() };
    writeFileSync(join(folder, 'nsd.conf'), configuration(folder, server, Object.keys(zones)));
    for (const [name, records] of Object.entries(zones)) {
      if (records !== null) writeFileSync(join(folder, `${name}.zone`), zoneFile(name, records));
    }
    return {
      args: ['-d', '-c', join(folder, 'nsd.conf')],
      answers: async () => ((await answersDns(server)) ? server : null),
    };
  });
}

function configuration(folder: string, server: DnsServer, names: readonly string[]): string {
  const file = (name: string): string => `"${join(folder, name)}"`;
  return `server:
  ip-address: ${server.address}@${String(server.port)}
  server-count: 1
  username: ""
  chroot: ""
  zonesdir: "${folder}"
  database: ""
  pidfile: ${file('pid')}
  xfrdfile: ${file('xfrd.state')}
  zonelistfile: ${file('zone.list')}
  xfrdir: "${folder}"
remote-control:
  control-enable: no
${names.map((name) => `zone:\n  name: ${name}\n  zonefile: ${name}.zone`).join('\n')}
`;
}
