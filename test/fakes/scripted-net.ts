import { failureCodes, NetworkFailure, type FailureCode } from '../../src/federation/failure.ts';
import type { CertificateFacts } from '../../src/federation/certificate.ts';
import { DnsDenial } from '../../src/net/dns-answer.ts';
import type {
  Admission,
  DnsAnswer,
  DnsQuestion,
  DnsRecord,
  DnsReply,
  DatagramLink,
  DnsServer,
  Link,
  Net,
  TlsSeen,
} from '../../src/net/net.ts';
import type { Stop } from '../../src/net/deadline.ts';
import { asError, Progress } from '../../src/net/progress.ts';

/** Nothing happens until the signal fires. */
export type Silence = 'silence';
export type DnsScript = readonly DnsRecord[] | Partial<DnsAnswer> | DnsNo | FailureCode | Silence;

/** A no with its particulars. */
export interface DnsNo extends Partial<DnsReply> {
  readonly no: 'dns_nxdomain' | 'dns_nodata' | 'dns_servfail' | 'dns_refused';
}

/** What one address and port does. Left out: it connects, speaks TLS 1.3, admits at once and answers nothing. */
export interface EdgeScript {
  readonly connect?: FailureCode | Silence;
  /** What TLS shows; with `failure` the handshake fails and the rest stays seen. */
  readonly tls?: Partial<TlsSeen> & { readonly failure?: FailureCode | Silence };
  readonly admitted?: Admission | FailureCode | Silence;
  /** What comes back for each text sent: chunks, a failure of `receive`, or null for an orderly end. */
  readonly replies?: (request: string) => readonly string[] | FailureCode | null;
}

/** What one address and port does over UDP. Left out: nothing comes back. */
export interface DatagramScript {
  /** What happens at once, before anything is sent. */
  readonly open?: FailureCode | Silence;
  /** The datagrams that come back for each one sent, or the failure that follows. `turn` counts from 1. */
  readonly replies?: (request: string, turn: number) => readonly string[] | FailureCode;
}

export interface NetScript {
  /**
   * Keys are `name TYPE`: `_sipfederationtls._tcp.a.example SRV`. With ` +cd` for a question with checking disabled, with
   * ` @192.0.2.54` for one server; the plain key serves where there is no such, and `* TYPE` where no name is. Left out, NAPTR, `_sip._udp`
   * and the records of clients are NODATA.
   */
  readonly dns?: Readonly<Record<string, DnsScript>>;
  /** Keys are `address:port`, IPv6 in brackets: `192.0.2.1:5061`, `[2001:db8::1]:5061`. */
  readonly edges?: Readonly<Record<string, EdgeScript>>;
  /** The same keys, for UDP. */
  readonly datagrams?: Readonly<Record<string, DatagramScript>>;
}

export interface ScriptedNet extends Net {
  /** What was asked of the network, in order: `ask a.example A`, `connect 192.0.2.1:5061`, `secure …`, `send …`. */
  readonly calls: readonly string[];
  /** Connections that were not closed. */
  open(): number;
}

/** A network that does what the test announced; a call that was not announced rejects with a plain Error, as a bug would. */
export function scriptedNet(script: NetScript): ScriptedNet {
  const calls: string[] = [];
  const links = new Set<Link | DatagramLink>();
  return {
    calls,
    open: () => links.size,
    async ask(server, question, signal) {
      const key = `${question.name} ${question.type}`;
      calls.push(`ask ${key}`);
      const entry = script.dns === undefined ? undefined : entryFor(script.dns, server, question);
      if (entry === undefined) throw new Error(`not announced: ask ${key}`);
      const no = deniedBy(entry);
      if (no !== null) {
        await unlessBroken(undefined, signal);
        throw no;
      }
      await unlessBroken(typeof entry === 'string' ? entry : undefined, signal);
      const given = isRecords(entry) ? { records: entry } : typeof entry === 'string' ? {} : entry;
      return { server, ...plainAnswer, ...given };
    },
    async connect({ address, port }, signal) {
      const key = endpointKey(address, port);
      calls.push(`connect ${key}`);
      const edge = script.edges?.[key];
      if (edge === undefined) throw new Error(`not announced: connect ${key}`);
      await unlessBroken(edge.connect, signal);
      const link: Link = scriptedLink(
        edge,
        (call) => calls.push(call),
        () => links.delete(link),
      );
      links.add(link);
      return link;
    },
    async datagrams({ address, port }, signal) {
      const key = endpointKey(address, port);
      calls.push(`datagrams ${key}`);
      const peer = script.datagrams?.[key];
      if (peer === undefined) throw new Error(`not announced: datagrams ${key}`);
      await unlessBroken(peer.open, signal);
      const link: DatagramLink = scriptedDatagrams(
        peer,
        (call) => calls.push(call),
        () => links.delete(link),
      );
      links.add(link);
      return link;
    },
  };
}

const endpointKey = (address: string, port: number): string =>
  `${address.includes(':') ? `[${address}]` : address}:${String(port)}`;

const plainAnswer = { overTcp: false, authoritative: false, authenticated: false, records: [], dropped: 0 } as const;

function entryFor(
  script: NonNullable<NetScript['dns']>,
  server: DnsServer,
  { name, type, checkingDisabled }: DnsQuestion,
): DnsScript | undefined {
  const key = `${name} ${type}`;
  const here = ` @${server.address}`;
  const unchecked = checkingDisabled === true ? [`${key} +cd${here}`, `${key} +cd`] : [];
  const found = [...unchecked, key + here, key, `* ${type}`].find((each) => script[each] !== undefined);
  if (found !== undefined) return script[found];
  return type === 'NAPTR' || usuallyAbsent.test(`${name} ${type}`) ? 'dns_nodata' : undefined;
}

const usuallyAbsent = /^(?:(?:_sip\._udp|_sip\._tls|_xmpp-server\._tcp)\..* SRV|(?:lyncdiscover|sip)\..* A)$/;
const rcodes = { dns_nxdomain: 'NXDOMAIN', dns_nodata: 'NOERROR', dns_servfail: 'SERVFAIL', dns_refused: 'REFUSED' };

function deniedBy(entry: DnsScript): DnsDenial | null {
  const said = typeof entry === 'object' && 'no' in entry ? entry : { no: entry };
  if (typeof said.no !== 'string' || !(said.no in rcodes)) return null;
  const code = said.no as DnsNo['no'];
  const plain = { rcode: rcodes[code], authoritative: false, authenticated: false, zone: null, isAlias: false };
  return new DnsDenial(code, 'scripted', { ...plain, ...said });
}

function scriptedLink(edge: EdgeScript, note: (call: string) => void, gone: () => void): Link {
  const { failure, ...shown } = edge.tls ?? {};
  const replies: (string | null)[] = [];
  const progress = new Progress();
  let seen: TlsSeen | null = null;
  let closed = false;
  return {
    async secure({ serverName, record = false }, signal) {
      note(`secure ${serverName}`);
      const { flight = null } = shown;
      seen = { ...(failure === undefined ? completed : nothingSeen), ...shown, flight: record ? flight : null };
      await unlessBroken(failure, signal);
    },
    seen: () => seen,
    async admitted(signal) {
      note('admitted');
      const outcome = seen !== null && failure !== undefined ? failure : (edge.admitted ?? 'application_data');
      if (outcome === 'silence' || isFailure(outcome)) await unlessBroken(outcome, signal);
      signal.throwIfAborted();
      return outcome as Admission;
    },
    async send(bytes, signal) {
      const request = Buffer.from(bytes).toString('utf8');
      note(`send ${request}`);
      signal.throwIfAborted();
      if (closed) throw new NetworkFailure('connection_closed', 'scripted');
      const answer = edge.replies?.(request) ?? (edge.replies === undefined ? [] : null);
      replies.push(...(answer === null || typeof answer === 'string' ? [answer] : answer));
      progress.changed();
      await Promise.resolve();
    },
    async receive(signal) {
      const reply = await progress.until(
        () => (replies.length > 0 ? [replies.shift()] : closed ? [null] : undefined),
        signal,
      );
      const [text] = reply;
      if (text === null || text === undefined) return null;
      if (isFailure(text)) throw new NetworkFailure(text, 'scripted');
      return Buffer.from(text, 'utf8');
    },
    close() {
      closed = true;
      gone();
      progress.changed();
    },
  };
}

function scriptedDatagrams(peer: DatagramScript, note: (call: string) => void, gone: () => void): DatagramLink {
  const inbox: string[] = [];
  const progress = new Progress();
  let failure: FailureCode | null = null;
  let turn = 0;
  const unlessOver = (): void => {
    if (failure !== null) throw new NetworkFailure(failure, 'scripted');
  };
  return {
    async send(bytes, signal) {
      await Promise.resolve();
      signal.throwIfAborted();
      unlessOver();
      const request = Buffer.from(bytes).toString('utf8');
      note(`send ${request}`);
      turn += 1;
      const answer = peer.replies?.(request, turn) ?? [];
      if (typeof answer === 'string') failure = answer;
      else inbox.push(...answer);
      progress.changed();
    },
    async receive(signal) {
      const text = await progress.until(() => {
        const next = inbox.shift();
        if (next === undefined) unlessOver();
        return next;
      }, signal);
      return Buffer.from(text, 'latin1');
    },
    close() {
      failure = 'connection_closed';
      gone();
      progress.changed();
    },
  };
}

const nothingSeen: TlsSeen = {
  protocol: null,
  cipher: null,
  keyExchange: null,
  stapled: false,
  chain: [],
  verification: null,
  rooted: false,
  offeredCertificate: false,
};
const completed: TlsSeen = {
  protocol: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  keyExchange: 'X25519',
  stapled: false,
  chain: [],
  verification: 'ok',
  rooted: true,
  brokenRules: [],
  offeredCertificate: false,
  ours: null,
  certificateRequested: false,
  alpn: null,
  staple: null,
  session: { resumed: false, hasId: false, ticketSeconds: null },
  roots: {},
  flight: null,
};

/** Lets a promise pass, rejects for a failure code, and waits for the signal in silence. */
async function unlessBroken(outcome: FailureCode | Silence | undefined, signal: Stop): Promise<void> {
  await Promise.resolve();
  signal.throwIfAborted();
  if (outcome === undefined) return;
  if (outcome !== 'silence') throw new NetworkFailure(outcome, 'scripted');
  await new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(asError(signal.reason)), { once: true });
  });
}

function isFailure(text: string): text is FailureCode {
  return (failureCodes as readonly string[]).includes(text);
}

function isRecords(entry: DnsScript): entry is readonly DnsRecord[] {
  return Array.isArray(entry);
}

/** A certificate as a chain would show it, valid in 2026, for `sip.a.example` unless told otherwise. */
export function certificateFacts(over: Partial<CertificateFacts> = {}): CertificateFacts {
  const name = over.commonName ?? 'sip.a.example';
  return {
    subject: `CN=${name}`,
    commonName: name,
    issuer: 'CN=Test CA',
    serial: '01',
    fingerprint256: 'AA:BB',
    notBefore: '2026-01-01T00:00:00.000Z',
    notAfter: '2026-12-31T00:00:00.000Z',
    names: { dns: [name], uri: [], ip: [] },
    namesTotal: 1,
    extendedKeyUsage: ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'],
    keyType: 'ec',
    keyBits: 256,
    isCa: false,
    details: {
      version: 3,
      serialReversed: '01',
      signature: { algorithm: 'ecdsa-with-SHA256', hash: 'sha256' },
      keyUsage: ['digitalSignature'],
      basicConstraints: { ca: false, pathLength: null },
      issuerUrls: [],
      ocspUrls: [],
      crlUrls: ['http://crl.example/ca.crl'],
    },
    ...over,
  };
}
