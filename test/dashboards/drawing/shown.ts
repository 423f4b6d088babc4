import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { ink } from './svg.ts';

/** How a panel says that values of a field are shown: what all fields have, and what one of that name has. */
export interface Look {
  readonly unit?: string;
  readonly decimals?: number;
  readonly min?: number;
  readonly max?: number;
  readonly noValue?: string;
  readonly mappings?: readonly Mapping[];
  readonly thresholds?: { readonly steps: readonly { readonly value: number | null; readonly color: string }[] };
  readonly color?: { readonly mode: string; readonly fixedColor?: string };
  readonly 'custom.cellOptions'?: { readonly type: string };
}

type Mapping =
  | { readonly type: 'value'; readonly options: Readonly<Record<string, Word>> }
  | { readonly type: 'range'; readonly options: { readonly from: number; readonly to: number; readonly result: Word } };

interface Word {
  readonly text?: string;
  readonly color?: string;
}

export function lookOf({ fieldConfig }: Panel, field: string): Look {
  const own = (fieldConfig?.overrides ?? []).filter(
    ({ matcher }) => matcher.id === 'byName' && matcher.options === field,
  );
  const changes = own.flatMap(({ properties }) => properties.map(({ id, value }): [string, unknown] => [id, value]));
  return { ...(fieldConfig?.defaults as Look), ...Object.fromEntries(changes) };
}

export interface Shown {
  readonly text: string;
  readonly color: string | null;
}

function mapped(value: number | string, mappings: readonly Mapping[]): Word | undefined {
  for (const mapping of mappings) {
    if (mapping.type === 'value') {
      const word = mapping.options[String(value)];
      if (word !== undefined) return word;
    } else if (mapping.options.from <= Number(value) && Number(value) <= mapping.options.to)
      return mapping.options.result;
  }
  return undefined;
}

function duration(seconds: number): string {
  const size = Math.abs(seconds);
  if (size < 1) return `${Math.round(seconds * 1_000)} ms`;
  const [per, unit] =
    size < 120 ? [1, 's'] : size < 7_200 ? [60, 'min'] : size < 172_800 ? [3_600, 'h'] : [86_400, 'days'];
  return `${Math.round(seconds / per)} ${unit}`;
}

/** A number in the unit, as Grafana would write it. */
function written(value: number, unit: string, decimals: number | undefined, nowMs: number): string {
  const plain = (of: number): string =>
    decimals === undefined ? String(Math.round(of * 100) / 100) : of.toFixed(decimals);
  if (unit === 'percentunit') return `${(value * 100).toFixed(decimals ?? 0)}%`;
  if (unit === 's') return duration(value);
  if (unit === 'dateTimeFromNow')
    return value > nowMs ? `in ${duration((value - nowMs) / 1_000)}` : `${duration((nowMs - value) / 1_000)} ago`;
  if (unit === 'dateTimeAsIso') return new Date(value).toISOString().slice(0, 16).replace('T', ' ');
  return unit.startsWith('suffix:') ? `${plain(value)}${unit.slice('suffix:'.length)}` : plain(value);
}

/** The text and the colour of a value. */
export function shown(value: number | string, look: Look, nowMs: number): Shown {
  const word = mapped(value, look.mappings ?? []);
  const steps = look.thresholds?.steps ?? [];
  const byStep = look.color?.mode === 'thresholds' ? colourAt(Number(value), steps) : null;
  const text = typeof value === 'string' ? value : written(value, look.unit ?? 'short', look.decimals, nowMs);
  return { text: word?.text ?? text, color: word?.color ?? look.color?.fixedColor ?? byStep };
}

function colourAt(value: number, steps: NonNullable<Look['thresholds']>['steps']): string | null {
  return steps.findLast((step) => step.value === null || step.value <= value)?.color ?? null;
}

/** The colour of a stat's ground: by word, else by threshold. */
export const groundOf = (value: number, look: Look): string =>
  mapped(value, look.mappings ?? [])?.color ?? colourAt(value, look.thresholds?.steps ?? []) ?? ink.faint;
