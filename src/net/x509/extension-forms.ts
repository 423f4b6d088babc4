import {
  derContent,
  DerInvalid,
  derInside,
  derTag,
  explicitTag,
  implicitTag,
  objectId,
  type DerElement,
} from '../der.ts';
import { generalName, listInside } from './general-names.ts';
import { nameConstraints } from './name-constraints.ts';
import { extensionIds, only, type Extension } from './parsed.ts';

const sequence = (element: DerElement | undefined): readonly DerElement[] => derInside(element, derTag.sequence);

/** The shape of each extension that is understood (RFC 5280 §4.2.1, §4.2.2); each throws DerInvalid. */
const forms: Readonly<Record<string, (element: DerElement) => unknown>> = {
  [extensionIds.subjectKeyIdentifier]: (element) => derContent(element, derTag.octetString),
  [extensionIds.authorityKeyIdentifier]: (element) =>
    tagged(sequence(element), [implicitTag(0), explicitTag(1), implicitTag(2)]),
  [extensionIds.keyUsage]: keyUsageBits,
  [extensionIds.basicConstraints]: basicConstraints,
  [extensionIds.nameConstraints]: nameConstraints,
  [extensionIds.subjectAltName]: (element) => listInside(element).map(generalName),
  [extensionIds.issuerAltName]: (element) => listInside(element).map(generalName),
  [extensionIds.extendedKeyUsage]: (element) => listInside(element).map(oidOf),
  [extensionIds.certificatePolicies]: (element) => listInside(element).map((each) => oidOf(sequence(each)[0])),
  [extensionIds.policyMappings]: (element) => listInside(element).map((each) => sequence(each).map(oidOf)),
  [extensionIds.policyConstraints]: (element) => tagged(listInside(element), [implicitTag(0), implicitTag(1)]),
  [extensionIds.inhibitAnyPolicy]: (element) => derContent(element, derTag.integer),
  [extensionIds.crlDistributionPoints]: (element) =>
    listInside(element).map((each) => tagged(sequence(each), [explicitTag(0), implicitTag(1), explicitTag(2)])),
  [extensionIds.authorityInfoAccess]: (element) => listInside(element).map(accessDescription),
  [extensionIds.subjectInfoAccess]: (element) => listInside(element).map(accessDescription),
};

/** The extensions that verifiers process, so that they may be marked critical; where OpenSSL does not, nobody can rely on it. */
const processed: ReadonlySet<string> = new Set([
  extensionIds.keyUsage,
  extensionIds.subjectAltName,
  extensionIds.basicConstraints,
  extensionIds.nameConstraints,
  extensionIds.crlDistributionPoints,
  extensionIds.certificatePolicies,
  extensionIds.policyMappings,
  extensionIds.policyConstraints,
  extensionIds.extendedKeyUsage,
  extensionIds.inhibitAnyPolicy,
]);

export const mayBeCritical = (id: string): boolean => processed.has(id);

/** Every rule asks again: a list of thousands of names is read once for it. */
const looked = new WeakMap<Extension, DerElement | null>();

/**
 * The content of an extension, to its last octet; null where it has not the shape it must have. One that is not
 * understood may have any shape, which is not asked for here.
 */
export function formed(extension: Extension): DerElement | null {
  const known = looked.get(extension);
  if (known !== undefined) return known;
  const element = look(extension);
  looked.set(extension, element);
  return element;
}

/** Whether a form is asked of extensions with this OID. */
export const isUnderstood = (id: string): boolean => id in forms;

function look({ id, content }: Extension): DerElement | null {
  try {
    const element = only(content);
    forms[id]?.(element);
    return element;
  } catch (error) {
    if (error instanceof DerInvalid) return null;
    throw error;
  }
}

/** Whether an authority, and how many intermediates may stand below; null for any number. Throws DerInvalid. */
export function basicConstraints(element: DerElement): { readonly ca: boolean; readonly pathLength: number | null } {
  const fields = [...sequence(element)];
  const ca = fields[0]?.tag === derTag.boolean ? fields.shift() : undefined;
  const length = fields.shift();
  if (fields.length > 0) throw new DerInvalid('more than two fields');
  const octets = length === undefined ? null : derContent(length, derTag.integer);
  if (octets !== null && (octets.length === 0 || (octets[0] ?? 0) >= 0x80)) throw new DerInvalid('a negative length');
  const pathLength = octets === null ? null : octets.reduce((sum, octet) => Math.min(sum * 256 + octet, 1e6), 0);
  return { ca: (ca?.content[0] ?? 0) !== 0, pathLength };
}

/** The bits with their padding cut off; at least one is set (RFC 5280 §4.2.1.3). Throws DerInvalid. */
export function keyUsageBits(element: DerElement): Uint8Array {
  const [unused, ...bits] = derContent(element, derTag.bitString);
  if (unused === undefined || unused > 7 || bits.every((octet) => octet === 0)) throw new DerInvalid('no usage');
  return Uint8Array.from(bits);
}

const keyCertSign = 0x04;

/** Whether the key may sign certificates. Throws DerInvalid. */
export const maySign = (element: DerElement): boolean => ((keyUsageBits(element)[0] ?? 0) & keyCertSign) !== 0;

function tagged(elements: readonly DerElement[], tags: readonly number[]): void {
  if (elements.some(({ tag }) => !tags.includes(tag))) throw new DerInvalid('an element that does not belong here');
}

function oidOf(element: DerElement | undefined): string {
  return objectId(derContent(element, derTag.objectId));
}

function accessDescription(element: DerElement): void {
  const [method, location, ...more] = sequence(element);
  oidOf(method);
  if (location === undefined || more.length > 0) throw new DerInvalid('a method and a place');
  generalName(location);
}
