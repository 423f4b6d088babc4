import type { CertificateFacts } from '../federation/certificate.ts';
import { endpointName } from '../federation/edge.ts';
import { printable } from '../federation/failure.ts';
import type { Finding } from '../federation/finding.ts';
import type { CheckReport, EdgeReport } from './report.ts';

/** A line of the letter: what it is, and what it was. */
export type Fact = readonly [name: string, value: string];

/** The examination that a letter speaks of. */
export type Shown = Pick<CheckReport, 'at' | 'route' | 'edges'>;

/** The edge that a finding is about; undefined for a finding about the route. */
export function edgeOf({ endpoint }: Finding, shown: Pick<Shown, 'edges'> | null): EdgeReport | undefined {
  return shown?.edges.find((each) => endpointName(each) === endpoint);
}

const shownTargets = 4;
const shownAddresses = 4;
const shownNames = 5;
const shownDiagnostics = 2;

/** A stranger's text in quotation marks that it cannot leave; cut to `limit` characters. */
export function quoted(text: string, limit = 120): string {
  return `"${printable(text.replaceAll('\n', ', '), limit).replaceAll('"', "'")}"`;
}

function some(list: readonly string[], limit: number): string {
  const more = list.length - limit;
  return list.slice(0, limit).join(', ') + (more > 0 ? ` and ${String(more)} more` : '');
}

/** `2026-03-01 10:00:00 UTC` of an ISO 8601 instant in UTC. */
export function utc(iso: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(iso) ? `${iso.slice(0, 19).replace('T', ' ')} UTC` : 'unknown';
}

/** What the partner publishes. What resolvers of ours said to each other stays with us. */
function published({ pinned, targets, reply }: Shown['route']): readonly Fact[] {
  if (pinned) return [['Route', 'host and port as agreed, not read from DNS']];
  const answer: readonly Fact[] =
    reply == null || (targets.length > 0 && reply.dnssec !== 'bogus')
      ? []
      : [
          [
            'DNS answer',
            `${printable(reply.rcode, 20)}${reply.dnssec === 'bogus' ? ', signatures do not verify' : ''}`,
          ],
        ];
  const records = targets.slice(0, shownTargets).map(({ host, port, priority, weight, addresses }): Fact => {
    const found =
      addresses.length === 0
        ? 'no address'
        : some(
            addresses.map((each) => printable(each, 45)),
            shownAddresses,
          );
    return ['SRV', `${[priority, weight, port].join(' ')} ${printable(host, 253)} (${found})`];
  });
  const more = targets.length - shownTargets;
  return [...answer, ...records, ...(more > 0 ? [['', `and ${String(more)} more targets`] as const] : [])];
}

function certificate(leaf: CertificateFacts): readonly Fact[] {
  const { dns, uri, ip } = leaf.names;
  const reversed = leaf.details?.serialReversed;
  const serial = printable(leaf.serial, 64);
  const names = [...dns, ...uri, ...ip].map((name) => printable(name, 80));
  return [
    ['Subject', quoted(leaf.subject)],
    ['Issuer', quoted(leaf.issuer)],
    ['Serial', reversed === undefined ? serial : `${serial} (some tools show ${printable(reversed, 64)})`],
    ['Valid', `${utc(leaf.notBefore)} to ${utc(leaf.notAfter)}`],
    ['Names', names.length === 0 ? 'none' : quoted(some(names, shownNames), 300)],
  ];
}

function secured({ tls, serverName }: EdgeReport): readonly Fact[] {
  if (tls === null) return [];
  const session = [tls.protocol, tls.cipher].filter((each) => each !== null).map((each) => printable(each, 60));
  const [leaf] = tls.chain;
  const sent = `${String(tls.chain.length)} sent${tls.verification === null ? '' : `, verified as ${printable(tls.verification, 60)}`}`;
  return [
    ['Server name', printable(serverName, 253)],
    ...(session.length === 0 ? [] : [['TLS', session.join(', ')] as const]),
    ...(leaf === undefined ? [] : [['Certificates', sent] as const, ...certificate(leaf)]),
  ];
}

/** What their log calls us by: the certificate that they were shown and refused. */
function shownToThem({ admission }: EdgeReport): readonly Fact[] {
  const ours = admission?.ours ?? null;
  if (ours === null) return [];
  return [
    ['We showed', quoted(ours.subject)],
    ['  issued by', quoted(ours.issuer)],
    ['  serial', printable(ours.serial, 64)],
  ];
}

function answered({ sip, serverName, transport }: EdgeReport, from: string): readonly Fact[] {
  const asked: Fact = [
    'We sent',
    `OPTIONS sip:${printable(serverName, 253)}, From: sip:fedmon@${from}, over ${transport.toUpperCase()}`,
  ];
  if (sip?.status == null) return [asked];
  const { status, reason, server, retryAfterSeconds, warning, decoded = [] } = sip;
  const optional = (name: string, text: string | null): readonly Fact[] =>
    text === null ? [] : [[name, quoted(text)]];
  return [
    asked,
    ['Answer', `${String(status)} ${quoted(reason ?? '')}`],
    ...(sip.seenAs?.address == null ? [] : [['You saw us as', quoted(sip.seenAs.address, 45)] as const]),
    ...optional('Server', server),
    ...(retryAfterSeconds === null ? [] : [['Retry-After', `${String(retryAfterSeconds)} s`] as const]),
    ...optional('Warning', warning),
    ...decoded
      .slice(0, shownDiagnostics)
      .map((each): Fact => ['Diagnostic', `${String(each.id)} ${quoted(each.reason ?? '')}`]),
  ];
}

/** The facts that matter for the layer of a finding, the telling ones first. Of our side only what they were shown is among them. */
export function factsToSend(finding: Finding, shown: Shown | null, from: string): readonly Fact[] {
  if (shown === null) return [];
  const { layer } = finding;
  const edge = edgeOf(finding, shown);
  if (edge === undefined || layer === 'dns' || layer === 'tcp') return published(shown.route);
  if (layer === 'admission') return [...shownToThem(edge), ...secured(edge)];
  if (layer === 'tls') return secured(edge);
  return answered(edge, from);
}
