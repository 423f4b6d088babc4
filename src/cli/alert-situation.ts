import type { Situation } from '../alert/explain.ts';
import { isBroken } from '../federation/state.ts';
import { edgeName } from '../federation/edge.ts';
import { freshStanding } from '../metrics/project-partner.ts';
import { causeReport } from '../probe/report.ts';
import type { TlsFacts } from '../probe/tls/facts.ts';
import type { PartnerSnapshot, Snapshot } from '../store/snapshot.ts';

type Dates = Situation['certificates'][number];

/** As in the series of an edge, the address whose certificate ends first speaks. */
function certificatesOf({ edges, published }: PartnerSnapshot): readonly Dates[] {
  // An edge of which every partner is in maintenance has no series.
  if (published.state === 'maintenance') return [];
  const first = new Map<string, Dates>();
  for (const { edge, observations } of edges) {
    const facts = observations.find(({ kind }) => kind === 'tls')?.facts as TlsFacts | undefined;
    const [leaf] = facts?.chain ?? [];
    if (leaf === undefined) continue;
    const name = edgeName(edge);
    const dates = { edge: name, notBeforeMs: Date.parse(leaf.notBefore), notAfterMs: Date.parse(leaf.notAfter) };
    const before = first.get(name);
    if (before === undefined || dates.notAfterMs < before.notAfterMs) first.set(name, dates);
  }
  return [...first.values()];
}

function whyOf({ published }: PartnerSnapshot): string | null {
  const { standing, reason, state } = published;
  if (reason !== null) return reason.replaceAll('_', ' ');
  if (!standing?.cause || state === 'healthy') return null;
  const { layer, code, side } = causeReport(standing.cause);
  return `${layer} (${code}), side ${side}`;
}

/** When the state was published: `since` is earlier by the examinations that confirmed it. */
function publishedSince({ published }: PartnerSnapshot): number | null {
  const { sinceMs, standing, reason } = published;
  return reason === null ? (standing?.changedMs ?? sinceMs) : sinceMs;
}

/** What the rules see of a partner, from a reading of the store with its shared causes. Pure. */
export function situationOf(partner: PartnerSnapshot, snapshot: Snapshot): Situation {
  const { published } = partner;
  const { domain, tier } = published.partner;
  const { nowMs, partners, sight } = snapshot;
  const causes = (snapshot.causes ?? []).filter(({ kind }) => kind !== 'canary');
  const shared = causes.find(({ members }) => members.includes(domain));
  const together = new Set(causes.flatMap(({ members }) => members));
  const critical = new Set(
    partners.filter((each) => each.published.partner.tier === 'critical').map((each) => each.published.partner.domain),
  );
  return {
    tier,
    state: published.state,
    sinceMs: publishedSince(partner),
    why: whyOf(partner),
    blind: sight !== undefined && sight.blindness !== null,
    fresh: freshStanding(partner, nowMs) !== null,
    certificates: certificatesOf(partner),
    shared:
      shared === undefined
        ? null
        : {
            name: shared.finding.summary.replace(/\.$/, ''),
            partners: shared.members.length,
            critical: shared.members.some((each) => critical.has(each)),
          },
    fleet: {
      partners: partners.length,
      failing: partners.filter((each) => isBroken(each.published.state) && !together.has(each.published.partner.domain))
        .length,
      unknown: partners.filter((each) => each.published.state === 'unknown').length,
    },
  };
}
