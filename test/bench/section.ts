import type { Tool } from '../lab/debian.ts';
import type { Figure } from './figures.ts';
import type { KeyType } from './world.ts';

/** How a run of the bench was asked for. */
export interface BenchOptions {
  /** OPTIONS a second that whoever is measured is asked for. */
  readonly perSecond: number;
  readonly everyMs: number;
  /** Of each side, in turn. */
  readonly rounds: number;
  readonly windowMs: number;
  readonly keyTypes: readonly KeyType[];
  /** Minutes that growth is watched for. */
  readonly minutes: number;
  readonly tools: { readonly prometheus: Tool; readonly blackbox: Tool };
  /** Where each role leaves its .cpuprofile; null: nowhere. */
  readonly profile: string | null;
  /** Told of what goes on. */
  readonly say: (text: string) => void;
}

/** One question of the bench and what answers it. */
export interface Section {
  readonly name: string;
  /** What is measured and how, in a paragraph of the report. */
  readonly says: string;
  /** Takes so long that it runs only when asked for: `--full`, or by name. */
  readonly long: boolean;
  readonly run: (options: BenchOptions) => Promise<readonly Figure[]>;
}
