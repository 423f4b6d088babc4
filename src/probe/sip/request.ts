import type { Edge } from '../../federation/edge.ts';
import { NetworkFailure } from '../../federation/failure.ts';

/** Who asks, as it stands in the request. All values come from the checked config. */
export interface Sender {
  /** Our SIP domain: From and Via. */
  readonly domain: string;
  /** Product, version and a contact address for the partner's administrator. */
  readonly userAgent: string;
}

/** How many hops a request may go when nothing else is configured (RFC 3261 §8.1.1.6). */
export const usualMaxForwards = 70;

/** A request over UDP must not be longer (RFC 3261 §18.1.1): it would be cut to pieces on the way, or dropped. */
export const maxDatagramOctets = 1_300;

/** How many octets of branch, tag and Call-ID are random, as hexadecimal digits: 128 bits each. */
export const randomOctets = 32;

/** What makes a transaction ours (RFC 3261 §17.1.3): an answer without these is not an answer to us. */
export interface TransactionIds {
  readonly branch: string;
  readonly tag: string;
  readonly callId: string;
}

/** RFC 3261 §8.1.1.7: every branch of this specification begins with it. */
export const branchPrefix = 'z9hG4bK';

/**
 * An OPTIONS request outside of a dialog (RFC 3261 §11.1). The Request-URI names the server itself, without a user:
 * one question serves all partners behind the edge, and nobody's address is probed.
 */
export function optionsRequest(edge: Edge, sender: Sender, ids: TransactionIds): string {
  const transport = edge.transport.toUpperCase();
  const host = edge.serverName.includes(':') ? `[${edge.serverName}]` : edge.serverName;
  return [
    `OPTIONS sip:${host} SIP/2.0`,
    `Via: SIP/2.0/${transport} ${sender.domain};branch=${ids.branch};rport`,
    `Max-Forwards: ${String(edge.maxForwards ?? usualMaxForwards)}`,
    `From: <sip:fedmon@${sender.domain}>;tag=${ids.tag}`,
    `To: <sip:${host}>`,
    `Call-ID: ${ids.callId}`,
    'CSeq: 1 OPTIONS',
    `Contact: <sip:${sender.domain};transport=${edge.transport}>`,
    `User-Agent: ${sender.userAgent}`,
    'Accept: application/sdp',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}

const unsaid = 'x'.repeat(randomOctets);

/** The request with an `x` for each random octet: exactly as long as the one that is sent. */
export function sampleRequest(edge: Edge, sender: Sender): string {
  return optionsRequest(edge, sender, idsFrom([unsaid, unsaid, unsaid], sender));
}

/** The identifiers with these random parts: of branch, tag and Call-ID. */
export function idsFrom([branch = '', tag = '', callId = '']: readonly string[], { domain }: Sender): TransactionIds {
  return { branch: branchPrefix + branch, tag, callId: `${callId}@${domain}` };
}

/** A request that was kept with an `x` for each random octet, with what stood there: octet for octet as it was sent. Pure. */
export function requestAsSent(sample: string, random: readonly string[]): string {
  const places = [`;branch=${branchPrefix}`, '>;tag=', '\r\nCall-ID: '];
  return places.reduce(
    (text, before, at) => text.replace(before + unsaid, () => before + (random[at] ?? unsaid)),
    sample,
  );
}

/** The request, refused when it is too long for its transport. Throws NetworkFailure: the names in it are ours or configured. */
export function sendableRequest(edge: Edge, sender: Sender, ids: TransactionIds): string {
  const request = optionsRequest(edge, sender, ids);
  const octets = Buffer.byteLength(request);
  if (edge.transport !== 'udp' || octets <= maxDatagramOctets) return request;
  const most = `UDP carries at most ${String(maxDatagramOctets)}`;
  throw new NetworkFailure('sip_request_too_long', `the request has ${String(octets)} octets, ${most}`);
}
