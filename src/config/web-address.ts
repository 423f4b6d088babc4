/** The address of something on the web to which paths can be added, without a slash at its end; null when it is none. */
export function webAddress(text: string): string | null {
  const isOne = text.length <= 500 && /^https?:\/\/[^\s\p{C}"'<>?#]+$/u.test(text) && URL.canParse(text);
  return isOne ? text.replace(/\/+$/, '') : null;
}
