import {
  organisationOf,
  targetName,
  type SeenCertificate,
  type SeenHost,
  type SeenTarget,
  type Sight,
} from './sight.ts';

/** From how many examinations that proved the partner to work a baseline is learned: what rotates is seen in full. */
export const learnedFrom = 3;

/** Caps of one baseline: what lies beyond is not followed. */
export const maxExpectedTargets = 30;
export const maxExpectedCertificates = 60;
export const maxKnown = 32;
export const maxDifferences = 64;

const day = 86_400_000;
/** An address or certificate that was not seen for so long makes room for others, milliseconds. */
export const knownForMs = 7 * day;

/** An address or fingerprint that is nothing new, and about when it was last seen (within a day), epoch milliseconds. */
export interface Known {
  readonly value: string;
  readonly seenMs: number;
}

export interface ExpectedHost {
  readonly host: string;
  readonly known: readonly Known[];
}

/** A certificate by what a renewal leaves alone. Several of one endpoint: its machines have certificates of their own. */
export interface ExpectedCertificate extends Omit<SeenCertificate, 'fingerprint256'> {
  /** The fingerprints that were seen. */
  readonly known: readonly Known[];
}

/** What is otherwise than expected, item by item: a target that moved is one lost and one added. */
export interface Deviation {
  readonly kind: 'added' | 'lost' | 'priority' | 'address' | 'issuer' | 'names';
  /** The target, host or endpoint. */
  readonly subject: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** A deviation that is being confirmed, stands, or was there before. */
export interface Difference extends Deviation {
  readonly sinceMs: number;
  /** Proven examinations in a row that showed it, and that did not. */
  readonly shown: number;
  readonly absent: number;
  /** How many must show it before it is told; twice as many after each time it went away. */
  readonly needed: number;
  readonly told: boolean;
}

/** What is expected of a partner: learned from the first examinations that proved it to work, or accepted. */
export interface Baseline {
  readonly domain: string;
  /** The slot it was last changed by, epoch milliseconds; an accept moves it on, so that nobody overwrites it unseen. */
  readonly slotMs: number;
  readonly asked: string;
  readonly learnedMs: number;
  /** When an operator last took what was seen as expected; null: never. */
  readonly acceptedMs: number | null;
  /** How many examinations it was learned from; complete at `learnedFrom`. */
  readonly examinations: number;
  readonly targets: readonly SeenTarget[];
  readonly hosts: readonly ExpectedHost[];
  readonly certificates: readonly ExpectedCertificate[];
  readonly differences: readonly Difference[];
  /** How the configuration had it examined otherwise than others, by key; absent: not known. */
  readonly words?: Readonly<Record<string, string>>;
}

/** Whether a certificate could be a renewal of the other: of the same authority, for the same names. */
export function isRenewalOf(
  expected: Pick<SeenCertificate, 'endpoint' | 'issuer' | 'names'>,
  seen: SeenCertificate,
): boolean {
  return (
    expected.endpoint === seen.endpoint &&
    organisationOf(expected.issuer) === organisationOf(seen.issuer) &&
    haveSameNames(expected.names, seen.names)
  );
}

/** The expected certificate that this one is, or else the first that it could renew: names that are not kept fit all. */
export function expectedFor(
  certificates: readonly ExpectedCertificate[],
  seen: SeenCertificate,
): ExpectedCertificate | undefined {
  const fitting = certificates.filter((each) => isRenewalOf(each, seen));
  return fitting.find(({ known }) => known.some(({ value }) => value === seen.fingerprint256)) ?? fitting[0];
}

/** Names that are not kept are not compared. */
export function haveSameNames(a: readonly string[] | null, b: readonly string[] | null): boolean {
  return a === null || b === null || a.join() === b.join();
}

/** With a value added or seen again; unchanged when it was seen today. The longest unseen go first. */
export function withKnown(known: readonly Known[], values: readonly string[], nowMs: number): readonly Known[] {
  const stale = values.filter((value) => !known.some((each) => each.value === value && nowMs - each.seenMs < day));
  if (stale.length === 0) return known;
  const kept = known.filter(({ value }) => !stale.includes(value));
  return [...kept, ...stale.map((value) => ({ value, seenMs: nowMs }))]
    .sort((a, b) => b.seenMs - a.seenMs)
    .slice(0, maxKnown);
}

/** Whether there are so many that another one is nothing new: none of them was unseen for long. */
export function isCrowded(known: readonly Known[], nowMs: number): boolean {
  return known.length >= maxKnown && known.every(({ seenMs }) => nowMs - seenMs < knownForMs);
}

function expectedTargets(before: readonly SeenTarget[], seen: readonly SeenTarget[]): readonly SeenTarget[] {
  const all = new Map([...before, ...seen].map((target) => [targetName(target), target]));
  return [...all.values()].slice(0, maxExpectedTargets);
}

/** Adds a host that is new, and addresses that come beside one that is known. */
function withHost(hosts: readonly ExpectedHost[], { host, addresses }: SeenHost, nowMs: number) {
  const expected = hosts.find((each) => each.host === host);
  if (expected === undefined) return [...hosts, { host, known: withKnown([], addresses, nowMs) }];
  if (!addresses.some((address) => expected.known.some(({ value }) => value === address))) return hosts;
  const known = withKnown(expected.known, addresses, nowMs);
  return known === expected.known ? hosts : hosts.map((each) => (each === expected ? { host, known } : each));
}

/** Adds a certificate of an endpoint that is new, or one more fingerprint of a certificate that is expected. */
export function withCertificate(
  certificates: readonly ExpectedCertificate[],
  seen: SeenCertificate,
  nowMs: number,
  addsVariants: boolean,
): readonly ExpectedCertificate[] {
  const { fingerprint256, ...rest } = seen;
  const expected = expectedFor(certificates, seen);
  if (expected === undefined) {
    const isNew = !certificates.some((each) => each.endpoint === seen.endpoint);
    if (!(isNew || addsVariants) || certificates.length >= maxExpectedCertificates) return certificates;
    return [...certificates, { ...rest, known: withKnown([], [fingerprint256], nowMs) }];
  }
  const known = withKnown(expected.known, [fingerprint256], nowMs);
  if (known === expected.known) return certificates;
  const isNewest = Date.parse(seen.notAfter) >= Date.parse(expected.notAfter);
  // Names that are not kept stay so: what was too much once is not compared later.
  const names = expected.names === null ? null : rest.names;
  const next = isNewest ? { ...rest, names, known } : { ...expected, known };
  return certificates.map((each) => (each === expected ? next : each));
}

/** What is nothing to tell: new places behind expected targets, and certificates as expected. */
export function absorbed(baseline: Baseline, sight: Sight, addsVariants = false): Baseline {
  const hostNames = new Set(baseline.targets.map(({ host }) => host));
  const endpoints = new Set(baseline.targets.map(({ host, port }) => `${host}:${String(port)}`));
  const hosts = sight.hosts
    .filter(({ host }) => hostNames.has(host))
    .reduce((all, each) => withHost(all, each, sight.atMs), baseline.hosts);
  const certificates = sight.certificates
    .filter(({ endpoint }) => endpoints.has(endpoint))
    .reduce((all, each) => withCertificate(all, each, sight.atMs, addsVariants), baseline.certificates);
  const same = hosts === baseline.hosts && certificates === baseline.certificates;
  return same ? baseline : { ...baseline, hosts, certificates };
}

function begun({ domain, slotMs, asked, atMs }: Sight): Baseline {
  const nothing = { targets: [], hosts: [], certificates: [], differences: [] };
  return { domain, slotMs, asked, learnedMs: atMs, acceptedMs: null, examinations: 0, ...nothing };
}

/** Adds what an examination proved to what is being learned; one without a proof that the partner works adds nothing. */
export function learn(before: Baseline | null, sight: Sight): Baseline | null {
  const usable = before?.asked === sight.asked ? before : null;
  // What was learned by another route of our own configuration is not held against the partner.
  const start = usable ?? begun(sight);
  if (!sight.works || sight.targets === null) return before === null ? null : start;
  const targets = expectedTargets(start.targets, sight.targets);
  const next = { ...start, slotMs: sight.slotMs, examinations: start.examinations + 1, targets };
  return absorbed(next, sight, true);
}

export function isLearned(baseline: Baseline | null): baseline is Baseline {
  return baseline !== null && baseline.examinations >= learnedFrom;
}
