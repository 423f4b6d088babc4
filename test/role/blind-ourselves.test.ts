import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { blindnessOf } from '../../src/federation/blindness.ts';
import { canaryName, lookoutsOf } from '../../src/federation/canary.ts';
import { fewestWitnesses } from '../../src/role/our-clock.ts';
import { sipEdge } from '../lab/edges.ts';
import { partner } from '../schedule/partner.ts';
import { realBed, realGround } from './real-bed.ts';

// What is wrong with our own machine, told by real servers and by a real shortage.

const ground = await realGround();
const { bench } = ground;

test('many SIP servers tell another time than we have: blind_clock, and nobody is blamed', async () => {
  const react = () => {
    const earlier = new Date(Date.now() - 2 * 3_600_000).toUTCString();
    return { status: 200, reason: 'OK', headers: { Date: earlier } };
  };
  const names = Array.from({ length: fewestWitnesses }, (_, at) => `operator${String(at)}.example`);
  const partners = await Promise.all(
    names.map(async (domain) => {
      const [edge] = await bench.single(domain, (certificate) => ground.open(sipEdge({ certificate, react })));
      return { ...partner(domain, 60_000), route: { host: `sip.${domain}`, port: edge?.port ?? 0 } };
    }),
  );
  const [edge] = await bench.single('canary.example', (certificate) => ground.open(sipEdge({ certificate })));
  const canary = { host: 'sip.canary.example', port: edge?.port ?? 0, everyMs: 60_000 };
  const it = realBed(ground, partners, { canary });
  await it.slots(2);
  const found = blindnessOf(lookoutsOf({ canary }, []), await it.store.looks([canaryName]), it.time.nowMs);
  assert.deepEqual([found?.reason, found?.cause.code], ['clock', 'blind_clock']);
  assert.match(
    found?.cause.summary ?? '',
    /10 of 10 SIP servers tell another time: our clock may be ahead by about 2 hours/,
  );
  const states = [...(await it.store.standings(names)).values()].map(({ state }) => state);
  assert.deepEqual(
    states,
    Array.from(names, () => 'healthy'),
  );
});

test('a worker that has no file descriptor left for its canary: blind_local_resource', async () => {
  const child = fileURLToPath(new URL('./starved-child.ts', import.meta.url));
  const starved = spawn('prlimit', ['--nofile=128', process.execPath, child], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  starved.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(starved, 'close');
  assert.deepEqual(JSON.parse(said.trim().split('\n').at(-1) ?? ''), [null, 'blind_local_resource'], said);
});
