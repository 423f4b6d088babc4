import { familyOf } from '../net/address.ts';
import type { DnsServer } from '../net/net.ts';
import { hostName } from './domain.ts';

/** A host and a port as a person writes them. `host` is a numeric address without brackets, or a lower-case name. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

const bracketed = /^\[([^\]]+)\](?::([0-9]{1,5}))?$/;
const plain = /^([^:]+)(?::([0-9]{1,5}))?$/;

function split(text: string): { readonly host: string; readonly port: string | undefined } | null {
  const inBrackets = bracketed.exec(text);
  if (inBrackets !== null) {
    const [, host = '', port] = inBrackets;
    return familyOf(host) === 6 ? { host, port } : null;
  }
  if (familyOf(text) === 6) return { host: text, port: undefined };
  const [, host, port] = plain.exec(text) ?? [];
  return host === undefined ? null : { host, port };
}

/** Reads `host`, `host:port`, `1.2.3.4:port`, `[v6]:port` or a bare address; null when it is none of them. */
export function parseHostPort(text: string, defaultPort: number): HostPort | null {
  const parts = split(text);
  if (parts === null) return null;
  const host = familyOf(parts.host) === null ? hostName(parts.host) : parts.host.toLowerCase();
  const port = parts.port === undefined ? defaultPort : Number(parts.port);
  return host === null || port > 65_535 ? null : { host, port };
}

/** A domain, host or numeric address, at one port or (null) at all; null when it is none. */
export function parsePlace(text: string): { readonly host: string; readonly port: number | null } | null {
  const parsed = parseHostPort(text, -1);
  if (parsed === null || parsed.port === 0) return null;
  const host = familyOf(parsed.host) === 6 ? new URL(`http://[${parsed.host}]`).hostname.slice(1, -1) : parsed.host;
  return { host, port: parsed.port < 0 ? null : parsed.port };
}

const overTls = /^tls:\/\/([^#]*)(?:#(.*))?$/;

/**
 * A DNS server: numeric address, port 53 unless said otherwise. `tls://ADDRESS:853#NAME` is one over TLS whose certificate
 * must hold NAME, or the address where there is no name. Null when it is none.
 */
export function parseDnsServer(text: string): DnsServer | null {
  const [, place = text, name] = overTls.exec(text) ?? [];
  const isTls = place !== text;
  const parsed = parseHostPort(place, isTls ? 853 : 53);
  if (parsed === null || familyOf(parsed.host) === null || parsed.port === 0) return null;
  const server = { address: parsed.host, port: parsed.port };
  if (!isTls) return server;
  const known = name === undefined ? null : hostName(name);
  return name !== undefined && known === null ? null : { ...server, tls: { name: known } };
}

/** Where to listen: numeric address or `localhost`, with a port (0 lets the system choose); null when it is none. */
export function parseListen(text: string): HostPort | null {
  const parsed = parseHostPort(text, -1);
  if (parsed === null || parsed.port < 0) return null;
  return parsed.host === 'localhost' || familyOf(parsed.host) !== null ? parsed : null;
}

/** The inverse of `parseHostPort`. */
export function formatHostPort(host: string, port: number): string {
  return familyOf(host) === 6 ? `[${host}]:${String(port)}` : `${host}:${String(port)}`;
}
