import { edgeStatuses, type EdgeStatus, type Proof, type Proofs } from '../federation/diagnosis.ts';
import { tookMs, type Check, type EdgeEvidence } from '../federation/observation.ts';
import type { Probe, Sample } from '../probe/probe.ts';
import { probes } from '../probe/registry.ts';
import { isMetricName, metrics } from './catalogue.ts';
import { issuerName } from './issuer.ts';
import { sample, seconds } from './sample.ts';
import { successes } from './successes.ts';

/** One address of an edge, or one name asked for at it: its evidence and how that was judged. */
export interface Judged {
  readonly evidence: EdgeEvidence;
  readonly status: EdgeStatus;
  readonly proofs: Proofs;
}

/** The checks that are made at an edge, bottom up: all but the lookup that leads to it. */
const edgeChecks = ['tcp', 'tls', 'admission', 'sip'] as const satisfies readonly Check[];
type EdgeCheck = (typeof edgeChecks)[number];

const hex = (text: string): string => (/^[0-9a-f]{2}(:?[0-9a-f]{2}){0,127}$/i.test(text) ? text : '');
const word = (text: string): string => (/^[\w.+-]{1,64}$/.test(text) ? text : '');

/** How each label that a peer can influence is made harmless. */
const clean: Readonly<Record<string, (text: string) => string>> = {
  issuer: issuerName,
  serial: hex,
  fingerprint: hex,
  version: word,
  cipher: word,
};

/** A kind's sample with the edge's name, only with labels of the catalogue, each one cleaned. Null: not ours to show. */
function labelled(edge: string, { metric, labels, value }: Sample): Sample | null {
  if (!isMetricName(metric) || metrics[metric].about !== 'edge' || !Number.isFinite(value)) return null;
  const pairs = metrics[metric].labels.map((name): [string, string] => {
    const text = labels[name] ?? '';
    return [name, name === 'edge' ? edge : (clean[name]?.(text) ?? word(text))];
  });
  return { metric, labels: Object.fromEntries(pairs), value };
}

interface Measured {
  readonly id: string;
  readonly endsAt: number;
  readonly samples: readonly Sample[];
}

function measure(edge: string, id: string, evidence: EdgeEvidence): Measured {
  const samples = evidence.observations
    .flatMap((each) => (probes[each.kind] as Probe).measure(each))
    .map((each) => labelled(edge, each))
    .filter((each) => each !== null);
  const end = samples.find((each) => each.metric === 'fedmon_tls_certificate_not_after_timestamp_seconds');
  return { id, endsAt: end?.value ?? Infinity, samples };
}

/** Of several addresses the one whose certificate ends first speaks; of SIP answers the highest code is shown. */
function speaking(measured: readonly Measured[]): readonly Sample[] {
  const order = [...measured].sort((a, b) => a.endsAt - b.endsAt || (a.id < b.id ? -1 : 1));
  const chosen = new Map<string, Sample>();
  for (const { samples } of order) {
    for (const each of samples) {
      const before = chosen.get(each.metric);
      const worse = each.metric === 'fedmon_sip_response_code' && before !== undefined && each.value > before.value;
      if (before === undefined || worse) chosen.set(each.metric, each);
    }
  }
  return [...chosen.values()];
}

/** One address counts once: up when any name works there, down when none does and one is broken. */
function statusOfAddresses(judged: ReadonlyMap<string, Judged>): ReadonlyMap<string, EdgeStatus> {
  const best = new Map<string, EdgeStatus>();
  for (const { evidence, status } of judged.values()) {
    const { address } = evidence.edge;
    const before = best.get(address);
    if (before === undefined || edgeStatuses.indexOf(status) < edgeStatuses.indexOf(before)) best.set(address, status);
  }
  return best;
}

/** A layer is proven when one address proves it: the rule by which a partner's layers are judged over its edges. */
function proofOf(judged: readonly Judged[], layer: EdgeCheck): Proof {
  const seen = judged.map(({ proofs }) => proofs[layer]);
  return seen.includes('proven') ? 'proven' : seen.includes('failed') ? 'failed' : 'not_proven';
}

/** The slowest address speaks. Admission has no time of its own: it listens while others are asked. */
function durations(edge: string, judged: readonly Judged[]): readonly Sample[] {
  const seen = judged.flatMap(({ evidence }) => evidence.observations);
  return edgeChecks.flatMap((check) => {
    const runs = seen.filter(({ kind, steps }) => kind === check && steps.length > 0);
    if (check === 'admission' || runs.length === 0) return [];
    const slowestMs = Math.max(...runs.map(tookMs));
    return [sample('fedmon_edge_check_last_duration_seconds', { edge, check }, seconds(slowestMs))];
  });
}

/** Every series about one edge, from all its addresses. `judged` is keyed by the edge's identity. */
export function projectEdge(edge: string, partners: number, judged: ReadonlyMap<string, Judged>): readonly Sample[] {
  const seen = [...statusOfAddresses(judged).values()];
  const proven = seen.some((status) => status !== 'unproven');
  return [
    ...(proven ? [sample('fedmon_edge_up', { edge }, seen.includes('up') ? 1 : 0)] : []),
    ...successes(edgeChecks, (check) => proofOf([...judged.values()], check)).map(({ check, value }) =>
      sample('fedmon_edge_check_success', { edge, check }, value),
    ),
    ...durations(edge, [...judged.values()]),
    sample('fedmon_edge_partners', { edge }, partners),
    ...edgeStatuses.map((status) =>
      sample('fedmon_edge_addresses', { edge, status }, seen.filter((each) => each === status).length),
    ),
    ...speaking([...judged].map(([id, { evidence }]) => measure(edge, id, evidence))),
  ];
}
