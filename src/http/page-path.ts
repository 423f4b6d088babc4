import type { EdgeVerdict } from '../federation/diagnosis.ts';
import { endpointName } from '../federation/edge.ts';
import { checks } from '../federation/observation.ts';
import type { CheckReport, EdgeReport } from '../probe/report.ts';
import type { Detail } from './detail.ts';
import { html, type Html } from './html.ts';
import { layerWords, proofBadge } from './words.ts';

/** A hostile record set must not become an endless page: so many edges are shown, the rest is counted. */
export const shownEdges = 40;

/** What was proven for the partner, bottom up. */
export function layersView({ newest }: Detail): Html | null {
  if (newest === null) return null;
  const { layers } = newest.diagnosis;
  const shown = layers.policy === 'failed' ? ([...checks, 'policy'] as const) : checks;
  return html`<ol class="layers" aria-label="Layers, bottom up">
    ${shown.map((layer) => html`<li><b>${layerWords[layer]}</b>${proofBadge(layers[layer])}</li>`)}
  </ol>`;
}

type Target = CheckReport['route']['targets'][number];

function targetRow({ host, port, transport, priority, weight, ttl, addresses, failure }: Target): Html {
  const found = addresses.length > 0 ? addresses.join(', ') : `none (${failure?.detail ?? 'no address'})`;
  return html`<tr>
    <th scope="row"><code>${host}</code></th>
    <td class="number">${port}</td>
    <td>${transport}</td>
    <td class="number">${priority} / ${weight}</td>
    <td class="number">${ttl === null ? 'pinned' : `${String(ttl)} s`}</td>
    <td><code>${found}</code></td>
  </tr> `;
}

function routeTable({ route }: CheckReport): Html {
  const asked = route.pinned ? 'The route is pinned in the config.' : `Asked for ${route.asked.join(', then ')}.`;
  const known = route.provider === null ? '' : ` Hosted by ${route.provider}.`;
  if (route.targets.length === 0) return html`<p>${asked} No target was found.</p>`;
  const heads = ['Target', 'Port', 'Transport', 'Priority / weight', 'TTL', 'Addresses'];
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Targets">
    <table>
      <caption>
        ${asked}${known}
      </caption>
      <thead>
        <tr>
          ${heads.map((each) => html`<th scope="col">${each}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${route.targets.map(targetRow)}
      </tbody>
    </table>
  </div>`;
}

function answer(edge: EdgeReport | undefined): string {
  const sip = edge?.sip ?? null;
  if (sip?.status == null) return '';
  return `${String(sip.status)} ${sip.reason ?? ''}`.trim();
}

function edgeRow({ edge, proofs, status }: EdgeVerdict, reported: EdgeReport | undefined): Html {
  const asked = edge.options ? null : html`<span class="said">not asked</span>`;
  const admission = edge.transport === 'tls' ? proofBadge(proofs.admission) : html`<span class="quiet">no TLS</span>`;
  const tls = edge.transport === 'tls' ? proofBadge(proofs.tls) : html`<span class="quiet">no TLS</span>`;
  return html`<tr>
    <th scope="row"><code>${endpointName(edge)}</code></th>
    <td><span class="proof ${status}">${status}</span></td>
    <td>${proofBadge(proofs.tcp)}</td>
    <td>${tls}</td>
    <td>${admission}</td>
    <td>${asked ?? proofBadge(proofs.sip)}<span class="said">${answer(reported)}</span></td>
  </tr> `;
}

function edgeTable({ newest }: Detail): Html | null {
  const edges = newest?.diagnosis.edges ?? [];
  if (newest === null || edges.length === 0) return null;
  const heads = ['Edge', 'Status', 'TCP', 'TLS', 'Admission', 'SIP'];
  const more = edges.length - shownEdges;
  return html`<h2>Edges</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Edges">
      <table>
        <thead>
          <tr>
            ${heads.map((each) => html`<th scope="col">${each}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${edges.slice(0, shownEdges).map((each, at) => edgeRow(each, newest.report.edges[at]))}
        </tbody>
      </table>
    </div>
    ${more > 0 ? html`<p class="quiet">${more} more edges are in the JSON of this page.</p>` : null}`;
}

/** From the domain to the answer: what DNS said, and how far each edge lets us. */
export function pathView(detail: Detail): Html | null {
  if (detail.newest === null) return null;
  return html`<h2>Route</h2>
    ${routeTable(detail.newest.report)}${edgeTable(detail)}`;
}
