import { edgeId, edgeName } from '../federation/edge.ts';
import type { LedgerRow, Sending } from '../federation/ledger.ts';
import { requestAsSent } from '../probe/sip/request.ts';

/** What was sent lately to the edges of one partner, newest first. */
export interface Ledger {
  readonly rows: readonly LedgerRow[];
}

/** One thing that was sent: a row of `/api/v1/ledger/DOMAIN` and of `fedmon ledger --json`. */
export interface SentRow {
  readonly at: string;
  readonly vantage: string;
  readonly edge: string;
  readonly address: string;
  readonly transport: string;
  readonly what: Sending['what'];
  readonly outcome: string;
  /** Of a handshake: the identity shown; null: no certificate was, or nothing of the kind is shown. */
  readonly identity: string | null;
  /** Of an OPTIONS: octets of the request, and how often it went out. */
  readonly octets: number | null;
  readonly times: number;
  /** Of an OPTIONS: the request octet for octet as it was sent; null where an earlier version did not keep it. */
  readonly text: string | null;
}

/** One connection: what went over it and how it ended, in words. */
export interface ConnectionRow {
  readonly at: string;
  readonly vantage: string;
  readonly edge: string;
  readonly address: string;
  readonly sent: string;
  readonly ended: string;
  /** The number of its request among `requestRows`; null: nothing was asked, or it was not kept. */
  readonly request: number | null;
}

/** A request that was sent, once, with an `x` for each random octet, and to whom and when it was. */
export interface RequestRow {
  /** From 1, the one sent last. */
  readonly number: number;
  /** The edge and address it went to last, and all addresses. */
  readonly edge: string;
  readonly address: string;
  readonly addresses: readonly string[];
  readonly firstAt: string;
  readonly lastAt: string;
  readonly times: number;
  readonly text: string;
}

function asSent({ text, random }: Sending): string | null {
  return text === undefined || random === undefined || random.length === 0 ? null : requestAsSent(text, random);
}

/** One row for each thing that was sent; those of one connection in the order they were sent. Pure. */
export function sentRows({ rows }: Ledger): readonly SentRow[] {
  return rows.flatMap(({ at, vantage, edge, sendings }) =>
    sendings.map((sending) => {
      const { what, outcome, identity = null, octets = null, times = 1 } = sending;
      const { address, transport } = edge;
      const text = asSent(sending);
      return { at, vantage, edge: edgeName(edge), address, transport, what, outcome, identity, octets, times, text };
    }),
  );
}

const textOf = ({ sendings }: LedgerRow): string | null =>
  sendings.find(({ text }) => text !== undefined)?.text ?? null;

/** Every request that was sent, once. Pure. */
export function requestRows({ rows }: Ledger): readonly RequestRow[] {
  const found = new Map<string, RequestRow>();
  for (const row of rows) {
    const text = textOf(row);
    if (text === null) continue;
    const times = row.sendings.find(({ what }) => what === 'sip_options')?.times ?? 1;
    const { address } = row.edge;
    const known = found.get(text);
    const request = known ?? {
      ...{ number: found.size + 1, edge: edgeName(row.edge), address, addresses: [] },
      ...{ firstAt: row.at, lastAt: row.at, times: 0, text },
    };
    const addresses = request.addresses.includes(address) ? request.addresses : [...request.addresses, address];
    found.set(text, { ...request, addresses, firstAt: row.at, times: request.times + times });
  }
  return [...found.values()];
}

function inWords({ what, identity, octets, times = 1 }: Sending, { transport }: LedgerRow['edge']): string {
  switch (what) {
    case 'tcp_connect':
      return 'TCP';
    case 'tls_handshake':
      return identity == null ? 'TLS without a certificate' : `TLS with certificate ${identity}`;
    case 'sip_options': {
      const repeated = times === 1 ? '' : `, ${String(times)} times`;
      const over = transport === 'udp' ? ' over UDP' : '';
      return `OPTIONS${over}, ${String(octets ?? 0)} octets${repeated}`;
    }
  }
}

const heldWords = {
  retry_after: 'SIP not asked: they said Retry-After',
  refusals: 'SIP not asked: they refused it lately',
} as const;

function endInWords({ sendings, held }: LedgerRow): string {
  const last = sendings.at(-1);
  if (last?.what === 'sip_options' && /^[0-9]{3}$/.test(last.outcome)) return `answered ${last.outcome}`;
  if (last?.outcome !== 'done') return last?.outcome ?? '';
  return held === undefined ? 'ok' : heldWords[held];
}

/** One row for each connection. Pure. */
export function connectionRows(ledger: Ledger): readonly ConnectionRow[] {
  const numbers = new Map(requestRows(ledger).map(({ text, number }) => [text, number]));
  return ledger.rows.map((row) => ({
    at: row.at,
    vantage: row.vantage,
    edge: edgeName(row.edge),
    address: row.edge.address,
    sent: row.sendings.map((each) => inWords(each, row.edge)).join('; '),
    ended: endInWords(row),
    request: numbers.get(textOf(row) ?? '') ?? null,
  }));
}

/** How much it was: connections, requests, edges, and since when. Null: nothing. Pure. */
export function amountOf({ rows }: Ledger): {
  readonly connections: number;
  readonly requests: number;
  readonly edges: number;
  readonly sinceAt: string;
} | null {
  const oldest = rows.at(-1);
  if (oldest === undefined) return null;
  const asked = rows.flatMap(({ sendings }) => sendings.filter(({ what }) => what === 'sip_options'));
  return {
    connections: rows.filter(({ edge }) => edge.transport !== 'udp').length,
    requests: asked.reduce((sum, { times = 1 }) => sum + times, 0),
    edges: new Set(rows.map(({ edge }) => edgeId(edge))).size,
    sinceAt: oldest.at,
  };
}
