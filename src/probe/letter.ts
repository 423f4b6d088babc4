import { printable } from '../federation/failure.ts';
import type { Finding, FindingArgs, FindingEntry } from '../federation/finding.ts';
import type { Layer } from '../federation/observation.ts';
import { lookYourself } from './look-yourself.ts';
import { edgeOf, factsToSend, utc, type Fact, type Shown } from './letter-facts.ts';

/** Who writes: the domain our probes ask in the name of, and where its people can be reached. From the checked config. */
export interface Writer {
  readonly domain: string;
  readonly contact: string;
}

/** A text for the partner's administrator, ready to be sent: a subject line and plain text with line feeds. */
export interface Letter {
  readonly subject: string;
  readonly text: string;
}

/** What a letter is made of. */
export interface Occasion {
  readonly domain: string;
  readonly finding: Finding;
  /** The examination that shows it; null when the newest one does not. */
  readonly shown: Shown | null;
  /** When the state that it caused began, UTC ISO 8601; null when only this examination is known. */
  readonly since: string | null;
  readonly writer: Writer;
}

/** The text is never longer than this, octets of UTF-8: a line that does not fit any more is left out. */
export const maxLetterOctets = 4_000;

const topics: Readonly<Record<Layer, string>> = {
  dns: 'DNS records',
  tcp: 'connection to your edge',
  tls: 'TLS and certificate of your edge',
  admission: 'your edge refuses our certificate',
  sip: 'SIP service of your edge',
  policy: 'your edge does not federate with us',
};

const shownArg = 160;

/** Arguments as they may stand in a sentence; one that is not there is named, for a person to fill in. */
function shownArgs(args: FindingArgs): FindingArgs {
  return new Proxy(args, {
    get(_, name) {
      const value = args[String(name)];
      if (value === undefined) return `<${String(name).replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}>`;
      return typeof value === 'string' ? printable(value, shownArg).replaceAll(/["“”]/g, "'") : value;
    },
  });
}

/** What the partner is asked, with the arguments named instead of filled in; null when nothing is asked. */
export function sampleAsk({ ask }: FindingEntry): string | null {
  return typeof ask === 'function' ? ask(shownArgs({})) : null;
}

function times({ finding, shown, since }: Occasion): readonly Fact[] {
  const seen = edgeOf(finding, shown)?.at ?? shown?.at ?? null;
  return [
    ...(since === null ? [] : [['First seen', utc(since)] as const]),
    ...(seen === null ? [] : [['Last seen', utc(seen)] as const]),
  ];
}

function closing({ domain, contact }: Writer): string {
  // What belongs to nobody (RFC 2606 §2) is no address: nobody set an identity.
  const isSet = !domain.endsWith('.invalid');
  const asked = isSet ? `Our probe asks in the name of ${domain}. ` : '';
  return `${asked}Questions, or if it should stop asking you: ${isSet ? contact : '<how to reach you>'}`;
}

const octets = (text: string): number => new TextEncoder().encode(text).length;

/** The lines that fit into so many octets, in order; a line too many is passed over. */
function fitting(lines: readonly string[], room: number): readonly string[] {
  let left = room;
  return lines.filter((line) => {
    const cost = octets(line) + 1;
    if (cost > left) return false;
    left -= cost;
    return true;
  });
}

/**
 * What to send to the partner's administrator about a finding; null when the catalogue says that nothing is sent.
 * It holds what they published and answered, and of us only the writer and the certificate that they refused. Texts of
 * strangers are printable, quoted and cut. Pure.
 */
export function letterAbout(occasion: Occasion, entry: FindingEntry | undefined): Letter | null {
  const { domain, finding, shown, writer } = occasion;
  if (typeof entry?.ask !== 'function') return null;
  const where = finding.endpoint === null ? '' : ` (${printable(finding.endpoint, shownArg)})`;
  const facts: readonly Fact[] = [
    ['Domain', domain],
    ...(finding.endpoint === null ? [] : [['Endpoint', printable(finding.endpoint, 320)] as const]),
    ...times(occasion),
    ...factsToSend(finding, shown, writer.domain),
  ];
  const look = lookYourself(finding, shown);
  const opening = [
    'Hello,',
    '',
    `we watch whether our people can reach ${domain} over SIP federation, and see this:`,
    '',
    entry.ask(shownArgs(finding.args)),
    '',
    'What we saw:',
  ];
  const ending = [
    ...(look.length === 0 ? [] : ['', 'To see it yourself, from a host outside of your network:']),
    ...look.map((line) => `  ${line}`),
    '',
    closing(writer),
    '',
  ];
  const room = maxLetterOctets - octets([...opening, ...ending].join('\n')) - 1;
  const table = facts.map(([name, value]) => `  ${name.padEnd(14)}${value}`);
  const text = [...opening, ...fitting(table, room), ...ending].join('\n');
  return { subject: `SIP federation with ${domain}: ${topics[finding.layer]}${where}`, text };
}

/** The letter as one text, as a mail begins: subject, empty line, text. */
export function letterText({ subject, text }: Letter): string {
  return `Subject: ${subject}\n\n${text}`;
}
