import { startBare } from './bare.ts';
import { startBlackbox } from './blackbox.ts';
import { atMost, type Figure } from './figures.ts';
import { startFedmon } from './fedmon.ts';
import { costFigures, inTurn, ratio, nodeWarmMs, type Contender, type Rounds } from './paced.ts';
import { rawClient } from './raw.ts';
import type { BenchOptions, Section } from './section.ts';
import { startWorld, type KeyType, type World } from './world.ts';

/** The most that the whole pipeline may cost, as a multiple. */
const wanted = { 'rsa-2048': { theirs: 0.6, raw: 1.5 }, 'p-256': { theirs: 0.75, raw: 1.5 } } as const;
const compiledWarmMs = 2_000;

/** Everybody who can be asked to watch the same edges at the same pace. */
export async function contendersOf(world: World, options: BenchOptions): Promise<readonly Contender[]> {
  const { everyMs, tools, profile, perSecond } = options;
  const units = async (): Promise<number> => (await world.seen()).options;
  const raw = await rawClient();
  return [
    {
      name: 'fedmon',
      start: () => startFedmon(world, { everyMs, prometheus: tools.prometheus, profile }),
      units,
      warmMs: nodeWarmMs,
    },
    { name: 'blackbox_exporter', start: () => startBlackbox(world, everyMs, tools), units, warmMs: 2 * everyMs },
    { name: 'bare Node', start: () => startBare(world, perSecond), units, warmMs: nodeWarmMs },
    ...('missing' in raw
      ? []
      : [{ name: 'bare C', start: () => raw.start(world, perSecond), units, warmMs: compiledWarmMs }]),
  ];
}

export function ratios(all: Rounds, keyType: KeyType): readonly Figure[] {
  const { theirs, raw } = wanted[keyType];
  return [
    atMost('fedmon : blackbox_exporter and Prometheus', ratio(all, 'fedmon', 'blackbox_exporter'), theirs),
    {
      what: 'bare Node : blackbox_exporter and Prometheus',
      value: ratio(all, 'bare Node', 'blackbox_exporter').toFixed(2),
    },
    ...(all.has('bare C') ? [atMost('fedmon : bare C', ratio(all, 'fedmon', 'bare C'), raw)] : []),
  ];
}

async function run(options: BenchOptions): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  const raw = await rawClient();
  figures.push({ what: 'the bare client in C', value: 'missing' in raw ? raw.missing : raw.version });
  const edges = Math.round((options.perSecond * options.everyMs) / 1_000);
  for (const keyType of options.keyTypes) {
    options.say(`${keyType}: ${String(edges)} edges every ${String(options.everyMs / 1_000)} s`);
    const world = await startWorld({ keyType, partners: edges, edgesEach: 1, sharers: 1 });
    try {
      const all = await inTurn(await contendersOf(world, options), options);
      const own = [...costFigures(all, 'probe', options.perSecond), ...ratios(all, keyType)];
      figures.push(...own.map((figure) => ({ ...figure, what: `${keyType}: ${figure.what}` })));
    } finally {
      await world.stop();
    }
  }
  return figures;
}

export const edgeSection: Section = {
  name: 'edge',
  says: `One probe of a distinct edge: TCP, a full TLS 1.3 handshake with a client certificate, OPTIONS and its answer. All sides probe the same servers at the same pace, in turn. Of fedmon all is counted: DNS, queue, store (a Redis that writes its append-only file), judgement, exporter, and a Prometheus that scrapes every 15 s. blackbox_exporter looks no names up here, and keeps one sample of a probe and no evidence. The bare client in C (\`raw.c\`, OpenSSL) does the handshake and the request, and nothing with what it learns; the bare client in Node does the same with \`node:tls\`, one connection after the other at the pace.`,
  long: false,
  run,
};
