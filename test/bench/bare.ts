import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flags } from '../../src/bin/node.mjs';
import { startProcess } from '../lab/process.ts';
import type { Side } from './sides.ts';
import type { World } from './world.ts';

/** A client in Node that probes all edges of a world in turn, so many a second, and does nothing with what it learns. */
export async function startBare(world: World, perSecond: number): Promise<Side> {
  const { folder, caFile, certFile, keyFile } = world;
  const file = join(folder, 'edges.json');
  writeFileSync(file, JSON.stringify(world.partners.flatMap((partner) => partner.edges)));
  const client = await startProcess({
    name: 'bare Node',
    command: process.execPath,
    args: [...flags, join(import.meta.dirname, 'bare-child.ts'), file, caFile, certFile, keyFile, String(perSecond)],
    logFile: join(folder, 'bare.log'),
  });
  return {
    processes: { client: client.pid },
    async stop() {
      await client.stop();
    },
  };
}
