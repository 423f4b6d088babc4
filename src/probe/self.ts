import type { Finding, Severity } from '../federation/finding.ts';
import type { Layer } from '../federation/observation.ts';
import { providerOf } from '../federation/provider.ts';
import type { OwnCertificateFacts } from './own/facts.ts';
import { ownFindings } from './own/findings.ts';
import { judgeOwn } from './own/judge.ts';
import { explain } from './registry.ts';
import type { CheckReport } from './report.ts';

export const selfSchema = 'fedmon.self/1';

/** A finding about something of ours: a certificate by its name, or our domain. */
export interface OwnFinding {
  readonly subject: string;
  readonly finding: Finding;
}

/** A finding about something of ours, in words for us: the side is always ours. */
export interface OwnWord {
  readonly subject: string;
  readonly code: string;
  readonly severity: Severity;
  readonly layer: Layer;
  readonly endpoint: string | null;
  readonly side: 'ours';
  readonly title: string;
  readonly summary: string;
  /** What we have to do; where a partner would ask for something, in its words. */
  readonly action: string;
  readonly runbook: string;
}

/** What a partner would do with us: `doubtful` is admitted by some, `not_proven` could not be seen. */
export type Verdict = 'admitted' | 'doubtful' | 'not_proven' | 'refused';

/** One certificate of ours as a partner's edge would see it. */
export interface OwnCertificateRow {
  readonly name: string;
  readonly names: readonly string[];
  readonly notAfter: string | null;
  /** Whether it is held against the SRV record of this domain. */
  readonly held: boolean;
}

/** What `check --self --json` prints: one object per domain. */
export interface SelfReport {
  readonly schema: typeof selfSchema;
  readonly domain: string;
  readonly at: string;
  readonly verdict: Verdict;
  /** The hosts that our certificate has to name; null when DNS did not answer. */
  readonly targets: readonly string[] | null;
  readonly certificates: readonly OwnCertificateRow[];
  readonly findings: readonly OwnWord[];
  /** The examination behind it; its cause, too, is ours. */
  readonly examination: CheckReport;
}

/** A partner's action is written for somebody else, what a partner asks is written to us. */
function actionOf(finding: Finding): string {
  const row = explain(finding.code);
  if (row === undefined) return 'Read the trail of the examination.';
  return typeof row.ask === 'function' ? `As a partner would ask us: “${row.ask(finding.args)}”` : row.action;
}

/** The finding as it reads when it is about us. Pure. */
export function ownWord({ subject, finding }: OwnFinding): OwnWord {
  const { code, severity, layer, endpoint, summary } = finding;
  const title = explain(code)?.title ?? code;
  const runbook = `fedmon explain ${code}`;
  return { subject, code, severity, layer, endpoint, side: 'ours', title, summary, action: actionOf(finding), runbook };
}

/** What says that there is no record; a resolver that fails says nothing. */
const denials = ['NOERROR', 'NXDOMAIN'];

/** The hosts a partner's edge would want in our certificate; null when nobody told. Unproven lookups are held against nobody. */
export function targetsOf({
  targets,
  reply,
  pinned,
}: Pick<CheckReport['route'], 'targets' | 'reply' | 'pinned'>): readonly string[] | null {
  if (targets.length === 0 && !pinned && !denials.includes(reply?.rcode ?? '')) return null;
  return targets.map(({ host }) => host.toLowerCase());
}

/** A certificate of ours and whether it is shown in the name of the domain in question. */
export interface Held {
  readonly facts: OwnCertificateFacts;
  readonly held: boolean;
}

/** Whether a certificate has a name in this domain, so that it is meant for it. */
export function concerns(domain: string, { chain }: OwnCertificateFacts): boolean {
  const names = chain[0]?.names.dns ?? [];
  return names.map((each) => each.toLowerCase()).some((each) => each === domain || each.endsWith(`.${domain}`));
}

/** What the handshake with our edge does not tell by itself: it shows the same certificate when it connects to partners. */
const toldByEdge: readonly string[] = [
  'own_certificate_no_client_auth',
  'own_certificate_name',
  'own_certificate_expiring',
];

/** The certificates that our own edges showed, each once; what a hosting provider shows is not ours. */
function shownByEdges({ edges }: CheckReport, known: readonly Held[]): readonly OwnCertificateFacts[] {
  const seen = new Set(known.map(({ facts }) => facts.chain[0]?.fingerprint256));
  return edges.flatMap(({ host, port, tls }) => {
    const chain = tls?.chain ?? [];
    const [leaf] = chain;
    if (leaf === undefined || seen.has(leaf.fingerprint256) || providerOf(host) !== null) return [];
    seen.add(leaf.fingerprint256);
    return [{ name: `edge ${host}:${String(port)}`, chain, roots: {}, unreadable: null, client: true }];
  });
}

const weight: Readonly<Record<Severity, number>> = { fail: 0, warn: 1, unproven: 2, note: 3 };

/** The worst that was found decides; a warning is a doubt only where everything was seen. */
export function verdictOf(findings: readonly { readonly severity: Severity }[]): Verdict {
  const has = (severity: Severity): boolean => findings.some((each) => each.severity === severity);
  if (has('fail')) return 'refused';
  if (has('unproven')) return 'not_proven';
  return has('warn') ? 'doubtful' : 'admitted';
}

/** Our own domain with the eyes of a partner: its examination, our certificates and the rule that joins them. Pure. */
export function selfReport(examination: CheckReport, certificates: readonly Held[], nowMs: number): SelfReport {
  const { domain, at, route } = examination;
  const targets = targetsOf(route);
  const edges = shownByEdges(examination, certificates);
  const ofEdges = edges.flatMap((facts) =>
    judgeOwn(facts, { nowMs, targets })
      .filter(({ code }) => toldByEdge.includes(code))
      .map((finding) => ({ subject: facts.name, finding })),
  );
  const ofFiles = certificates.flatMap(({ facts, held }) =>
    judgeOwn(facts, { nowMs, targets: held ? targets : null }).map((finding) => ({ subject: facts.name, finding })),
  );
  const seen = certificates.some(({ held }) => held) || edges.length > 0;
  const none = seen ? [] : [{ subject: domain, finding: ownFindings.make('own_certificate_none', { domain }) }];
  const found = examination.findings.map((finding) => ({ subject: domain, finding }));
  const words = [...found, ...ofFiles, ...ofEdges, ...none].map(ownWord);
  const findings = words.toSorted((a, b) => weight[a.severity] - weight[b.severity]);
  const rows = [...certificates, ...edges.map((facts): Held => ({ facts, held: true }))].map(rowOf);
  // An examination that ran out of time has proven nothing, even where it found nothing.
  const verdict = verdictOf(findings);
  const blind = verdict !== 'refused' && examination.state === 'unknown';
  return {
    schema: selfSchema,
    domain,
    at,
    verdict: blind ? 'not_proven' : verdict,
    targets,
    certificates: rows,
    findings,
    examination: { ...examination, cause: ourCause(examination) },
  };
}

/** Nobody has to be written to. */
function ourCause({ cause }: CheckReport): CheckReport['cause'] {
  return cause === null ? null : { ...cause, side: 'ours', letter: null };
}

function rowOf({ facts, held }: Held): OwnCertificateRow {
  const [leaf] = facts.chain;
  return { name: facts.name, names: leaf?.names.dns ?? [], notAfter: leaf?.notAfter ?? null, held };
}
