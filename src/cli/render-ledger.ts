import { amountOf, connectionRows, requestRows, type Ledger, type RequestRow } from '../http/ledger-rows.ts';
import { count } from '../http/words.ts';
import { mostLedgerEntries } from '../store/keys.ts';
import type { Io } from './io.ts';
import { commandName } from './name.ts';
import { clean, paintFor, type Paint } from './paint.ts';
import { instantInWords } from './shown.ts';
import { table } from './table.ts';

const heading = ['WHEN', 'SENT', 'ENDED', 'EDGE', 'ADDRESS', 'FROM'];
const mostAddresses = 4;

function amountInWords(domain: string, ledger: Ledger): string {
  const amount = amountOf(ledger);
  if (amount === null) return '';
  const { connections, requests, edges, sinceAt } = amount;
  const to = count(edges, 'edge', 'edges');
  const of = `${count(connections, 'connection', 'connections')} and ${count(requests, 'OPTIONS', 'OPTIONS')}`;
  return `${domain}: ${of} to ${to} since ${instantInWords(sinceAt)}; the latest ${String(mostLedgerEntries)} of each edge are kept.`;
}

function requestLines(
  { number, edge, addresses, firstAt, lastAt, text }: RequestRow,
  of: number,
  paint: Paint,
): readonly string[] {
  const more = addresses.length > mostAddresses ? ` and ${String(addresses.length - mostAddresses)} more` : '';
  const to = `${edge} (${addresses.slice(0, mostAddresses).join(', ')}${more})`;
  const when = of === 1 ? '' : `, ${instantInWords(firstAt)} to ${instantInWords(lastAt)}`;
  const name = of === 1 ? 'The request' : `Request ${String(number)}`;
  return [paint.strong(`${name} to ${to}${when}`), ...text.split('\r\n').map((line) => `  ${clean(line)}`.trimEnd())];
}

/** What was sent to a partner's edges: how much, a line a connection, then each request once, as it was sent. */
export function renderLedger(domain: string, ledger: Ledger, io: Pick<Io, 'colour' | 'columns'>): string {
  const paint = paintFor(io.colour);
  if (ledger.rows.length === 0) {
    return `Nothing was sent to the edges of ${domain} in the last seven days. Why: ${commandName()} partners show ${domain}\n`;
  }
  const requests = requestRows(ledger);
  const rows = clean(connectionRows(ledger)).map(({ at, sent, ended, edge, address, vantage, request }) => {
    const which = request === null || requests.length === 1 ? '' : `, request ${String(request)}`;
    return [instantInWords(at), `${sent}${which}`, ended, edge, address, vantage];
  });
  const texts = requests.flatMap((each) => requestLines(each, requests.length, paint));
  const note = 'As it was sent; x stands for random octets, which --json has.';
  return [
    amountInWords(domain, ledger),
    '',
    table(heading, rows, paint, io.columns),
    ...(requests.length === 0 ? [] : [...texts.join('\n').trimEnd().split('\n'), '', paint.faint(note)]),
  ]
    .join('\n')
    .replace(/\n*$/, '\n');
}
