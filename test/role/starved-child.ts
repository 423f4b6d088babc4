import { openSync } from 'node:fs';
import { blindnessOf } from '../../src/federation/blindness.ts';
import { canaryName, lookoutsOf } from '../../src/federation/canary.ts';
import { sipEdge } from '../lab/edges.ts';
import { realBed, realGround } from './real-bed.ts';

/** A worker that looks at its canary without a file descriptor left; says on stderr what it makes of that. */
const host = '127.0.0.1';
const ground = await realGround();
const certificate = await ground.bench.certificate({ names: ['canary.example'], addresses: [host] });
const { port } = await ground.open(sipEdge({ certificate }));
const canary = { host, port, everyMs: 60_000 };
const it = realBed(ground, [], { canary });
const said: (string | null)[] = [];
for (const starving of [false, true]) {
  while (starving) {
    try {
      openSync('/dev/null', 'r');
    } catch {
      break;
    }
  }
  await it.slots(1);
  const looks = await it.store.looks([canaryName]);
  said.push(blindnessOf(lookoutsOf({ canary }, []), looks, it.time.nowMs)?.cause.code ?? null);
}
process.stderr.write(`${JSON.stringify(said)}\n`, () => process.exit(0));
