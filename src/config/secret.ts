/** A text with the password of any URL in it replaced, before the host and in the query: what may be shown. */
export function masked(text: string): string {
  return text
    .replace(/([a-z][a-z0-9+.-]*:\/\/[^/?#\s:@]*):[^/?#\s]*@/gi, '$1:***@')
    .replace(/([?&#][^=&#\s]*(?:pass|secret|token|key|auth)[^=&#\s]*=)[^&#\s"]*/gi, '$1***');
}

/** A Redis URL that can be used: redis: or rediss: with a host, nothing after the database number; else null. */
export function redisUrl(text: string): URL | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const good = url.protocol === 'redis:' || url.protocol === 'rediss:';
  return good && url.hostname !== '' && /^(\/[0-9]{0,3})?$/.test(url.pathname) && url.search === '' ? url : null;
}

/** The URL with a password put in. */
export function withPassword(url: URL, password: string): URL {
  const complete = new URL(url);
  complete.password = encodeURIComponent(password);
  return complete;
}
