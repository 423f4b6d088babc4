import { InvalidArgumentError } from 'commander';
import type { Config } from '../config/config.ts';
import { domainName } from '../config/domain.ts';
import { parseDuration } from '../config/duration.ts';
import { parseDnsServer, parseHostPort } from '../config/endpoint.ts';
import { transports } from '../federation/edge.ts';
import { defaultPort, pinnedRoute, type PinnedRoute } from '../federation/partner.ts';
import { checkCidr } from '../net/egress.ts';
import { insteadOf } from './domains.ts';

// Parsers of arguments and flags; commander names the flag and the value, these say what was expected.

export function aDomain(text: string): string {
  const domain = domainName(text);
  if (domain === null) throw new InvalidArgumentError(insteadOf(text));
  return domain;
}

/** A SIP domain, or the one label that something of ours is called by. */
export function aDomainOrLabel(text: string): string {
  return /^[a-z0-9-]{1,63}$/.test(text) ? text : aDomain(text);
}

export function aDuration(text: string): number {
  const ms = parseDuration(text);
  if (ms === null || ms < 500 || ms > 600_000)
    throw new InvalidArgumentError('Expected a duration from 500ms to 10m, such as 30s.');
  return ms;
}

export function aHopCount(text: string): number {
  if (!/^[0-9]{1,3}$/.test(text) || Number(text) > 255)
    throw new InvalidArgumentError('Expected a number of hops from 0 to 255.');
  return Number(text);
}

export function dnsServers(text: string, previous: Config['dns']['servers'] | undefined): Config['dns']['servers'] {
  const server = parseDnsServer(text);
  if (server === null)
    throw new InvalidArgumentError(
      'Expected a numeric address such as 9.9.9.9, [2620:fe::fe]:53 or tls://9.9.9.9:853#dns.quad9.net.',
    );
  return [...(previous ?? []), server];
}

/** `HOST[:PORT]`, with `tcp://` or `udp://` before it where TLS is not spoken, as resolvers are written. */
export function aRoute(text: string): PinnedRoute {
  const [, scheme, place = ''] = /^(?:([a-z]+):\/\/)?(.*)$/s.exec(text) ?? [];
  const transport = transports.find((each) => each === (scheme ?? 'tls'));
  const parsed = transport === undefined ? null : parseHostPort(place, defaultPort(transport));
  if (parsed === null || parsed.port === 0)
    throw new InvalidArgumentError('Expected a host such as sip.contoso.com:5061, or udp://sip.contoso.com.');
  return pinnedRoute(parsed.host, parsed.port, transport);
}

export function networks(text: string, previous: readonly string[] | undefined): readonly string[] {
  const wrong = checkCidr(text);
  if (wrong !== null) throw new InvalidArgumentError(`It cannot be used: ${wrong}.`);
  return [...(previous ?? []), text];
}
