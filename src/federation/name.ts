const label = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** Whether a text is a host name that may be looked up, connected to and shown as a label: LDH and underscore (RFC 8499). */
export function isHostName(text: string): boolean {
  return text.length <= 253 && text.split('.').length >= 2 && text.split('.').every((each) => label.test(each));
}
