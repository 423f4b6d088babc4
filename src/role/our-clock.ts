import { blindFindings } from '../federation/blind-findings.ts';
import { clockDoubt, doubtInWords, span } from '../federation/clock-doubt.ts';
import { edgeId } from '../federation/edge.ts';
import type { Finding } from '../federation/finding.ts';
import type { EdgeEvidence } from '../federation/observation.ts';
import type { Clock } from '../net/clock.ts';
import { clockEvidence } from '../probe/clock-evidence.ts';
import type { Store } from '../store/store.ts';

/** What is known of our clock: by how much it is ahead of the store's, milliseconds, and why it is doubted. */
export interface Weighed {
  readonly aheadMs: number;
  readonly doubt: Finding | null;
}

/** Weighs the clock of this process against that of the store and against what edges tell. */
export interface OurClock {
  hear(evidence: EdgeEvidence): void;
  weigh(): Promise<Weighed>;
}

/** Clocks that are looked after differ by far less; from here on slots and certificates are misjudged. */
export const mostApartMs = 60_000;
/** Witnesses are strangers. Fewer may well be wrong together, or be in one hand: they do not blind us. */
export const fewestWitnesses = 10;
/** The newest edges are heard, so many, and not for longer than this. */
const mostHeard = 200;
const heardForMs = 600_000;

function doubtOf(because: string): Finding {
  return { ...blindFindings.make('blind_clock', { vantage: '', canary: '', because }), summary: because };
}

/** What many edges say together. */
function doubtOfEdges(edges: readonly EdgeEvidence[]): Finding | null {
  const doubt = clockDoubt(clockEvidence(edges));
  return doubt === null || doubt.of < fewestWitnesses ? null : doubtOf(doubtInWords(doubt));
}

export function weighClock(clock: Clock, store: Pick<Store, 'time'>): OurClock {
  const heard = new Map<string, { readonly evidence: EdgeEvidence; readonly heardMs: number }>();

  const recent = (): readonly EdgeEvidence[] => {
    const oldestMs = clock.monotonic() - heardForMs;
    for (const [id, { heardMs }] of heard) if (heardMs < oldestMs) heard.delete(id);
    return [...heard.values()].map(({ evidence }) => evidence);
  };

  return {
    hear(evidence) {
      const id = edgeId(evidence.edge);
      heard.delete(id);
      heard.set(id, { evidence, heardMs: clock.monotonic() });
      const [oldest] = heard.keys();
      if (heard.size > mostHeard && oldest !== undefined) heard.delete(oldest);
    },
    async weigh() {
      const aheadMs = clock.wall() - (await store.time());
      if (Math.abs(aheadMs) <= mostApartMs) return { aheadMs: 0, doubt: doubtOfEdges(recent()) };
      const side = aheadMs > 0 ? 'ahead of' : 'behind';
      return { aheadMs, doubt: doubtOf(`it is ${span(aheadMs)} ${side} that of Redis; one of the two is wrong.`) };
    },
  };
}
