import { parse } from 'csv-parse/sync';
import { domainName } from '../config/domain.ts';
import { mostPartners } from '../config/schema.ts';
import { printable } from '../federation/failure.ts';
import { familyOf } from '../net/address.ts';
import { domainMeant } from './domains.ts';

/** One partner of a list, and where it stands. */
export interface Listed {
  readonly line: number;
  readonly domain: string;
  /** What people call it; null when the list does not say. */
  readonly name: string | null;
  /** The Access Edge that the list pins it to (`ProxyFqdn`); null: its DNS records are followed. */
  readonly host: string | null;
}

/** What of a list was not taken. Without `lost` nothing is missing for it. */
export interface LeftOut {
  readonly line: number;
  readonly text: string;
  readonly why: string;
  readonly lost: boolean;
}

export interface PartnerList {
  readonly listed: readonly Listed[];
  readonly leftOut: readonly LeftOut[];
}

/** Hears how many rows were looked at, and of how many. */
export type Progress = (done: number, of: number) => void;

/** A line of a list, before it is known whether it names a domain. */
interface Row {
  readonly line: number;
  readonly domain: string;
  readonly name: string;
  readonly host: string;
}

const mostNameLength = 128;
const domainColumns = ['domain', 'domainname', 'alloweddomain', 'alloweddomains', 'domains', 'identity'];
const row = (line: number, domain: string): Row => ({ line, domain, name: '', host: '' });

/**
 * Reads a partner list: the CSV of `Get-CsAllowedDomain` or of a Teams allow list (any with a column for the domain;
 * comma, semicolon or tab), what PowerShell prints of either (`Domain : contoso.com`, `Domain=contoso.com`), or one
 * domain a line with `#` before remarks. Never throws: what it cannot use is left out, with the reason. Pure but for
 * `progress`, which hears of every row.
 */
export function readPartnerList(text: string, progress: Progress = () => undefined): PartnerList {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  return taken(csvRows(lines) ?? printedRows(lines) ?? plainRows(lines), progress);
}

/** The column of a heading that names domains, and what parts its columns; null when it has none. */
function headingOf(line: string): { readonly delimiter: string; readonly names: readonly string[] } | null {
  const delimiter = [',', ';', '\t'].find((each) => line.includes(each)) ?? ',';
  const names = line
    .split(delimiter)
    .map((each) => each.trim().replace(/^"|"$/g, '').toLowerCase().replaceAll(' ', ''));
  return names.some((name) => domainColumns.includes(name)) ? { delimiter, names } : null;
}

function csvRows(lines: readonly string[]): readonly Row[] | null {
  // Windows PowerShell writes the type of the objects before the heading.
  const first = lines.findIndex((line) => line.trim() !== '' && !line.startsWith('#'));
  const heading = headingOf(lines[first] ?? '');
  if (heading === null) return null;
  const { delimiter, names } = heading;
  const at = (wanted: readonly string[]): number =>
    wanted.map((each) => names.indexOf(each)).find((each) => each >= 0) ?? -1;
  const [domain, host, name] = [at(domainColumns), at(['proxyfqdn']), at(['comment', 'name', 'displayname'])];
  const records = recordsOf(lines.slice(first + 1).join('\n'), delimiter);
  return records.map(({ record, info }) => ({
    line: info.lines + first + 1,
    domain: record[domain] ?? '',
    name: record[name] ?? '',
    host: record[host] ?? '',
  }));
}

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** The records of a CSV; where a quote is never closed, every line is one, and quotes are only taken off. */
function recordsOf(text: string, delimiter: string): readonly CsvRecord[] {
  const options = { delimiter, info: true, relax_column_count: true, skip_empty_lines: true, trim: true };
  try {
    return parse(text, { ...options, relax_quotes: true }) as unknown as readonly CsvRecord[];
  } catch {
    const bare = parse(text, { ...options, quote: false }) as unknown as readonly CsvRecord[];
    return bare.map(({ record, info }) => ({ info, record: record.map((each) => each.replaceAll('"', '')) }));
  }
}

function printedRows(lines: readonly string[]): readonly Row[] | null {
  const rows = lines.flatMap((line, at) => {
    const [, property] = /^\s*Domain\s*:\s*(\S+)\s*$/i.exec(line) ?? [];
    if (property !== undefined) return [row(at + 1, property)];
    return [...line.matchAll(/\bDomain=([^,;\s{}]+)/gi)].map(([, domain = '']) => row(at + 1, domain));
  });
  return rows.length === 0 ? null : rows;
}

function plainRows(lines: readonly string[]): readonly Row[] {
  return lines.flatMap((written, at) => {
    const line = written.replace(/#.*$/, '').trim();
    // The rule under the heading of a table that PowerShell printed.
    if (line === '' || /^[-=\s]+$/.test(line)) return [];
    const parts = line.split(/[,;\t]/).map((each) => each.trim());
    const [domain = '', ...rest] = parts;
    if (rest.length > 0 && parts.every((each) => domainName(each) !== null))
      return parts.map((each) => row(at + 1, each));
    if (rest.length > 0) return [{ ...row(at + 1, domain), name: rest[0] ?? '' }];
    return [row(at + 1, line.split(/\s/)[0] ?? '')];
  });
}

/** Why a text is no domain to watch. */
function whyNot(text: string): string {
  if (text === '') return 'names no domain';
  if (text.includes('*')) return 'a wildcard stands for many domains: name those to watch';
  if (familyOf(text) !== null) return 'an address: name the SIP domain';
  return 'not a domain such as contoso.com';
}

function taken(rows: readonly Row[], progress: Progress): PartnerList {
  const listed = new Map<string, Listed>();
  const leftOut: LeftOut[] = [];
  for (const [at, { line, domain: text, name, host }] of rows.entries()) {
    progress(at + 1, rows.length);
    const out = (why: string, lost: boolean): void => void leftOut.push({ line, text: printable(text, 80), why, lost });
    const domain = text.includes('*') || familyOf(text) !== null ? null : domainMeant(text);
    const before = domain === null ? undefined : listed.get(domain);
    const pinned = host === '' ? null : domainName(host);
    if (domain === null) out(whyNot(text), true);
    else if (before !== undefined) out(`already on line ${String(before.line)}`, false);
    else if (host !== '' && pinned === null) out(`its ProxyFqdn ${printable(host, 80)} is no host name`, true);
    else if (listed.size >= mostPartners) out(`more than ${String(mostPartners)} partners`, true);
    else listed.set(domain, { line, domain, name: nameOf(name), host: pinned });
  }
  return { listed: [...listed.values()], leftOut };
}

function nameOf(text: string): string | null {
  const name = printable(text.replace(/\s+/g, ' ').trim(), mostNameLength - 1);
  return name === '' ? null : name;
}
