import { DerInvalid, derInside, derTag, explicitTag, implicitTag, type DerElement } from '../der.ts';
import { Addresses } from './address-ranges.ts';
import { Domains } from './domains.ts';
import { generalName, listInside, textOf, wellFormed, type GeneralName } from './general-names.ts';

/** What one side, permitted or excluded, says of each kind of name; null where it says nothing. */
interface Subtrees {
  readonly dns: Domains | null;
  readonly mail: Domains | null;
  readonly uri: Domains | null;
  readonly ip: Addresses | null;
}

/** Name constraints of an authority (RFC 5280 §4.2.1.10). Directory names and other kinds are left to OpenSSL. */
export interface NameConstraints {
  readonly permitted: Subtrees;
  readonly excluded: Subtrees;
  /** Names that are excluded but for one label: a wildcard may stand for it. */
  readonly excludedBelow: ReadonlySet<string>;
  /** They constrain nothing, or a list is there and empty. */
  readonly empty: boolean;
  /** The first constraint that has no valid form. */
  readonly malformed: GeneralName | null;
}

/** ASCII alone: what a name holds beyond it is told apart. */
const lower = (text: string): string =>
  /[A-Z]/.test(text) ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : text;
const hostName = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;

const known = new WeakMap<DerElement, NameConstraints>();

/** Reads the extension, once for each element. Throws DerInvalid where it is none. */
export function nameConstraints(element: DerElement): NameConstraints {
  const constraints = known.get(element) ?? read(element);
  known.set(element, constraints);
  return constraints;
}

function read(element: DerElement): NameConstraints {
  const sides = derInside(element, derTag.sequence);
  if (sides.some(({ tag }) => tag !== explicitTag(0) && tag !== explicitTag(1))) throw new DerInvalid('no constraints');
  const bases = (side: number): readonly Base[] => {
    const found = sides.find(({ tag }) => tag === explicitTag(side));
    return found === undefined || found.content.length === 0 ? [] : listInside(found, found.tag).map(baseOf);
  };
  const [permitted, excluded] = [bases(0), bases(1)];
  return {
    permitted: subtrees(permitted),
    excluded: subtrees(excluded),
    excludedBelow: new Set(excluded.flatMap(({ name, text }) => (name.kind === 'dns' ? parentOf(text) : []))),
    empty: sides.length === 0 || sides.some(({ content }) => content.length === 0),
    malformed: [...permitted, ...excluded].find(({ sound }) => !sound)?.name ?? null,
  };
}

function parentOf(domain: string): readonly string[] {
  const dot = domain.indexOf('.');
  return dot === -1 ? [] : [domain.slice(dot + 1)];
}

/** What a subtree starts from: its name, that in the form in which it is compared, and whether it may stand there. */
interface Base {
  readonly name: GeneralName;
  readonly text: string;
  readonly sound: boolean;
}

/** GeneralSubtree: `minimum` is zero and `maximum` absent, says the profile. */
function baseOf(subtree: DerElement): Base {
  const [base, ...bounds] = derInside(subtree, derTag.sequence);
  if (base === undefined) throw new DerInvalid('a subtree without a base');
  const unbounded = bounds.every(({ tag, content }) => tag === implicitTag(0) && content.every((each) => each === 0));
  const name = generalName(base);
  const text = textOf(name.content);
  return { name, text: comparable(name.kind, text), sound: unbounded && soundBase(name, lower(text)) };
}

function soundBase(name: GeneralName, text: string): boolean {
  switch (name.kind) {
    case 'dns':
      return text === '' || hostName.test(text);
    case 'uri':
      return hostName.test(text.replace(/^\./, ''));
    case 'mail':
      return wellFormed(name);
    case 'ip':
      return Addresses.isRange(name.content);
    case 'other':
      return true;
  }
}

/** A constraint with a leading dot is no domain name; read as what was meant, so that it does not go without effect. */
function comparable(kind: GeneralName['kind'], text: string): string {
  if (kind === 'mail') return mailbox(text);
  return kind === 'dns' ? lower(text).replace(/^\./, '') : lower(text);
}

function subtrees(bases: readonly Base[]): Subtrees {
  const of = (kind: GeneralName['kind']): readonly Base[] => bases.filter(({ name }) => name.kind === kind);
  const domains = (kind: 'dns' | 'mail' | 'uri'): Domains | null => {
    const found = of(kind);
    return found.length === 0 ? null : new Domains(found.map(({ text }) => text));
  };
  const ranges = of('ip');
  return {
    dns: domains('dns'),
    uri: domains('uri'),
    mail: domains('mail'),
    ip: ranges.length === 0 ? null : new Addresses(ranges.map(({ name }) => name.content)),
  };
}

/** The host of a mailbox does not care for case, the part before it does. */
function mailbox(text: string): string {
  const at = text.lastIndexOf('@');
  return text.slice(0, at + 1) + lower(text.slice(at + 1));
}

/** A name of a certificate, in the form in which it is compared; null where it has none: that breaks any constraint. */
export interface SubjectName extends GeneralName {
  readonly text: string | null;
}

export function subjectName({ kind, content }: GeneralName): SubjectName {
  if (!wellFormed({ kind, content })) return { kind, content, text: null };
  const text = textOf(content);
  return { kind, content, text: kind === 'uri' ? hostOf(text) : kind === 'mail' ? mailbox(text) : lower(text) };
}

/** Whether this name is outside of what is permitted, or inside of what is excluded. */
export function breaks({ permitted, excluded, excludedBelow }: NameConstraints, name: SubjectName): boolean {
  const { kind, content, text } = name;
  if (kind === 'other') return false;
  if (permitted[kind] === null && excluded[kind] === null) return false;
  if (text === null) return true;
  switch (kind) {
    case 'ip':
      return permitted.ip?.cover(content) === false || excluded.ip?.cover(content) === true;
    case 'dns':
      return breaksDns(text, permitted.dns, excluded.dns, excludedBelow);
    case 'mail':
      return outside(permitted.mail, mailCovered, text) || inside(excluded.mail, mailCovered, text);
    case 'uri':
      return outside(permitted.uri, hostCovered, text) || inside(excluded.uri, hostCovered, text);
  }
}

type Names = Domains | null;
type Covered = (names: Domains, text: string) => boolean;

const outside = (names: Names, covered: Covered, text: string): boolean => names !== null && !covered(names, text);
const inside = (names: Names, covered: Covered, text: string): boolean => names !== null && covered(names, text);

/** A wildcard stands for every name below its parent: all have to be permitted, and none excluded. */
function breaksDns(name: string, permitted: Names, excluded: Names, excludedBelow: ReadonlySet<string>): boolean {
  const wildcard = name.startsWith('*.');
  const base = wildcard ? name.slice(2) : name;
  const touched = wildcard && excludedBelow.has(base);
  return touched || outside(permitted, domainCovered, base) || inside(excluded, domainCovered, base);
}

const domainCovered: Covered = (names, host) => names.has('') || names.endsAt(host, false);

/** Equal, or below one that is written with a leading dot. */
const hostCovered: Covered = (names, host) => names.has(host) || names.endsAt(host, true);

function mailCovered(names: Domains, address: string): boolean {
  const host = address.slice(address.lastIndexOf('@') + 1);
  return names.has(address) || (host.length <= 255 && hostCovered(names, host));
}

/** The host of a URI with an authority; a constraint on URIs refuses every other (`sip:` has none), and addresses. */
function hostOf(uri: string): string | null {
  const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#:@]+)/i.exec(uri)?.[1];
  if (host === undefined || host.length > 255 || /^[\d.]+$/.test(host)) return null;
  const name = lower(host).replace(/\.$/, '');
  return hostName.test(name) ? name : null;
}
