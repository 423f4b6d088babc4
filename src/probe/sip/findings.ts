import { catalogue } from '../../federation/finding.ts';
import { ownSideRows } from '../own-side.ts';
import { datagramRows } from './findings-datagram.ts';

/** What the partner's own words add to a summary; its end when they add nothing. */
function ending(...added: readonly (string | null)[]): string {
  const said = added.filter((each) => each !== null);
  return said.length === 0 ? '.' : `; it adds: ${said.join(', ')}`;
}

const sideWords: Readonly<Record<string, string>> = { ours: 'ours', theirs: 'theirs', path: 'the path between' };

/** What can be said about the answer to a SIP OPTIONS request. */
export const sipFindings = catalogue({
  sip_silent: {
    severity: 'fail',
    layer: 'sip',
    side: 'theirs',
    confidence: 'likely',
    state: 'unreachable',
    title: 'No SIP answer',
    says: (args: { endpoint: string; afterMs: number }) =>
      `${args.endpoint} did not answer OPTIONS within ${args.afterMs} ms.`,
    means:
      'The connection stands, but the SIP service behind it says nothing: it hangs, or it drops requests it does not like.',
    action:
      'Ask the partner to look at its edge at this time. Some servers stay silent towards unknown domains: ask whether ours is allowed.',
    ask: (args: { endpoint: string; afterMs: number }) =>
      `Your edge ${args.endpoint} completes the TLS or TCP connection and then does not answer a SIP OPTIONS within ${String(args.afterMs)} ms. Please look at its SIP service at the time below, and tell us whether our domain is allowed.`,
  },
  sip_no_final: {
    severity: 'fail',
    layer: 'sip',
    side: 'theirs',
    confidence: 'likely',
    state: 'unreachable',
    title: 'Only a provisional SIP answer',
    says: (args: { endpoint: string }) => `${args.endpoint} sent a provisional answer and never a final one.`,
    means: 'The edge lives and waits for something behind it that does not answer.',
    action: 'Ask the partner about the servers behind its edge.',
    ask: (args: { endpoint: string }) =>
      `Your edge ${args.endpoint} answers a SIP OPTIONS with a provisional response and never with a final one. Please look at the servers behind it at the time below.`,
  },
  sip_closed: {
    severity: 'fail',
    layer: 'sip',
    side: 'unknown',
    confidence: 'open',
    state: 'unreachable',
    title: 'Hung up without a SIP answer',
    says: (args: { endpoint: string; detail: string }) =>
      `${args.endpoint} ended the connection instead of answering OPTIONS (${args.detail}).`,
    means:
      'The edge took the request and hung up. It may filter by domain or certificate, or one member of a pool is broken.',
    action: 'Ask the partner what its edge logged at this time.',
    ask: (args: { endpoint: string }) =>
      `Your edge ${args.endpoint} ends the connection instead of answering a SIP OPTIONS. Please tell us what it logged at the time below, and whether it filters by domain or certificate.`,
  },
  sip_not_sip: {
    severity: 'fail',
    layer: 'sip',
    side: 'theirs',
    confidence: 'certain',
    state: 'unreachable',
    title: 'Something other than SIP answers',
    says: (args: { endpoint: string; detail: string }) => `${args.endpoint} does not speak SIP (${args.detail}).`,
    means: 'Another kind of server listens on the port: often a web server or a proxy for one.',
    action: 'Ask the partner whether host and port of the SRV record are right.',
    ask: (args: { endpoint: string }) =>
      `What listens at ${args.endpoint} does not speak SIP. Please check whether the host and port that you publish are those of your SIP edge.`,
  },
  sip_malformed: {
    severity: 'fail',
    layer: 'sip',
    side: 'theirs',
    confidence: 'likely',
    state: 'unreachable',
    title: 'The SIP answer cannot be read',
    says: (args: { endpoint: string; detail: string }) => `${args.endpoint} sent a broken SIP answer (${args.detail}).`,
    means: 'The answer breaks the rules of RFC 3261 in a way that leaves its meaning open.',
    action: 'Send the partner the trail of this examination.',
    ask: (args: { endpoint: string }) =>
      `Your edge ${args.endpoint} sends a SIP response that breaks the rules of RFC 3261. Please check what stands at this address, and whether a device on the way changes SIP messages.`,
  },
  sip_failed: {
    severity: 'fail',
    layer: 'sip',
    side: 'unknown',
    confidence: 'open',
    state: 'unreachable',
    title: 'The SIP exchange failed',
    says: (args: { endpoint: string; detail: string }) => `${args.endpoint}: the SIP exchange failed (${args.detail}).`,
    means: 'The exchange ended with an error that fits none of the usual reasons.',
    action: 'Read the trail (fedmon check --trace).',
    ask: { none: 'It is not clear what failed; read the trail first.' },
  },
  ...datagramRows,
  ...ownSideRows,
  sip_forbidden: {
    severity: 'fail',
    layer: 'policy',
    side: 'unknown',
    confidence: 'open',
    state: 'refused',
    title: 'They answer and do not federate with us',
    says: (args: { endpoint: string; status: number; reason: string; warning: string | null }) =>
      `${args.endpoint} answered ${args.status} ${args.reason}${ending(args.warning)}`,
    means:
      'The path works; the partner’s policy refuses our probe domain: closed federation, or we are not on its allow list.',
    action:
      'Ask the partner to allow our domain. If users can chat all the same, only the probe domain is missing from the list.',
    ask: (args: { endpoint: string; status: number }) =>
      `Your edge ${args.endpoint} answers our SIP OPTIONS with ${String(args.status)}: it does not federate with the domain we ask from. If federation with us is wanted, please allow our domain.`,
  },
  sip_unavailable: {
    severity: 'warn',
    layer: 'sip',
    side: 'theirs',
    confidence: 'likely',
    state: 'degraded',
    title: 'Their SIP service is overloaded or draining',
    says: (args: { endpoint: string; reason: string; retryAfterSeconds: number | null; warning: string | null }) =>
      `${args.endpoint} answered 503 ${args.reason}` +
      (args.retryAfterSeconds === null ? '' : ` and asks to come back in ${String(args.retryAfterSeconds)} s`) +
      ending(args.warning),
    means: 'The edge lives and cannot serve now.',
    action: 'Wait for the time it asks for. If it lasts, tell the partner.',
    ask: (args: { endpoint: string }) =>
      `Your edge ${args.endpoint} answers 503: it is overloaded, draining or stopped for maintenance. Please tell us whether this is known, and until when.`,
  },
  sip_server_timeout: {
    severity: 'warn',
    layer: 'sip',
    side: 'unknown',
    confidence: 'open',
    state: 'degraded',
    title: 'Their edge answers 504',
    says: (args: { endpoint: string; reason: string; diagnostics: string | null; warning: string | null }) =>
      `${args.endpoint} answered 504 ${args.reason}${ending(args.diagnostics, args.warning)}`,
    means:
      'A Microsoft edge answers a bare 504 when it rejects our domain, our SRV record or our certificate, and also when its next hop is down. From outside the two look the same.',
    action:
      'Check our own side first: the SRV record of our probe domain, the name in our certificate. Then ask the partner what its edge logged.',
    ask: (args: { endpoint: string }) =>
      `Your edge ${args.endpoint} answers 504. Edges do this when they reject the sender’s domain, SRV record or certificate, and also when the next server behind them is down. Please tell us what it logged at the time below.`,
  },
  sip_server_error: {
    severity: 'warn',
    layer: 'sip',
    side: 'theirs',
    confidence: 'likely',
    state: 'degraded',
    title: 'Their SIP service reports an error',
    says: (args: {
      endpoint: string;
      status: number;
      reason: string;
      diagnostics: string | null;
      warning: string | null;
    }) => `${args.endpoint} answered ${args.status} ${args.reason}${ending(args.diagnostics, args.warning)}`,
    means: 'The element that answers is alive and unwell, or something behind it is.',
    action: 'Tell the partner, with the time of this answer.',
    ask: (args: { endpoint: string; status: number }) =>
      `Your edge ${args.endpoint} answers our SIP OPTIONS with ${String(args.status)}. Please look at the servers behind it at the time below.`,
  },
  sip_contradicted: {
    severity: 'warn',
    layer: 'sip',
    side: 'theirs',
    confidence: 'likely',
    state: 'degraded',
    title: 'Two final answers that contradict each other',
    says: (args: { endpoint: string; status: number; others: string }) =>
      `${args.endpoint} answered ${args.status} and then also ${args.others} to the same request.`,
    means:
      'One request has one final answer (RFC 3261 §17.1). Two that differ come from a proxy that forks and does not choose, or from two machines behind one address. The first counts.',
    action: 'Ask the partner which machines answer behind this address, and why more than one does.',
    ask: (args: { endpoint: string; status: number; others: string }) =>
      `Your edge ${args.endpoint} answers one SIP OPTIONS with ${String(args.status)} and then with ${args.others}. One request has one final response (RFC 3261 §17.1). Please look which of your servers answer for it.`,
  },
  sip_answer_unusual: {
    severity: 'note',
    layer: 'sip',
    side: 'theirs',
    confidence: 'certain',
    state: 'degraded',
    title: 'An unusual SIP answer',
    says: (args: { endpoint: string; status: number; reason: string }) =>
      `${args.endpoint} answered ${args.status} ${args.reason}; the path works.`,
    means: 'Any well-formed final answer proves the path. Many servers do not like an OPTIONS without a user.',
    action: 'Nothing.',
    ask: { none: 'The path works; an unusual answer to OPTIONS is nothing wrong.' },
  },
  sip_diagnostics: {
    severity: 'note',
    layer: 'sip',
    side: 'unknown',
    confidence: 'open',
    state: 'degraded',
    title: 'Their server gives a reason by number',
    says: (args: {
      endpoint: string;
      id: number;
      reason: string | null;
      means: string | null;
      side: string;
      action: string | null;
    }) => {
      const said = `${args.endpoint} gives the diagnostic ${args.id}`;
      if (args.means === null) return `${said}, which is unlisted${args.reason === null ? '.' : `: ${args.reason}`}`;
      const side = sideWords[args.side];
      return `${said}: ${args.means}${side === undefined ? '' : ` (side: ${side})`}. ${args.action ?? ''}`;
    },
    means:
      'Microsoft servers may add the reason of an answer as a number (ms-diagnostics). It is what their server believes, about the hop it speaks of; towards strangers most edges stay silent.',
    action:
      'Do what the line says, beginning with our own side. A number that is unlisted proves nothing: give it to the partner with the time of the answer.',
    ask: (args: { endpoint: string; id: number }) =>
      `Your edge ${args.endpoint} gives the diagnostic number ${String(args.id)} with its answer. Please tell us what it logged with this number at the time below.`,
  },
  sip_clock_differs: {
    severity: 'note',
    layer: 'sip',
    side: 'unknown',
    confidence: 'open',
    state: 'degraded',
    title: 'Their clock and ours differ',
    says: ({ endpoint, says, by, way }: { endpoint: string; says: string; by: string; way: string }) =>
      `By the Date of its answer (${says}) the clock of ${endpoint} is ${by} ${way} ours.`,
    means:
      'One of the two clocks is wrong. A server with a wrong clock refuses certificates that are good and takes ones that have ended; so do we, if it is ours.',
    action:
      'Check the time of this machine (timedatectl, chronyc tracking), and whether other partners show the same. If only this one does, tell it.',
    ask: ({ endpoint, says, by, way }: { endpoint: string; says: string; by: string; way: string }) =>
      `Your SIP server ${endpoint} says in its answers that it is ${says}: its clock is ${by} ${way} the time that our probe goes by. Please check how it keeps its time.`,
  },
  sip_asked_less: {
    severity: 'note',
    layer: 'sip',
    side: 'unknown',
    confidence: 'open',
    state: 'degraded',
    title: 'SIP is not asked at every slot',
    says: ({ endpoint, at, until, because }: { endpoint: string; at: string; until: string; because: string }) =>
      `${endpoint} was last asked at ${at}, since ${because}; it is asked again after ${until}. What it said then is shown.`,
    means:
      'We do not press a server that refuses or is overloaded. The connection, TLS and the certificate are examined all the same.',
    action: 'Nothing. To ask now, run fedmon check: it asks once.',
    ask: { none: 'It is how we keep to what they asked.' },
  },
  sip_clear_text_only: {
    severity: 'warn',
    layer: 'sip',
    side: 'theirs',
    confidence: 'likely',
    state: 'degraded',
    title: 'Reachable only in clear text',
    says: ({ domain, transport }: { domain: string; transport: string }) =>
      `${domain} has no SRV record, does not speak TLS on port 5061, and answers SIP over ${transport} on port 5060.`,
    means:
      'Without a record callers try the default ports (RFC 3263 §4.2). Nothing is encrypted on the way and no certificate proves who answers; whoever insists on TLS does not reach this partner.',
    action:
      'Ask the partner whether it answers over TLS too, and where. Then pin that route in the config until its SRV record is published.',
    ask: ({ domain, transport }: { domain: string; transport: string }) =>
      `Your domain ${domain} publishes no SRV record for SIP, does not speak TLS on port 5061, and answers over ${transport} on port 5060 only. Please tell us whether SIP over TLS is offered elsewhere, and publish an SRV record _sips._tcp.${domain} for it.`,
  },
});
