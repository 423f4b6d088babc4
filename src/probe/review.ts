import type { Baseline } from '../federation/baseline.ts';
import { diagnose, withDrift, type Diagnosis, type JudgedEdge } from '../federation/diagnosis.ts';
import { findDrift } from '../federation/drift-findings.ts';
import { edgeId, endpointName } from '../federation/edge.ts';
import type { Finding } from '../federation/finding.ts';
import { checks, tookMs, type Check, type EdgeEvidence, type RouteEvidence } from '../federation/observation.ts';
import type { CheckStandings, Tick } from '../federation/standing.ts';
import { judgeClearText } from './clear-text.ts';
import { judgeFamilies } from './families.ts';
import { probes, stateOf } from './registry.ts';

function judgeEdge(evidence: EdgeEvidence): JudgedEdge {
  const endpoint = endpointName(evidence.edge);
  const findings = evidence.observations.flatMap((each) => probes[each.kind].judge(each, endpoint));
  return { edge: evidence.edge, steps: evidence.observations.flatMap((each) => each.steps), findings };
}

/** Constant and ours, whether we see or not. */
const ownRules = ['egress_denied', 'tls_identity_unknown'];

const isTroubling = ({ severity, code }: Finding): boolean =>
  (severity === 'fail' || severity === 'unproven') && !ownRules.includes(code);

/** What looking up a route found that would count against a partner, or that it could not look. Pure. */
export function troublesOfRoute({ observation }: RouteEvidence): readonly Finding[] {
  return probes[observation.kind].judge(observation, null).filter(isTroubling);
}

/** The same of an edge. Pure. */
export function troublesOfEdge(evidence: EdgeEvidence): readonly Finding[] {
  return judgeEdge(evidence).findings.filter(isTroubling);
}

/** The evidence of a route's edges, in route order; edges without evidence are left out. */
function evidenceOf(route: RouteEvidence, edges: ReadonlyMap<string, EdgeEvidence>): readonly EdgeEvidence[] {
  return route.edges.map((edge) => edges.get(edgeId(edge))).filter((each) => each !== undefined);
}

/** Judges stored or fresh evidence of one partner: the same evidence always gives the same diagnosis. Pure. */
export function review(route: RouteEvidence, edges: ReadonlyMap<string, EdgeEvidence>): Diagnosis {
  const { observation } = route;
  const { edges: judgedOnes, reason } = judgeClearText(route, edges);
  const ofRoute = probes[observation.kind].judge(observation, null);
  const found = reason === null ? ofRoute : [...ofRoute, reason];
  const judgedRoute = { steps: observation.steps, findings: found, reason };
  const judgedEdges = judgedOnes.map((edge): JudgedEdge => {
    const evidence = edges.get(edgeId(edge));
    return evidence === undefined ? { edge, steps: [], findings: [] } : judgeEdge(evidence);
  });
  const diagnosis = diagnose(judgedRoute, judgedEdges, stateOf);
  const families = judgeFamilies(diagnosis.edges);
  if (families.length === 0) return diagnosis;
  return diagnose({ ...judgedRoute, findings: [...judgedRoute.findings, ...families] }, judgedEdges, stateOf);
}

/** The same diagnosis with what is otherwise than expected laid over it. Pure. */
export function reviewDrift(diagnosis: Diagnosis, baseline: Baseline | null): Diagnosis {
  return withDrift(diagnosis, findDrift(baseline), stateOf);
}

/** What one examination adds to a partner's counters: one tick for each check that was proven, failed or not answered. */
export function ticksOf(diagnosis: Diagnosis, edges: readonly EdgeEvidence[] = []): readonly Tick[] {
  const all = [diagnosis.cause, ...diagnosis.consequences].filter((each) => each !== null);
  const made = edges.flatMap(({ observations }) => observations);
  // What stands from before was counted then.
  const isKept = (check: Check): boolean => {
    const of = made.filter(({ kind }) => kind === check);
    return of.length > 0 && of.every(({ kept }) => kept !== undefined);
  };
  return checks.flatMap((check): readonly Tick[] => {
    if (isKept(check)) return [];
    const proof = diagnosis.layers[check];
    if (proof === 'proven') return [{ check, code: null }];
    const severity = proof === 'failed' ? 'fail' : 'unproven';
    const finding = all.find((each) => each.layer === check && each.severity === severity);
    // What our own machine lacked is no failure of the partner.
    return finding === undefined || finding.code === 'local_resource' ? [] : [{ check, code: finding.code }];
  });
}

/** The latest run of each check after this examination; a check that was not tried keeps its older record. */
export function checkStandings(
  previous: CheckStandings,
  route: RouteEvidence,
  edges: ReadonlyMap<string, EdgeEvidence>,
  diagnosis: Diagnosis,
): CheckStandings {
  const seen = [route.observation, ...evidenceOf(route, edges).flatMap((each) => each.observations)];
  const next: Partial<Record<Check, CheckStandings[Check]>> = { ...previous };
  for (const check of checks) {
    const runs = seen.filter((each) => each.kind === check && each.steps.length > 0);
    if (runs.length === 0) continue;
    const lastRunMs = Math.max(...runs.map((each) => Date.parse(each.at)));
    const proven = diagnosis.layers[check] === 'proven';
    next[check] = {
      lastRunMs,
      lastSuccessMs: proven ? lastRunMs : (previous[check]?.lastSuccessMs ?? null),
      tookMs: Math.max(...runs.map(tookMs)),
    };
  }
  return next as CheckStandings;
}
