import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Answered, Window } from './answers.ts';
import { rowsOf } from './rows.ts';
import { groundOf, lookOf, shown } from './shown.ts';
import { block, fitted, ink, path, words, type Box } from './svg.ts';

/** What is drawn inside a panel, from what its queries gave. */
type Drawer = (panel: Panel, answers: readonly Answered[], inside: Box, window: Window) => readonly string[];

const hues = ['#3d71d9', '#d9962e', '#3d9a63', '#8a6fd1', '#d92b20', '#2a9fb0', '#b5588f', '#7a8699'] as const;

interface Line {
  readonly name: string;
  readonly points: readonly (readonly [at: number, value: number])[];
}

const linesOf = (answers: readonly Answered[]): readonly Line[] =>
  answers.flatMap(({ series, nameOf }) => series.map(({ labels, points }) => ({ name: nameOf(labels), points })));

const nothing = (panel: Panel, { x, y, w, h }: Box): readonly string[] => {
  const text = lookOf(panel, '').noValue ?? 'No data';
  return [words(x + w / 2, y + h / 2, fitted(text, w), { anchor: 'middle', fill: ink.faint })];
};

const stat: Drawer = (panel, answers, box) => {
  const [line] = linesOf(answers);
  const value = line?.points.at(-1)?.[1];
  if (value === undefined) return nothing(panel, box);
  const look = lookOf(panel, '');
  const size = Math.min(34, box.h * 0.55);
  const middle = box.y + box.h / 2 + size / 3;
  const text = shown(value, look, Date.now()).text;
  return [
    block(box, groundOf(value, look), 3),
    words(box.x + box.w / 2, middle, text, { size, anchor: 'middle', fill: '#ffffff', bold: true }),
  ];
};

const bars: Drawer = (panel, answers, box) => {
  const all = linesOf(answers).map(({ name, points }) => ({ name, value: points.at(-1)?.[1] ?? 0 }));
  if (all.length === 0) return nothing(panel, box);
  const most = lookOf(panel, '').max ?? Math.max(...all.map(({ value }) => value), 1);
  const tall = Math.min(26, box.h / all.length);
  const [name, number] = [box.w * 0.5, 52];
  return all.flatMap((each, at) => {
    const y = box.y + at * tall;
    const { text, color } = shown(each.value, lookOf(panel, each.name), Date.now());
    const bar = { x: box.x + name, y: y + 2, w: box.w - name - number, h: tall - 4 };
    const share = Math.min(1, Math.max(0, each.value / most));
    const size = Math.min(12, tall - 2);
    return [
      words(box.x + name - 6, y + tall / 2 + 4, fitted(each.name, name - 8, size), { anchor: 'end', size }),
      block(bar, ink.ground, 2),
      block({ ...bar, w: bar.w * share }, color ?? hues[0], 2),
      words(box.x + box.w, y + tall / 2 + 4, text, { anchor: 'end', bold: true, size }),
    ];
  });
};

const table: Drawer = (panel, answers, box) => {
  const { columns, rows } = rowsOf(panel, answers);
  if (rows.length === 0) return nothing(panel, box);
  const tall = 21;
  const fits = Math.max(1, Math.floor(box.h / tall) - 1);
  const texts = rows.slice(0, fits).map((row) =>
    columns.map((name) => {
      const cell = row[name];
      if (cell === undefined || Number.isNaN(cell)) return { text: '–', color: null, filled: false };
      const look = lookOf(panel, name);
      return { ...shown(cell, look, Date.now()), filled: look['custom.cellOptions']?.type === 'color-background' };
    }),
  );
  const widths = columns.map(
    (name, at) => Math.max(name.length, ...texts.map((cells) => cells[at]?.text.length ?? 0)) + 2,
  );
  const unit = box.w / widths.reduce((sum, each) => sum + each, 0);
  const left = widths.map((_, at) => box.x + unit * widths.slice(0, at).reduce((sum, each) => sum + each, 0));
  const place = (at: number, line: number): Box => ({
    x: left[at] ?? 0,
    y: box.y + line * tall,
    w: unit * (widths[at] ?? 0),
    h: tall,
  });
  const cellAt = (at: number, line: number, text: string, fill: string, bold = false): string => {
    const { x, y, w } = place(at, line);
    return words(x + 4, y + 15, fitted(text, w - 4), { fill, bold });
  };
  return [
    ...columns.map((name, at) => cellAt(at, 0, name, ink.faint, true)),
    ...texts.flatMap((cells, row) => [
      block({ x: box.x, y: box.y + (row + 1) * tall, w: box.w, h: 1 }, ink.line),
      ...cells.flatMap(({ text, color, filled }, at) => [
        ...(filled && color !== null ? [block({ ...place(at, row + 1), h: tall - 1 }, color)] : []),
        cellAt(at, row + 1, text, filled ? '#101418' : (color ?? ink.text)),
      ]),
    ]),
  ];
};

/** Colours along the time, a row for each series. */
const timeline: Drawer = (panel, answers, box, { seconds, step }) => {
  const all = linesOf(answers);
  if (all.length === 0) return nothing(panel, box);
  const tall = Math.min(24, box.h / Math.min(all.length, 20));
  const name = box.w * 0.3;
  const from = Date.now() / 1_000 - seconds;
  const scale = (box.w - name) / seconds;
  return all.slice(0, 20).flatMap(({ name: called, points }, row) => {
    const y = box.y + row * tall;
    const size = Math.min(12, tall - 2);
    const runs: { at: number; until: number; value: number }[] = [];
    for (const [at, value] of points) {
      const last = runs.at(-1);
      if (last?.value === value && at - last.until < step / 2) last.until = at + step;
      else runs.push({ at, until: at + step, value });
    }
    return [
      words(box.x + name - 6, y + tall / 2 + 4, fitted(called, name - 8, size), { anchor: 'end', size }),
      ...runs.map(({ at, until, value }) => {
        const { color } = shown(value, lookOf(panel, called), Date.now());
        const x = box.x + name + Math.max(0, at - from) * scale;
        const w = Math.min((until - at) * scale, box.x + box.w - x);
        return block({ x, y: y + 1, w, h: tall - 2 }, color ?? hues[0]);
      }),
    ];
  });
};

const lines: Drawer = (panel, answers, box, { seconds }) => {
  const all = linesOf(answers).slice(0, 12);
  if (all.length === 0) return nothing(panel, box);
  const legend = 16 * Math.ceil(all.length / 4);
  const plot = { x: box.x + 44, y: box.y + 4, w: box.w - 48, h: box.h - legend - 8 };
  const look = lookOf(panel, '');
  const most = look.max ?? (Math.max(...all.flatMap(({ points }) => points.map(([, value]) => value))) * 1.1 || 1);
  const from = Date.now() / 1_000 - seconds;
  const axis = [0, 0.5, 1].flatMap((share) => {
    const y = plot.y + plot.h * (1 - share);
    const text = shown(most * share, look, Date.now()).text;
    return [
      block({ ...plot, y, h: 1 }, ink.line),
      words(plot.x - 6, y + 4, text, { anchor: 'end', size: 10, fill: ink.faint }),
    ];
  });
  return [
    ...axis,
    ...all.flatMap(({ name, points }, at) => {
      const color = lookOf(panel, name).color?.fixedColor ?? hues[at % hues.length] ?? ink.text;
      const [x, y] = [box.x + 8 + (at % 4) * (box.w / 4), box.y + box.h - legend + 12 + Math.floor(at / 4) * 16];
      const drawn = points.map(([when, value]): [number, number] => [
        plot.x + (Math.max(0, when - from) / seconds) * plot.w,
        plot.y + plot.h * (1 - Math.min(1, Math.max(0, value / most))),
      ]);
      return [
        path(drawn, color),
        block({ x, y: y - 8, w: 8, h: 8 }, color),
        words(x + 12, y, fitted(name, box.w / 4 - 16, 11), { size: 11 }),
      ];
    }),
  ];
};

const prose: Drawer = ({ options }, _, { x, y, w }) => {
  const content = ((options as { content?: string } | undefined)?.content ?? '').replace(/[*`]/g, '');
  const most = Math.floor(w / 6.2);
  const wrapped = content.split('\n').flatMap((line) => line.match(new RegExp(`.{1,${most}}(?= |$)`, 'g')) ?? []);
  return wrapped.map((line, at) => words(x, y + 14 + at * 16, line.trim()));
};

const drawers: Readonly<Record<string, Drawer>> = {
  stat,
  bargauge: bars,
  table,
  'state-timeline': timeline,
  timeseries: lines,
  text: prose,
};

export function drawn(panel: Panel, answers: readonly Answered[], inside: Box, window: Window): readonly string[] {
  const drawer = drawers[panel.type];
  if (drawer === undefined) throw new Error(`no drawer for ${panel.type}`);
  return drawer(panel, answers, inside, window);
}
