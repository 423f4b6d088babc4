import type { X509Rule } from '../../federation/x509-rule.ts';
import { certificateRules, readable, type Broken } from './certificate-rules.ts';
import { basicConstraints, maySign } from './extension-forms.ts';
import { generalName, listInside, shown } from './general-names.ts';
import { breaks, nameConstraints, subjectName, type SubjectName } from './name-constraints.ts';
import { extensionIds as ids, sameBytes, type ParsedCertificate } from './parsed.ts';

/** A certificate on the path; null where it could not be followed. */
export type Station = ParsedCertificate | null;

const selfIssued = ({ issuer, subject }: ParsedCertificate): boolean => sameBytes(issuer.content, subject.content);

const broken = (rule: X509Rule, detail = ''): Broken => ({ rule, detail });

/** What the certificate at this place breaks, by itself and as the issuer of those below it (RFC 5280 §6.1.4). */
export function stationRules(path: readonly Station[], at: number, isRoot: boolean): readonly Broken[] {
  const certificate = path[at];
  if (certificate === null || certificate === undefined) return [broken('encoding')];
  const alone = certificateRules(certificate, isRoot ? 'root' : at === 0 ? 'leaf' : 'issuer');
  if (at === 0) return alone;
  const below = path.slice(0, at);
  return [...alone, ...issuerRules(certificate, below), ...namesBelow(certificate, below)];
}

function issuerRules(issuer: ParsedCertificate, below: readonly Station[]): readonly Broken[] {
  // Before version 3 nothing could mark an authority; below the root that is a rule of its own.
  if (issuer.version < 3) return [];
  const [basic, usage] = [readable(issuer, ids.basicConstraints), readable(issuer, ids.keyUsage)];
  const { ca, pathLength } = basic === null ? { ca: false, pathLength: null } : basicConstraints(basic);
  const intermediates = below.slice(1).filter((each) => each !== null && !selfIssued(each)).length;
  return [
    ...(ca ? [] : [broken('not_ca')]),
    ...(usage === null || maySign(usage) ? [] : [broken('cert_sign')]),
    ...(pathLength === null || intermediates <= pathLength
      ? []
      : [broken('path_length', `${String(intermediates)} below, ${String(pathLength)} allowed`)]),
  ];
}

/** Constraints hold for all certificates below, but for self-issued ones that are not the leaf (§6.1.3 (b), (c)). */
function namesBelow(issuer: ParsedCertificate, below: readonly Station[]): readonly Broken[] {
  const element = readable(issuer, ids.nameConstraints);
  if (element === null) return [];
  const constraints = nameConstraints(element);
  for (const [at, each] of below.entries()) {
    if (each === null || (at > 0 && selfIssued(each))) continue;
    const outside = namesOf(each).find((name) => breaks(constraints, name));
    if (outside !== undefined) return [broken('name_constraints', shown(outside))];
  }
  return [];
}

const known = new WeakMap<ParsedCertificate, readonly SubjectName[]>();

/** The names of a certificate, read once: every authority above it compares them. */
function namesOf(certificate: ParsedCertificate): readonly SubjectName[] {
  const names = known.get(certificate) ?? readNames(certificate);
  known.set(certificate, names);
  return names;
}

function readNames(certificate: ParsedCertificate): readonly SubjectName[] {
  const element = readable(certificate, ids.subjectAltName);
  return element === null ? [] : listInside(element).map((each) => subjectName(generalName(each)));
}
