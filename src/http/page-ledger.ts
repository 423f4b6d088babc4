import { html, type Html, type HtmlValue } from './html.ts';
import {
  amountOf,
  connectionRows,
  requestRows,
  type ConnectionRow,
  type Ledger,
  type RequestRow,
} from './ledger-rows.ts';
import { document } from './page-frame.ts';
import { tableView, type Column } from './page-table.ts';
import { count, prose, utc } from './words.ts';

/** So many are on the page; the API has all that are kept. */
const shownConnections = 300;

const columns: readonly Column[] = [
  { head: 'When', of: 'short', names: true, bare: true },
  { head: 'What was sent', of: 'text' },
  { head: 'How it ended', of: 'text' },
  { head: 'Edge', of: 'name' },
  { head: 'Address', of: 'name' },
  { head: 'From', of: 'short' },
];

function row(
  { at, sent, ended, edge, address, vantage, request }: ConnectionRow,
  several: boolean,
): readonly HtmlValue[] {
  return [
    utc(Date.parse(at)),
    several && request !== null ? `${sent}, request ${String(request)}` : sent,
    ended,
    html`<code>${prose(edge)}</code>`,
    html`<code>${address}</code>`,
    vantage,
  ];
}

function requestView({ number, edge, addresses, firstAt, lastAt, text }: RequestRow): Html {
  return html`<h3>${String(number)}: <code>${edge}</code> (${addresses.join(', ')})</h3>
    <p class="quiet">${utc(Date.parse(firstAt))} to ${utc(Date.parse(lastAt))}</p>
    <pre class="letter" tabindex="0">${text}</pre>`;
}

/** What was sent lately to the edges of one partner, to be shown to whoever asks. Pure. */
export function ledgerPage(domain: string, ledger: Ledger, nowMs: number): string {
  const connections = connectionRows(ledger);
  const amount = amountOf(ledger);
  const requests = requestRows(ledger);
  const body = html`<h1>What was sent to ${domain}</h1>
    <p class="quiet">
      The newest first; the time is when the connection was begun. Partners behind one edge share its entries. Each edge
      keeps its latest connections, for seven days after the last one. Questions to DNS servers are not sent to the
      partner and not listed.
    </p>
    ${
      amount === null
        ? html`<p>Nothing in the last seven days.</p>`
        : html`<p>
              ${count(amount.connections, 'connection', 'connections')} and ${String(amount.requests)} OPTIONS to
              ${count(amount.edges, 'edge', 'edges')} since ${utc(Date.parse(amount.sinceAt))}.
            </p>
            ${tableView(
              'What was sent',
              columns,
              connections.slice(0, shownConnections).map((each) => row(each, requests.length > 1)),
            )}`
    }
    ${
      requests.length === 0
        ? null
        : html`<h2>The requests</h2>
            <p class="quiet">
              As they were sent, the latest first; x stands for octets that are random each time, which the JSON has.
            </p>
            ${requests.map(requestView)}`
    }
    <p>
      <a href="../partners/${encodeURIComponent(domain)}">What is known of ${domain}</a> ·
      <a href="../api/v1/ledger/${encodeURIComponent(domain)}">All of this as JSON</a>
    </p>`;
  return document({ title: `Sent to ${domain} – fedmon`, root: '../', nowMs, refresh: null, warning: null }, body);
}
