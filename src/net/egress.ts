import ipaddr from 'ipaddr.js';
import { isForeignPort } from '../federation/foreign-port.ts';
import { remembered } from './remembered.ts';

/** Verdicts that are remembered, of the edges that are looked at again and again. */
const maxVerdicts = 20_000;

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Cidr = readonly [Address, number];

export type EgressVerdict = { readonly allowed: true } | { readonly allowed: false; readonly reason: string };
/** Without a port the address alone is judged. */
export type EgressPolicy = (address: string, port?: number) => EgressVerdict;

/** What is wrong with an address or CIDR of the allow list, in words; null when it is usable. */
export function checkCidr(text: string): string | null {
  const [address, bits, ...rest] = text.split('/');
  if (address === undefined || !isNumeric(address)) {
    return 'not an IPv4 or IPv6 address; write for example 10.1.0.0/16, 10.1.2.3 or fd00::/8';
  }
  if (bits === undefined) return null;
  const most = ipaddr.parse(address).kind() === 'ipv4' ? 32 : 128;
  if (rest.length > 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > most) {
    return `the prefix length must be a number from 0 to ${String(most)}`;
  }
  return null;
}

/** Reads `10.1.0.0/16` or a single address; throws an Error that says what is wrong. */
export function parseCidr(text: string): Cidr {
  const wrong = checkCidr(text);
  if (wrong !== null) throw new Error(`${JSON.stringify(text)}: ${wrong}`);
  return text.includes('/') ? ipaddr.parseCIDR(text) : wholeAddress(ipaddr.parse(text));
}

function wholeAddress(address: Address): Cidr {
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/** Dotted quads only: inet_aton's `127.1`, octal and hexadecimal forms mean different things to different readers. */
function isNumeric(text: string): boolean {
  if (text.includes('%')) return false;
  return text.includes(':') ? ipaddr.IPv6.isValid(text) : ipaddr.IPv4.isValidFourPartDecimal(text);
}

const range6 = (text: string): readonly [ipaddr.IPv6, number] => ipaddr.IPv6.parseCIDR(text);

/** IPv6 forms whose last four octets are the IPv4 address that the packet ends at. */
const embeddings: readonly { readonly range: readonly [ipaddr.IPv6, number]; readonly name: string }[] = [
  { range: range6('::ffff:0:0/96'), name: 'IPv4-mapped' },
  { range: range6('64:ff9b::/96'), name: 'NAT64' },
];

const globalUnicast6 = range6('2000::/3');

/** Ranges by their usual names where the library has only a short word. */
const rangeNames: Readonly<Record<string, string>> = {
  unspecified: 'this host',
  private: 'private',
  linkLocal: 'link-local',
  carrierGradeNat: 'carrier-grade NAT',
  uniqueLocal: 'unique local',
  ipv4Mapped: 'IPv4-mapped',
  rfc6052: 'local NAT64',
  reserved: 'reserved or documentation',
  deprecatedSiteLocal: 'site-local',
};

/**
 * Which numeric addresses may be connected to: global unicast, and what the operator listed. Everything else is
 * denied, so that a partner's DNS cannot point us at our own network; nor can it point us at mail servers, shells or
 * databases of others: their ports are denied unless the operator listed the address. An IPv4 address inside an IPv6 one (mapped,
 * NAT64) is judged as the IPv4 address. Throws on an allow list that cannot be read.
 */
export function egressPolicy(allow: readonly string[]): EgressPolicy {
  const allowed = allow.map(parseCidr);
  const known = remembered<EgressVerdict>(maxVerdicts);
  const judged = (text: string, port: number | undefined): EgressVerdict => {
    if (!isNumeric(text)) return { allowed: false, reason: 'not a numeric address' };
    const address = ipaddr.parse(text);
    const inner = embedded(address);
    const listed = [address, ...(inner === null ? [] : [inner.address])].some((each) => isListed(each, allowed));
    if (listed) return { allowed: true };
    const within = specialRange(inner?.address ?? address);
    if (within === null) return port === undefined ? { allowed: true } : judgedPort(text, port);
    const form = inner === null ? '' : `${inner.name} form of ${inner.address.toString()}, `;
    return {
      allowed: false,
      reason: `${text} is not a public address (${form}${within}); allow it under egress.allow`,
    };
  };
  return (text, port) => known(`${text} ${String(port)}`, () => judged(text, port));
}

function judgedPort(address: string, port: number): EgressVerdict {
  if (!isForeignPort(port)) return { allowed: true };
  const reason = `port ${String(port)} belongs to another service; to connect to it all the same allow ${address} under egress.allow`;
  return { allowed: false, reason };
}

const privateRanges = ['private', 'uniqueLocal', 'carrierGradeNat', 'linkLocal', 'loopback'];

/** Whether a numeric address means another machine in every network: RFC 1918, 4193, 6598, link-local and loopback. */
export function isPrivate(text: string): boolean {
  if (!isNumeric(text)) return false;
  const address = ipaddr.parse(text);
  return privateRanges.includes((embedded(address)?.address ?? address).range());
}

function isListed(address: Address, allowed: readonly Cidr[]): boolean {
  return allowed.some(([range, bits]) => address.kind() === range.kind() && address.match(range, bits));
}

function embedded(address: Address): { readonly address: ipaddr.IPv4; readonly name: string } | null {
  if (!(address instanceof ipaddr.IPv6)) return null;
  const found = embeddings.find(({ range: [base, bits] }) => address.match(base, bits));
  if (found === undefined) return null;
  return { address: new ipaddr.IPv4(address.toByteArray().slice(12)), name: found.name };
}

/** The name of the special range an address lies in; null for global unicast. */
function specialRange(address: Address): string | null {
  const range: string = address.range();
  if (range !== 'unicast') return rangeNames[range] ?? range;
  // IPv6 outside 2000::/3 is not assigned as global unicast, whatever a list of known ranges says.
  if (address instanceof ipaddr.IPv6 && !address.match(...globalUnicast6)) return 'unassigned';
  return null;
}
