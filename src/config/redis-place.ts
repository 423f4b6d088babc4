/** Sentinels that know which of several Redis servers is the master. */
export interface Sentinels {
  /** The name under which they watch the master. */
  readonly master: string;
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  readonly password: string | null;
}

/** Where Redis is, and how to be sure that it is the right one. */
export interface RedisPlace {
  /** `redis:` or `rediss:`; with sentinels its host is only the name that the server's certificate must carry. */
  readonly url: string;
  /** PEM of the authorities that vouch for the server of a `rediss:` url; absent: those that Node trusts. */
  readonly ca?: string | null;
  readonly sentinel?: Sentinels | null;
}

/** What the client library has to know of a place, in its own words. */
export interface ClientPlace {
  readonly host?: string;
  readonly port?: number;
  readonly sentinels?: { host: string; port: number }[];
  readonly name?: string;
  readonly sentinelPassword?: string;
  readonly sentinelTLS?: object;
  readonly enableTLSForSentinelMode?: boolean;
  readonly username?: string;
  readonly password?: string;
  readonly db: number;
  readonly tls?: { readonly servername?: string; readonly ca?: string };
}

const defaultPort = 6379;

/** An address has no server name (RFC 6066 §3); Node checks it against the certificate by itself. */
const isName = (host: string): boolean => !/^[\d.]+$|:/.test(host);

/** The same place for the client library. Throws TypeError for a text that is no URL. Pure. */
export function clientPlace({ url, ca, sentinel }: RedisPlace): ClientPlace {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const login = {
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
    db: Number(pathname.slice(1)),
  };
  const authorities = ca == null ? {} : { ca };
  const tls = protocol === 'rediss:' ? { tls: { ...(isName(host) ? { servername: host } : {}), ...authorities } } : {};
  if (sentinel == null) return { host, port: port === '' ? defaultPort : Number(port), ...login, ...tls };
  return {
    sentinels: sentinel.hosts.map((each) => ({ ...each })),
    name: sentinel.master,
    ...(sentinel.password === null ? {} : { sentinelPassword: sentinel.password }),
    ...(protocol === 'rediss:' ? { sentinelTLS: authorities, enableTLSForSentinelMode: true } : {}),
    ...login,
    ...tls,
  };
}
