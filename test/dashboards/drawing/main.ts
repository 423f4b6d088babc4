// `npm run drawings`: draws the boards from what their queries give on a real Prometheus that scraped the demo's federation.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { boardNames, boards } from '../../../dashboards/src/boards.ts';
import { substitute, type VariableValues } from '../../../dashboards/src/queries.ts';
import { tool } from '../../lab/debian.ts';
import { edgesOf, observe, settled, type Observed } from '../observed.ts';
import { answersOf } from './answers.ts';
import { drawn } from './panels.ts';
import { block, fitted, ink, picture, words } from './svg.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'dashboards', 'pictures');
const window = { seconds: 80, step: 2 };
const [width, tall, gap] = [1_344, 30, 4];
const head = 44;

/** The partner that the Partner board is drawn for. */
const partner = 'half-dead.example';
const chosen: VariableValues = { job: 'fedmon', tier: '.*', partner: '.*', __range: '2m', __rate_interval: '8s' };

async function drawBoard(observed: Observed, name: (typeof boardNames)[number]): Promise<string> {
  const { title, panels = [] } = boards[name]();
  const of = name === 'partner' ? { ...chosen, partner, edge: await edgesOf(observed, partner) } : chosen;
  const marks = await Promise.all(
    panels.map(async (panel) => {
      const { x = 0, y = 0, w = 24, h = 1 } = panel.gridPos ?? {};
      const box = {
        x: (x * width) / 24 + gap,
        y: head + y * tall + gap,
        w: (w * width) / 24 - 2 * gap,
        h: h * tall - 2 * gap,
      };
      const said = substitute(panel.title ?? '', of);
      if (panel.type === 'row') return [words(box.x + 4, box.y + 16, said, { bold: true, size: 14 })];
      const inside = { x: box.x + 8, y: box.y + 26, w: box.w - 16, h: box.h - 34 };
      const answers = await answersOf(observed, panel, of, window);
      return [
        block(box, ink.panel, 3),
        words(box.x + 8, box.y + 17, fitted(said, box.w - 16, 13), { bold: true, size: 13 }),
        ...drawn(panel, answers, inside, window),
      ];
    }),
  );
  const lines = Math.max(...panels.map(({ gridPos }) => (gridPos?.y ?? 0) + (gridPos?.h ?? 0)));
  const note = 'Our drawing of what the queries give for the demo; Grafana draws it its own way.';
  const top = [
    words(8, 27, title ?? '', { bold: true, size: 18 }),
    words(width - 8, 27, note, { anchor: 'end', fill: ink.faint }),
  ];
  return picture(width, head + lines * tall + gap, [...top, ...marks.flat()]);
}

const prometheus = await tool('prometheus');
if (prometheus === null) throw new Error('prometheus is not on PATH: apt-get install prometheus');
const observed = await observe(prometheus);
try {
  const missing = await settled(observed);
  if (missing.length > 0) throw new Error(`not as their stories say: ${missing.join(', ')}`);
  await pause(window.seconds * 400);
  mkdirSync(folder, { recursive: true });
  for (const name of boardNames) {
    const file = join(folder, `board-${name}.svg`);
    writeFileSync(file, await drawBoard(observed, name));
    process.stdout.write(`${file}\n`);
  }
} finally {
  await observed.stop();
}
