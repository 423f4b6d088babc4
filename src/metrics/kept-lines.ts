import { effectiveEveryMs } from '../federation/cadence.ts';
import { together, written, type Written } from './exposition.ts';
import { projectGathered, type Gathered, type Makers } from './project.ts';
import { freshStanding, lastingFrom, projectLasting, projectMoving } from './project-partner.ts';

interface Kept {
  readonly from: readonly unknown[];
  readonly written: Written;
}

/** Everything that the series of an edge are made of. */
function edgeFrom({ partners, evidence }: Gathered): readonly unknown[] {
  return [partners, ...[...evidence.values()].flatMap((each) => [each.evidence, each.route])];
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((each, at) => Object.is(each, other[at]));
}

/** The lines for a subject, made once and kept while what they are made of, and the subject itself, are the same. */
function keeping(): (subject: object, from: readonly unknown[], make: () => Written) => Written {
  const all = new WeakMap<object, Kept>();
  return (subject, from, make) => {
    const kept = all.get(subject);
    if (kept !== undefined && isSame(kept.from, from)) return kept.written;
    const made = { from, written: make() };
    all.set(subject, made);
    return made.written;
  };
}

/** Of a partner most lines are those of last time also when it was examined since. */
function keepingPartners(): Makers<Written>['partner'] {
  const whole = keeping();
  const lasting = keeping();
  return (snapshot, nowMs) => {
    const { published, route, tally } = snapshot;
    const { partner, standing, state, sinceMs } = published;
    const isFresh = freshStanding(snapshot, nowMs) !== null;
    const from = [standing, isFresh, state, sinceMs, route, tally, effectiveEveryMs(partner, standing, nowMs)];
    return whole(partner, from, () => {
      const lasts = lasting(partner, lastingFrom(snapshot, nowMs), () => written(projectLasting(snapshot, nowMs)));
      return together(lasts, written(projectMoving(snapshot, nowMs)), 'partner');
    });
  };
}

/**
 * Parts as lines, written again only for whom something changed since the last time. What is kept goes with the partner
 * out of the config, and with the evidence of the edge.
 */
export function keptLines(): Makers<Written> {
  const ofEdge = keeping();
  return {
    partner: keepingPartners(),
    edge(label, gathered) {
      const [first] = gathered.evidence.values();
      const make = (): Written => written(projectGathered(label, gathered), 'edge');
      // Two edges may share no evidence: each is of one host and port.
      return first === undefined ? make() : ofEdge(first.evidence, edgeFrom(gathered), make);
    },
    rest: (samples) => written(samples),
  };
}
