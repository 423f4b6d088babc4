import { printable } from '../../federation/failure.ts';
import type { X509Rule } from '../../federation/x509-rule.ts';
import { derContent, derInside, derTag, type DerElement } from '../der.ts';
import { basicConstraints, formed, isUnderstood, mayBeCritical, maySign } from './extension-forms.ts';
import { generalName, listInside, shown, textOf, wellFormed } from './general-names.ts';
import { nameConstraints } from './name-constraints.ts';
import { extensionIds as ids, only, sameBytes, type ParsedCertificate } from './parsed.ts';

/** A rule that a certificate breaks by itself, and what exactly. */
export interface Broken {
  readonly rule: X509Rule;
  readonly detail: string;
}

type Look = (certificate: ParsedCertificate) => readonly Broken[];

const dsa = '1.2.840.10040.4.1';
const rsa = '1.2.840.113549.1.1.1';
const [utcTime, generalizedTime] = [0x17, 0x18];

const broken = (rule: X509Rule, detail = ''): Broken => ({ rule, detail: printable(detail, 100) });

/** What holds for every certificate, a trusted root too: our own store says that we trust its key, not more. */
const everywhere: readonly Look[] = [extensions, keys, constraints];
const belowTheRoot: readonly Look[] = [...everywhere, frame, dates, names, markings];
const looks = { root: everywhere, issuer: belowTheRoot, leaf: [...belowTheRoot, authorityOnly] } as const;

/** The rules that a certificate breaks by itself, as what it is. Throws DerInvalid where it cannot be followed. */
export function certificateRules(certificate: ParsedCertificate, as: keyof typeof looks): readonly Broken[] {
  return looks[as].flatMap((look) => look(certificate));
}

function extensions({ extensions: all }: ParsedCertificate): readonly Broken[] {
  const found: Broken[] = [];
  const met = new Set<string>();
  if (all?.length === 0) found.push(broken('extension_malformed', 'no extension in the field for them'));
  for (const extension of all ?? []) {
    const { id, critical } = extension;
    if (met.has(id)) found.push(broken('extension_duplicate', id));
    met.add(id);
    if (critical && !mayBeCritical(id)) found.push(broken('extension_unknown', id));
    if (isUnderstood(id) && formed(extension) === null) found.push(broken('extension_malformed', id));
  }
  return found;
}

function keys({ keyAlgorithm, key }: ParsedCertificate): readonly Broken[] {
  if (keyAlgorithm === dsa) return [broken('key_type')];
  if (keyAlgorithm !== rsa) return [];
  const exponent = derContent(derInside(only(key), derTag.sequence)[1], derTag.integer);
  const [first = 0, last = 0] = [exponent[0], exponent.at(-1)];
  const usable = first < 0x80 && last % 2 === 1 && !(exponent.length === 1 && last === 1);
  return usable ? [] : [broken('rsa_exponent', Buffer.from(exponent).toString('hex'))];
}

function constraints(certificate: ParsedCertificate): readonly Broken[] {
  const element = readable(certificate, ids.nameConstraints);
  if (element === null) return [];
  const { empty, malformed } = nameConstraints(element);
  return [
    ...(empty ? [broken('name_constraints_empty')] : []),
    ...(malformed === null ? [] : [broken('name_constraints_form', shown(malformed))]),
  ];
}

function frame({ version, serial, algorithms, issuer }: ParsedCertificate): readonly Broken[] {
  const found: Broken[] = [];
  if (version !== 3) found.push(broken('version', `version ${String(version)}`));
  const positive = (serial[0] ?? 0x80) < 0x80 && serial.some((octet) => octet !== 0);
  // A leading zero octet keeps a number positive and counts like every other (RFC 5280 §4.1.2.2).
  if (!positive || serial.length > 20) found.push(broken('serial', Buffer.from(serial).toString('hex')));
  const [inner, outer] = algorithms;
  if (inner.tag !== outer.tag || !sameBytes(inner.content, outer.content)) found.push(broken('signature_algorithm'));
  if (issuer.content.length === 0) found.push(broken('empty_name'));
  return found;
}

function dates({ validity }: ParsedCertificate): readonly Broken[] {
  const form = /^(?:\d{2})?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\dZ$/;
  const found = validity.flatMap(({ tag, content }) => {
    const text = textOf(content);
    const length = tag === utcTime ? 13 : tag === generalizedTime ? 15 : null;
    if (text.length !== length || !form.test(text)) return [broken('validity_form', text)];
    return tag === generalizedTime && Number(text.slice(0, 4)) < 2050 ? [broken('validity_type', text)] : [];
  });
  return validity.length === 2 ? found : [broken('validity_form')];
}

function names(certificate: ParsedCertificate): readonly Broken[] {
  const element = readable(certificate, ids.subjectAltName);
  if (element === null) return [];
  const wrong = listInside(element)
    .map(generalName)
    .find((name) => !wellFormed(name));
  return wrong === undefined ? [] : [broken('alternative_name', shown(wrong))];
}

const isAuthority = (certificate: ParsedCertificate): boolean => {
  const element = readable(certificate, ids.basicConstraints);
  return element !== null && basicConstraints(element).ca;
};

/** OpenSSL looks at this only when asked to be strict, which Python has done since 3.13. */
function markings(certificate: ParsedCertificate): readonly Broken[] {
  // Before version 3 nothing could be marked: that is a rule of its own.
  if (certificate.extensions === null) return [];
  const authority = isAuthority(certificate);
  const always: readonly string[] = [
    ids.nameConstraints,
    ids.policyConstraints,
    ids.inhibitAnyPolicy,
    ...(authority ? [ids.basicConstraints] : []),
    ...(certificate.subject.content.length === 0 ? [ids.subjectAltName] : []),
  ];
  const unmarked = certificate.extensions.filter(({ id, critical }) => !critical && always.includes(id));
  const has = (id: string): boolean => certificate.extensions?.some((each) => each.id === id) === true;
  const selfIssued = sameBytes(certificate.issuer.content, certificate.subject.content);
  return [
    ...unmarked.slice(0, 1).map(({ id }) => broken('criticality', id)),
    ...(authority && !has(ids.subjectKeyIdentifier) ? [broken('key_identifier', 'of its own key')] : []),
    ...(!selfIssued && !has(ids.authorityKeyIdentifier) ? [broken('key_identifier', "of its issuer's key")] : []),
  ];
}

function authorityOnly(certificate: ParsedCertificate): readonly Broken[] {
  if (isAuthority(certificate)) return [];
  const [basic, usage] = [readable(certificate, ids.basicConstraints), readable(certificate, ids.keyUsage)];
  if (readable(certificate, ids.nameConstraints) !== null) return [broken('authority_only', 'name constraints')];
  if (basic !== null && basicConstraints(basic).pathLength !== null) return [broken('authority_only', 'a path length')];
  return usage !== null && maySign(usage) ? [broken('authority_only', 'the usage keyCertSign')] : [];
}

/** The extension, where it is there and has its form: what has none is told apart and not read again. */
export function readable(certificate: ParsedCertificate, id: string): DerElement | null {
  const extension = certificate.extensions?.find((each) => each.id === id);
  return extension === undefined ? null : formed(extension);
}
