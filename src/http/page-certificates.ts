import type { CertificateFacts } from '../federation/certificate.ts';
import { endpointName } from '../federation/edge.ts';
import { saidByTls, type Said } from '../probe/evidence-words.ts';
import type { Detail } from './detail.ts';
import { html, type Html } from './html.ts';
import { chainView, daysLeft } from './page-chain.ts';
import { factRows } from './page-table.ts';
import { count, utc } from './words.ts';

/** So many different certificates are shown. */
const shownCertificates = 8;
const shownNames = 12;

interface Presented {
  readonly certificate: CertificateFacts;
  readonly edges: readonly string[];
  readonly verification: string | null;
  readonly chain: readonly CertificateFacts[];
  readonly negotiated: string;
  readonly said: readonly Said[];
}

/** Each certificate once, with every edge that presents it. */
function presented({ newest }: Detail): readonly Presented[] {
  const byPrint = new Map<string, Presented>();
  for (const edge of newest?.report.edges ?? []) {
    const certificate = edge.tls?.chain[0];
    if (edge.tls === null || certificate === undefined) continue;
    const before = byPrint.get(certificate.fingerprint256);
    byPrint.set(certificate.fingerprint256, {
      certificate,
      edges: [...(before?.edges ?? []), endpointName(edge)],
      verification: edge.tls.verification,
      chain: edge.tls.chain,
      said: before?.said ?? saidByTls(edge.tls),
      negotiated: [edge.tls.protocol, edge.tls.cipher].filter((each) => each !== null).join(', '),
    });
  }
  return [...byPrint.values()];
}

function names({ names: of, namesTotal }: CertificateFacts): string {
  const all = [...of.dns, ...of.uri, ...of.ip];
  const shown = all.slice(0, shownNames);
  const more = Math.max(namesTotal, all.length) - shown.length;
  return `${shown.length === 0 ? 'none' : shown.join(', ')}${more > 0 ? ` and ${String(more)} more` : ''}`;
}

function card({ certificate: leaf, edges, verification, chain, negotiated, said }: Presented, nowMs: number): Html {
  const key = leaf.keyBits === null ? leaf.keyType : `${leaf.keyType} ${String(leaf.keyBits)}`;
  const shown = edges.slice(0, shownNames).join(', ') + (edges.length > shownNames ? ' and others' : '');
  return html`<div class="card">
    <dl class="facts">
      <dt>Valid until</dt>
      <dd>${utc(Date.parse(leaf.notAfter))} · <strong>${daysLeft(leaf.notAfter, nowMs)}</strong></dd>
      <dt>Valid from</dt>
      <dd>${utc(Date.parse(leaf.notBefore))}</dd>
      <dt>Subject</dt>
      <dd>${leaf.subject}</dd>
      <dt>Names</dt>
      <dd>${names(leaf)}</dd>
      <dt>Issuer</dt>
      <dd>${leaf.issuer}</dd>
      <dt>Chain</dt>
      <dd>
        ${count(chain.length, 'certificate', 'certificates')} presented; against our trust store:
        ${verification ?? 'not reached'} ${chainView(chain, nowMs)}
      </dd>
      <dt>Key</dt>
      <dd>${key}</dd>
      <dt>Negotiated</dt>
      <dd>${negotiated === '' ? 'not reached' : negotiated}</dd>
      ${factRows(said)}
      <dt>Fingerprint</dt>
      <dd><code>${leaf.fingerprint256}</code></dd>
      <dt>Serial</dt>
      <dd><code>${leaf.serial}</code></dd>
      <dt>Presented by</dt>
      <dd><code>${shown}</code></dd>
    </dl>
  </div> `;
}

/** The certificates the edges present, each once. */
export function certificatesView(detail: Detail, nowMs: number): Html | null {
  const all = presented(detail);
  if (all.length === 0) return null;
  const more = all.length - shownCertificates;
  return html`<h2>${all.length === 1 ? 'Their certificate' : 'Their certificates'}</h2>
    ${all.slice(0, shownCertificates).map((each) => card(each, nowMs))}
    ${more > 0 ? html`<p class="quiet">${more} more are in the JSON of this page.</p>` : null}`;
}
