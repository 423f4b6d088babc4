/** One expression for all labels: an answer may hold thousands of names, of a hundred labels each. */
const labels = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)+$/;

/** Whether a text is a host name that may be looked up, connected to and shown as a label: LDH and underscore (RFC 8499). */
export function isHostName(text: string): boolean {
  return text.length <= 253 && labels.test(text);
}
