import { createHash } from 'node:crypto';
import type { Words } from '../federation/ours.ts';
import type { Partner } from '../federation/partner.ts';
import type { Config } from './config.ts';
import { printableConfig, printableDefaults, printablePartner } from './print.ts';

/** What decides how partners are examined and judged: neither where we listen and store, nor what is only shown or watched. */
const sections = [
  'identity',
  'identities',
  'dns',
  'trust',
  'egress',
  'politeness',
  'hysteresis',
  'cadence',
  'defaults',
  'canary',
  'controls',
] as const;

/** What is only shown of a partner, or chooses windows and alerts. */
const shownOnly: readonly string[] = ['domain', 'name', 'tier', 'owner', 'contact', 'tags'];

const inText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** What is longer is shown by its beginning, and told from another by a digest of it. Characters. */
const longest = 300;

function plain(value: unknown): string {
  const text = inText(value);
  if (text.length <= longest) return text;
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return `${text.slice(0, longest - 60).toWellFormed()}… (${String(text.length)} characters, ${digest})`;
}

/** `dns.servers` → `127.0.0.1:53, 127.0.0.2:53`: one word for each value of the file. */
function* flat(key: string, value: unknown): Generator<readonly [string, string], void, undefined> {
  if (Array.isArray(value)) {
    if (value.length > 0) yield [key, plain(value.map(inText).join(', '))];
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) yield* flat(`${key}.${name}`, inner);
  } else if (value !== undefined) yield [key, plain(value)];
}

/** What of a configuration decides how all partners are examined, by the key of the file. No secrets. */
export function settingsInWords(config: Config): Words {
  const printable = printableConfig({ ...config, partners: [], maintenance: [] });
  return Object.fromEntries(sections.flatMap((name) => [...flat(name, printable[name])]));
}

function wordsOf(values: Record<string, unknown>): Words {
  const decisive = Object.entries(values).filter(([name]) => !shownOnly.includes(name));
  return Object.fromEntries(decisive.flatMap(([name, value]) => [...flat(name, value)]));
}

/** What of a partner is otherwise than what `defaults` says for all, by the key of the file. */
export function partnerInWords(defaults: Config['defaults']): (partner: Partner) => Words {
  const usual = defaults === undefined ? {} : wordsOf(printableDefaults(defaults));
  return (partner) =>
    Object.fromEntries(
      Object.entries(wordsOf(printablePartner(partner))).filter(([name, text]) => usual[name] !== text),
    );
}
