import type { Baseline } from './baseline.ts';
import type { DriftKind } from './drift.ts';
import { catalogue, type Finding } from './finding.ts';
import { standingDrifts } from './follow.ts';

interface Args {
  [name: string]: string | null;
  subject: string | null;
  before: string | null;
  after: string | null;
  /** UTC ISO 8601. */
  since: string;
}

const nothing = 'nothing';
const day = ({ since }: Args): string => `since ${since.slice(0, 16).replace('T', ' ')} UTC`;
const turn = (args: Args): string => `${args.before ?? nothing} → ${args.after ?? nothing}, ${day(args)}`;
const takeIt = 'When the change is meant: fedmon baseline accept DOMAIN.';

/** What is otherwise than expected and not accepted. At most a warning: what breaks is found by the layer that breaks. */
export const driftFindings = catalogue({
  drift_provider_changed: {
    severity: 'warn',
    layer: 'dns',
    side: 'theirs',
    confidence: 'open',
    state: 'degraded',
    title: 'The SRV record leads to another provider than before',
    says: (args: Args) => `Other operator than expected: ${turn(args)}.`,
    means:
      'The partner moved its federation to somebody else, or somebody else changed its DNS. Our allow list, firewall rules and trust may still speak of the old one.',
    action: `Ask the partner by a known contact whether it moved. ${takeIt}`,
    ask: (args: Args) =>
      `Your SRV record names ${args.after ?? nothing}; before it named ${args.before ?? nothing}. Please confirm that you moved your federation there, or correct the record.`,
  },
  drift_target_lost: {
    severity: 'warn',
    layer: 'dns',
    side: 'theirs',
    confidence: 'likely',
    state: 'degraded',
    title: 'An expected SRV target is gone',
    says: (args: Args) => `No longer named by DNS: ${args.before ?? nothing}, ${day(args)}.`,
    means:
      'The partner named more edges before than it does now. What is left may work; there is less to fall back on.',
    action: `Ask the partner whether the edge was taken out on purpose. ${takeIt}`,
    ask: (args: Args) =>
      `Your SRV record no longer names ${args.before ?? nothing}. Please confirm that this edge was taken out on purpose, or publish it again.`,
  },
  drift_port_changed: {
    severity: 'warn',
    layer: 'dns',
    side: 'theirs',
    confidence: 'likely',
    state: 'degraded',
    title: 'The SRV record names another port than before',
    says: (args: Args) => `Other port: ${turn(args)}.`,
    means:
      'The host is the same and the port is not. Firewalls that know the old port stop the connection, ours among them.',
    action: `Check that our firewall lets the edge reach the new port; tell the partner if it is a mistake. ${takeIt}`,
    ask: (args: Args) =>
      `Your SRV record names ${args.after ?? nothing}; before it named ${args.before ?? nothing}. Please confirm the new port, or correct the record.`,
  },
  drift_target_moved: {
    severity: 'note',
    layer: 'dns',
    side: 'theirs',
    confidence: 'certain',
    state: 'degraded',
    title: 'The SRV record names another host of the same operator',
    says: (args: Args) => `Moved: ${turn(args)}.`,
    means: 'The partner replaced an edge by another one of its own or of the same provider.',
    action: `Nothing, when it works. Where our allow list names the edge of this partner, change it there. ${takeIt}`,
    ask: { none: 'A move within one operator that works needs no answer.' },
  },
  drift_target_added: {
    severity: 'note',
    layer: 'dns',
    side: 'theirs',
    confidence: 'certain',
    state: 'degraded',
    title: 'The SRV record names one more host',
    says: (args: Args) => `New: ${args.after ?? nothing}, ${day(args)}.`,
    means: 'The partner added an edge, of its own or of the same provider.',
    action: `Nothing, when it works. ${takeIt}`,
    ask: { none: 'One more edge that works needs no answer.' },
  },
  drift_priority_changed: {
    severity: 'note',
    layer: 'dns',
    side: 'theirs',
    confidence: 'certain',
    state: 'degraded',
    title: 'An SRV target has another priority than before',
    says: (args: Args) => `Priority of ${args.subject ?? nothing}: ${turn(args)}.`,
    means: 'The order in which the edges are tried may be another one.',
    action: `Nothing, when it works. ${takeIt}`,
    ask: { none: 'The order of their edges is theirs to choose.' },
  },
  drift_issuer_changed: {
    severity: 'note',
    layer: 'tls',
    side: 'theirs',
    confidence: 'certain',
    state: 'degraded',
    title: 'The certificate comes from another authority than before',
    says: (args: Args) => `Authority at ${args.subject ?? nothing}: ${turn(args)}.`,
    means:
      'The edge shows a certificate of another organisation. Whether our machines trust it is judged by itself; this says only that it changed.',
    action: `See that the new authority is trusted on our edge servers too. ${takeIt}`,
    ask: {
      none: 'The choice of an authority is theirs; a chain that is not trusted is found and asked about by itself.',
    },
  },
  drift_names_changed: {
    severity: 'note',
    layer: 'tls',
    side: 'theirs',
    confidence: 'certain',
    state: 'degraded',
    title: 'The certificate is for other names than before',
    says: (args: Args) =>
      `Names at ${args.subject ?? nothing}: gone ${args.before ?? nothing}, new ${args.after ?? nothing}, ${day(args)}.`,
    means:
      'The edge shows a certificate with names more or fewer than before. Whether the name we need is among them is judged by itself.',
    action: `Nothing, when it works. A domain whose name went away can expect trouble. ${takeIt}`,
    ask: { none: 'A certificate that lacks the name we need is found and asked about by itself.' },
  },
});

const codes = {
  provider_changed: 'drift_provider_changed',
  target_lost: 'drift_target_lost',
  port_changed: 'drift_port_changed',
  target_moved: 'drift_target_moved',
  target_added: 'drift_target_added',
  priority_changed: 'drift_priority_changed',
  issuer_changed: 'drift_issuer_changed',
  names_changed: 'drift_names_changed',
} as const satisfies Partial<Record<DriftKind, keyof typeof driftFindings.rows>>;

function hasCode(kind: DriftKind): kind is keyof typeof codes {
  return kind in codes;
}

/** What stands otherwise than expected, as findings. New addresses and renewals are events and nothing else. */
export function findDrift(baseline: Baseline | null): readonly Finding[] {
  return standingDrifts(baseline).flatMap(({ kind, subject, before, after, sinceMs }): readonly Finding[] => {
    if (!hasCode(kind)) return [];
    return [driftFindings.make(codes[kind], { subject, before, after, since: new Date(sinceMs).toISOString() })];
  });
}
