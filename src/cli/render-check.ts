import type { Finding, Severity } from '../federation/finding.ts';
import { endpointName } from '../federation/edge.ts';
import { layers, type Layer, type Step } from '../federation/observation.ts';
import { sideInWords } from '../federation/side.ts';
import type { PartnerState } from '../federation/state.ts';
import { saidByResolvers, saidBySip, saidByTls, type Said } from '../probe/evidence-words.ts';
import type { CheckReport, EdgeReport } from '../probe/report.ts';
import type { Proves } from '../probe/sip/responses.ts';
import { letterHint } from './letter.ts';
import { clean, type Paint } from './paint.ts';
import { instantInWords, stateInWords, type ShownReport } from './shown.ts';
import { labelled, took, wrap } from './words.ts';

const marks = { proven: '✓', failed: '✗', not_proven: '·' } as const;
const statusMarks = { up: '✓', down: '✗', unproven: '·' } as const;
const rank: Readonly<Record<Severity, number>> = { fail: 0, warn: 1, unproven: 2, note: 3 };

function painted(mark: string, paint: Paint): string {
  if (mark === '✓') return paint.good(mark);
  return mark === '✗' ? paint.bad(mark) : paint.faint(mark);
}

function severityMark(severity: Severity, paint: Paint): string {
  if (severity === 'fail') return paint.bad('✗');
  return severity === 'warn' ? paint.warning('!') : paint.faint('·');
}

const stateColours: Readonly<Partial<Record<PartnerState, keyof Paint>>> = {
  healthy: 'good',
  degraded: 'warning',
  maintenance: 'faint',
};

function headline(report: ShownReport, paint: Paint): readonly string[] {
  const { domain, state, profile, tookMs, vantage, at } = report;
  const word = paint[stateColours[state] ?? 'bad'](stateInWords(report));
  const about = `${profile}, from ${vantage}, ${instantInWords(at)}, ${took(tookMs)}`;
  return [`${paint.strong(domain)}  ${word}`, paint.faint(`  ${about}`)];
}

function plannedLines({ maintenance }: ShownReport, width: number): readonly string[] {
  if (maintenance === null) return [];
  return labelled('Planned', `${maintenance.reason} (found now: ${maintenance.found})`, 2, width);
}

/** What `check` can do about a private address: the address itself is the narrowest network to allow. */
function allowLines(report: ShownReport, width: number): readonly string[] {
  if (report.cause?.code !== 'egress_denied') return [];
  const denied = report.edges.find((edge) => edge.findings.some(({ code }) => code === 'egress_denied'));
  const example = denied === undefined ? '' : `, such as --allow ${denied.address}`;
  return labelled('Or', `For this one examination: --allow CIDR${example}.`, 2, width);
}

function causeLines({ cause, state, domain }: ShownReport, live: boolean, width: number): readonly string[] {
  if (cause === null && state === 'unknown') {
    return ['  Not enough was seen to say more: an edge was not done when the time was over.'];
  }
  if (cause === null) return ['  Every layer that the profile asks for is proven on every edge.'];
  const hint = live ? letterHint(cause.letter, `check ${domain}`) : null;
  return [
    ...labelled('Cause', cause.summary, 2, width),
    ...labelled('Side', sideInWords(cause.side, cause.confidence), 2, width),
    ...labelled('Next', cause.action, 2, width),
    ...labelled('More', cause.runbook, 2, width),
    ...(hint === null ? [] : labelled('Letter', hint, 2, width)),
  ];
}

function heaviest(findings: readonly Finding[], layer: Layer): Finding | undefined {
  return findings.filter((each) => each.layer === layer).toSorted((a, b) => rank[a.severity] - rank[b.severity])[0];
}

/** One edge proves a layer; what fails or was not looked at is then another one, and a warning is about any of them. */
function provenBut({ code, severity }: Finding): string {
  if (severity === 'fail') return `proven; another edge failed: ${code}`;
  return severity === 'unproven' ? `proven; not proven on another edge: ${code}` : `proven, but ${code}`;
}

/** A layer and its code; the sentence stands once, above as the cause or below at its edge. */
function layerLines(report: ShownReport, paint: Paint): readonly string[] {
  return layers.flatMap((layer) => {
    const proof = report.layers[layer];
    const finding = heaviest(report.findings, layer);
    // Nothing asks for the policy layer to be proven: it is only worth a line when there is something to say.
    if (layer === 'policy' && finding === undefined) return [];
    const code = finding === undefined || finding.severity === 'note' ? '' : finding.code;
    const words = {
      proven: finding === undefined || code === '' ? 'proven' : provenBut(finding),
      failed: `failed: ${code}`,
      not_proven: code === '' ? 'not proven' : `not proven: ${code}`,
    };
    return [`  ${painted(marks[proof], paint)} ${layer.padEnd(10)}${words[proof]}`];
  });
}

function findingLines(finding: Finding, cause: CheckReport['cause'], paint: Paint, width: number): readonly string[] {
  const isCause = cause?.code === finding.code && cause.summary === finding.summary;
  const [first = '', ...more] = wrap(`${finding.code}: ${isCause ? 'the cause' : finding.summary}`, width);
  return [`${severityMark(finding.severity, paint)} ${first}`, ...more.map((line) => `  ${line}`)];
}

/** What was found about the route itself; its cause stands above already. */
function routeLines(report: ShownReport, paint: Paint, width: number): readonly string[] {
  return report.findings
    .filter((each) => each.endpoint === null && each.summary !== report.cause?.summary)
    .flatMap((each) => findingLines(each, null, paint, width - 6))
    .map((line) => `    ${line}`);
}

/** What was heard, as short facts one after the other: aligned below the word that begins the block. */
function saidLines(said: readonly Said[], width: number): readonly string[] {
  if (said.length === 0) return [];
  return wrap(said.map(([name, value]) => `${name}: ${value}`).join('; '), width - 6).map((line) => `      ${line}`);
}

function tlsLines({ tls }: EdgeReport, width: number): readonly string[] {
  if (tls === null) return [];
  const [first, ...rest] = [...sessionLines(tls), ...saidLines(saidByTls(tls), width)];
  return first === undefined ? [] : [first.startsWith('TLS') ? first : first.replace('      ', 'TLS   '), ...rest];
}

/** What the resolvers said, below the layers. */
function resolverLines({ route }: ShownReport, width: number): readonly string[] {
  const [first, ...rest] = saidLines(saidByResolvers(route), width - 4);
  return first === undefined ? [] : ['', `  DNS   ${first.trim()}`, ...rest.map((line) => `  ${line}`)];
}

function sessionLines(tls: NonNullable<EdgeReport['tls']>): readonly string[] {
  if (tls.protocol === null && tls.chain[0] === undefined) return [];
  const leaf = tls.chain[0];
  const session = [tls.protocol, tls.cipher].filter((each) => each !== null).join(' ');
  const chain = `chain of ${String(tls.chain.length)}: ${tls.verification ?? 'not verified'}`;
  const lines = [`TLS   ${[session, chain].filter((each) => each !== '').join(', ')}`];
  if (leaf !== undefined) {
    lines.push(
      `      ${leaf.commonName ?? leaf.subject}, until ${leaf.notAfter.slice(0, 10)}, issued by ${leaf.issuer.replaceAll('\n', ', ')}`,
    );
  }
  return lines;
}

function sipLines({ sip }: EdgeReport, width: number): readonly string[] {
  if (sip === null) return [];
  const proves = sip.proves === null ? [] : [provesLine(sip.proves)];
  if (sip.status === null) return proves.map((line) => `SIP   no answer: ${line}`);
  const said = saidBySip(sip);
  const server = said.flatMap(([name, value]) => (name === 'Server' ? [value] : []));
  const others = said.filter(([name]) => name !== 'Server');
  return [
    `SIP   ${[`${String(sip.status)} ${sip.reason ?? ''}`, ...server].join(', ')}`,
    ...proves.map((line) => `      ${line}`),
    ...saidLines(others, width),
  ];
}

/** Three separate results; `unknown` is one of them. */
function provesLine({ means, reachable, authenticated, authorised }: Proves): string {
  return `${means} (reachable: ${reachable}, authenticated: ${authenticated}, authorised: ${authorised})`;
}

function edgeLines(edge: EdgeReport, cause: CheckReport['cause'], paint: Paint, width: number): readonly string[] {
  const findings = edge.findings.flatMap((each) => findingLines(each, cause, paint, width - 8));
  return [
    `  ${painted(statusMarks[edge.status], paint)} ${endpointName(edge)} ${edge.transport}`,
    ...[...tlsLines(edge, width - 6), ...sipLines(edge, width - 6), ...findings].map((line) => `      ${line}`),
  ];
}

/** Whether a host without addresses of one family has some of the other: most have, and nothing is wrong with it. */
function isOtherFamily(step: Step, steps: readonly Step[]): boolean {
  if (step.name !== 'address_lookup' || step.failure?.code !== 'dns_nodata') return false;
  const [host] = step.target.split(' ');
  return steps.some((each) => each.name === step.name && each.failure === null && each.target.split(' ')[0] === host);
}

function stepEnd(step: Step, steps: readonly Step[], paint: Paint): string {
  if (step.failure === null) return paint.good('✓');
  if (isOtherFamily(step, steps)) return paint.faint('none');
  return paint.bad(`✗ ${step.failure.code}: ${step.failure.detail}`);
}

function trailLines({ steps }: ShownReport, paint: Paint): readonly string[] {
  const lines = steps.map((step) => {
    const times = `${took(step.startedMs).padStart(9)} ${took(step.tookMs).padStart(9)}`;
    return `  ${times}  ${step.name.padEnd(15)} ${step.target}  ${stepEnd(step, steps, paint)}`;
  });
  const heading = [
    '  The steps; each edge counts from its own start.',
    `  ${'start'.padStart(9)} ${'took'.padStart(9)}  step`,
  ];
  return ['', ...heading.map((line) => paint.faint(line)), ...lines];
}

interface Options {
  readonly paint: Paint;
  /** Whether every step is listed. */
  readonly trace: boolean;
  /** Whether it was examined just now, so that flags could change it. */
  readonly live: boolean;
  readonly columns: number | null;
}

/** One examination as a short tree for a person. Pure. */
export function renderCheck(unsafe: ShownReport, { paint, trace, live, columns }: Options): string {
  const report = clean(unsafe);
  const width = Math.max(60, Math.min(columns ?? 100, 120));
  const edges =
    report.edges.length === 0
      ? []
      : ['', ...report.edges.flatMap((edge) => edgeLines(edge, report.cause, paint, width))];
  const lines = [
    ...headline(report, paint),
    ...plannedLines(report, width),
    ...causeLines(report, live, width),
    ...(live ? allowLines(report, width) : []),
    '',
    ...layerLines(report, paint),
    ...routeLines(report, paint, width),
    ...resolverLines(report, width),
    ...edges,
    ...(trace ? trailLines(report, paint) : []),
  ];
  return `${lines.join('\n')}\n`;
}
