import type { RedisPlace } from '../config/redis-place.ts';

/** How a Redis is named to people, and how its secrets are kept out of texts. */
export interface StoreAddress {
  /** Host, port and database, or the sentinels and their master; never user, password or options. */
  readonly shown: string;
  /** The text with every form of the secrets of the url replaced. */
  mask(text: string): string;
}

/** Throws TypeError for a text that is no redis:// or rediss:// url; the message does not repeat it. */
export function storeAddress({ url, sentinel }: RedisPlace): StoreAddress {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !/^rediss?:$/.test(parsed.protocol)) {
    throw new TypeError('the url of the store must begin with redis:// or rediss://');
  }
  const secrets = [
    url,
    parsed.href,
    parsed.password,
    decoded(parsed.password),
    ...parsed.searchParams.getAll('password'),
    sentinel?.password ?? '',
  ]
    .filter((secret) => secret !== '')
    .sort((a, b) => b.length - a.length);
  const database = parsed.pathname.length > 1 ? parsed.pathname : '';
  const sentinels = sentinel?.hosts.map(({ host, port }) => `${host}:${String(port)}`).join(', ');
  const server =
    sentinel == null
      ? `${parsed.hostname}:${parsed.port === '' ? '6379' : parsed.port}`
      : `${sentinel.master} (of the sentinels ${sentinels ?? ''})`;
  return {
    shown: `${server}${database}`,
    mask: (text) => secrets.reduce((masked, secret) => masked.replaceAll(secret, '***'), text),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
