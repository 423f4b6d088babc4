const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const form =
  /^(?:mon|tue|wed|thu|fri|sat|sun), ([0-9]{2}) ([a-z]{3}) ([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) gmt$/i;

/** Reads a `Date` (RFC 3261 §20.17): the form of RFC 1123, always GMT. ISO 8601, or null for anything else. */
export function readSipDate(value: string | undefined): string | null {
  const [, day, name = '', ...rest] = form.exec(value ?? '') ?? [];
  const month = months.indexOf(name.toLowerCase());
  if (day === undefined || month < 0) return null;
  const [year = 0, hour = 0, minute = 0, second = 0] = rest.map(Number);
  const at = new Date(Date.UTC(year, month, Number(day), hour, minute, second));
  // A day or an hour that does not exist would be carried into the next one; years below 100 into 1900.
  const isSame = at.getUTCFullYear() === year && at.getUTCDate() === Number(day) && at.getUTCHours() === hour;
  return isSame && minute < 60 && second < 60 ? at.toISOString() : null;
}
