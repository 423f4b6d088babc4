/** The first three groups of an IPv6 address; `::` stands for as many zeros as are missing. */
function firstGroups(address: string): readonly string[] {
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  if (tail === undefined) return before.slice(0, 3);
  const after = tail === '' ? [] : tail.split(':');
  // An IPv4 address at the end takes the room of two groups.
  const room = after.length + (tail.includes('.') ? 1 : 0);
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - room) }, () => '0');
  return [...before, ...zeros, ...after].slice(0, 3);
}

/** The network that a numeric address lies in, as far as one operator is likely to hold it: /24, or /48 of IPv6. */
export function prefixOf(address: string): string {
  if (!address.includes(':')) return `${address.split('.').slice(0, 3).join('.')}.0/24`;
  const groups = firstGroups(address.split('%')[0] ?? '').map((each) => Number.parseInt(each, 16).toString(16));
  return `${groups.join(':')}::/48`;
}
