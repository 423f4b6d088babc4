import type { EdgeVerdict, Proof } from '../federation/diagnosis.ts';
import { endpointName } from '../federation/edge.ts';
import { checks } from '../federation/observation.ts';
import { saidByResolvers, saidBySip } from '../probe/evidence-words.ts';
import type { CheckReport, EdgeReport } from '../probe/report.ts';
import type { Detail } from './detail.ts';
import { html, type Html, type HtmlValue } from './html.ts';
import { pictureView } from './page-picture.ts';
import { factRows, tableView, type Column } from './page-table.ts';
import { layerWords, proofBadge, prose } from './words.ts';

/** A hostile record set must not become an endless page: so many edges are shown, the rest is counted. */
export const shownEdges = 40;

/** What was proven for the partner, bottom up. */
export function layersView({ newest }: Detail): Html | null {
  if (newest === null) return null;
  const { layers } = newest.diagnosis;
  const shown = layers.policy === 'failed' ? ([...checks, 'policy'] as const) : checks;
  return html`<ol class="layers" aria-label="Layers, bottom up">
    ${shown.map(
      (layer) =>
        html`<li>
          <span><b>${layerWords[layer]}</b>${proofBadge(layers[layer])}</span>
        </li>`,
    )}
  </ol>`;
}

type Target = CheckReport['route']['targets'][number];

const targetColumns: readonly Column[] = [
  { head: 'Target', of: 'name', names: true, bare: true },
  { head: 'Port', of: 'short' },
  { head: 'Transport', of: 'short' },
  { head: 'Priority / weight', of: 'short' },
  { head: 'TTL', of: 'short' },
  { head: 'Addresses', of: 'name' },
];

function targetRow({ host, port, transport, priority, weight, ttl, addresses, failure }: Target): readonly HtmlValue[] {
  const found = addresses.length > 0 ? addresses.join(', ') : `none (${failure?.detail ?? 'no address'})`;
  return [
    html`<code>${prose(host)}</code>`,
    port,
    transport,
    `${String(priority)} / ${String(weight)}`,
    ttl === null ? 'pinned' : `${String(ttl)} s`,
    html`<code>${prose(found)}</code>`,
  ];
}

function routeTable({ route }: CheckReport): Html {
  const asked = route.pinned ? 'The route is pinned in the config.' : `Asked for ${route.asked.join(', then ')}.`;
  const known = route.provider === null ? '' : ` Hosted by ${route.provider}.`;
  if (route.targets.length === 0) return html`<p>${prose(asked)} No target was found.</p>`;
  return html`<p class="quiet">${prose(asked)}${known}</p>
    ${tableView('Targets', targetColumns, route.targets.map(targetRow))}`;
}

/** What the resolvers said about it. */
function resolverView({ route }: CheckReport): Html | null {
  const said = saidByResolvers(route);
  return said.length === 0 ? null : html`<dl class="facts">${factRows(said)}</dl>`;
}

const answerColumns: readonly Column[] = [
  { head: 'Edge', of: 'name', names: true, bare: true },
  { head: 'Answer', of: 'text' },
  { head: 'What it proves', of: 'text' },
  { head: 'What came with it', of: 'wide' },
];

/** What each edge said to our OPTIONS. */
function answerTable({ edges }: CheckReport): Html | null {
  const rows = edges.slice(0, shownEdges).flatMap((edge) => {
    const { sip } = edge;
    if (sip?.status == null) return [];
    const proves = sip.proves === null ? '–' : sip.proves.means;
    const more = saidBySip(sip).map(([name, value]) => html`<span class="line"><b>${name}</b> ${prose(value)}</span>`);
    return [
      [html`<code>${prose(endpointName(edge))}</code>`, answer(edge), prose(proves), more.length === 0 ? '–' : more],
    ];
  });
  if (rows.length === 0) return null;
  return html`<h2>SIP answers</h2>
    ${tableView('SIP answers', answerColumns, rows)}`;
}

function answer(edge: EdgeReport | undefined): string {
  const sip = edge?.sip ?? null;
  if (sip?.status == null) return '';
  return `${String(sip.status)} ${sip.reason ?? ''}`.trim();
}

const edgeColumns: readonly Column[] = [
  { head: 'Edge', of: 'name', names: true, bare: true },
  { head: 'Status', of: 'short' },
  { head: 'TCP', of: 'short' },
  { head: 'TLS', of: 'short' },
  { head: 'Admission', of: 'short' },
  { head: 'SIP', of: 'text' },
];

function edgeRow({ edge, proofs, status }: EdgeVerdict, reported: EdgeReport | undefined): readonly HtmlValue[] {
  const ofTls = (proof: Proof): Html =>
    edge.transport === 'tls' ? proofBadge(proof) : html`<span class="quiet">no TLS</span>`;
  return [
    html`<code>${prose(endpointName(edge))}</code>`,
    html`<span class="proof ${status}">${status}</span>`,
    proofBadge(proofs.tcp),
    ofTls(proofs.tls),
    ofTls(proofs.admission),
    [
      edge.options ? proofBadge(proofs.sip) : html`<span class="quiet">not asked</span>`,
      html`<span class="said">${answer(reported)}</span>`,
    ],
  ];
}

function edgeTable({ newest }: Detail): Html | null {
  const edges = newest?.diagnosis.edges ?? [];
  if (newest === null || edges.length === 0) return null;
  const more = edges.length - shownEdges;
  const rows = edges.slice(0, shownEdges).map((each, at) => edgeRow(each, newest.report.edges[at]));
  return html`<h2>Edges</h2>
    ${tableView('Edges', edgeColumns, rows)}
    ${more > 0 ? html`<p class="quiet">${more} more edges are in the JSON of this page.</p>` : null}`;
}

/** From the domain to the answer: what DNS said, and how far each edge lets us. */
export function pathView(detail: Detail): Html | null {
  if (detail.newest === null) return null;
  return html`<h2>Route</h2>
    ${pictureView(detail)} ${routeTable(detail.newest.report)}${resolverView(detail.newest.report)}${edgeTable(detail)}
    ${answerTable(detail.newest.report)}`;
}
