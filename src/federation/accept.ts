import { absorbed, isRenewalOf, learnedFrom, type Baseline } from './baseline.ts';
import { couldShow, deviationsIn } from './compare.ts';
import { drifts, event, hostOf, renewals, textOf, type Drift, type DriftChange } from './drift.ts';
import { targetName, type Sight } from './sight.ts';

/** What an operator takes as expected from now on, and what was otherwise before. */
export interface Acceptance {
  readonly baseline: Baseline;
  readonly accepted: readonly Drift[];
  readonly change: DriftChange;
}

/** What is still expected of places that the examination did not show, or that showed what was expected. */
function kept(before: Baseline | null, targets: NonNullable<Sight['targets']>, sight: Sight) {
  if (before === null) return { hosts: [], certificates: [], differences: [] };
  const names = new Set(targets.map(({ host }) => host));
  const endpoints = new Set(targets.map(({ host, port }) => `${host}:${String(port)}`));
  const hosts = before.hosts.filter(({ host, known }) => {
    const now = sight.hosts.find((each) => each.host === host)?.addresses;
    const fits = now === undefined || now.some((address) => known.some(({ value }) => value === address));
    return names.has(host) && fits;
  });
  const certificates = before.certificates.filter((each) => {
    const now = sight.certificates.filter(({ endpoint }) => endpoint === each.endpoint);
    return endpoints.has(each.endpoint) && (now.length === 0 || now.some((one) => isRenewalOf(each, one)));
  });
  const differences = before.differences.filter((each) => names.has(hostOf(each.subject)) && !couldShow(sight, each));
  return { hosts, certificates, differences };
}

/** Takes what an examination proved as expected; null when it proved no route. What it did not show stays as it was. Pure. */
export function accept(before: Baseline | null, sight: Sight, nowMs: number): Acceptance | null {
  const { domain, slotMs, asked, targets } = sight;
  if (targets === null) return null;
  const usable = before?.asked === asked ? before : null;
  const start: Baseline = {
    domain,
    slotMs: Math.max(slotMs, (before?.slotMs ?? -1) + 1),
    asked,
    learnedMs: usable?.learnedMs ?? nowMs,
    acceptedMs: nowMs,
    examinations: learnedFrom,
    targets,
    ...kept(usable, targets, sight),
    ...(before?.words === undefined ? {} : { words: before.words }),
  };
  const baseline = absorbed(start, sight, true);
  const accepted = usable === null ? firstDrifts(targets) : drifts(usable, deviationsIn(usable, sight));
  const renewed = usable === null ? [] : renewals(usable, sight);
  const all = [...accepted, ...renewed];
  const [was, is] = [textOf(all.map((each) => each.before)), textOf(all.map((each) => each.after))];
  const change = event(
    { kind: 'accepted', subject: null, before: was, after: is },
    { domain, atMs: nowMs, slotMs: baseline.slotMs },
  );
  return { baseline, accepted: all, change };
}

function firstDrifts(targets: NonNullable<Sight['targets']>): readonly Drift[] {
  const after = textOf(targets.map(targetName));
  return after === null ? [] : [{ kind: 'target_added', subject: null, before: null, after }];
}
