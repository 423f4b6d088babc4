import { printable } from '../federation/failure.ts';
import { derContent, derElements, DerInvalid, derInside, derTag, objectId, type DerElement } from './der.ts';

const maxNameLength = 200;
const maxAttributes = 20;

/** The attributes that names of authorities are made of (RFC 4519 §2, RFC 5280 §4.1.2.4). */
const attributes: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.97': 'organizationIdentifier',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
};

const bmpString = 0x1e;

/** A distinguished name in its order as sent, like `C=US, O=DigiCert Inc, CN=…`; null when it cannot be followed. */
export function distinguishedName(name: DerElement | undefined): string | null {
  try {
    const sets = derInside(name, derTag.sequence).slice(0, maxAttributes);
    const parts = sets
      .flatMap((set) => derElements(derContent(set, derTag.set)).slice(0, maxAttributes))
      .map(attribute);
    return printable(parts.join(', '), maxNameLength);
  } catch (error) {
    if (error instanceof DerInvalid) return null;
    throw error;
  }
}

function attribute(pair: DerElement): string {
  const [id, value] = derInside(pair, derTag.sequence);
  const oid = objectId(derContent(id, derTag.objectId));
  return `${attributes[oid] ?? oid}=${value === undefined ? '' : text(value)}`;
}

/** All other string types are read as UTF-8, which ASCII ones are too. */
function text({ tag, content }: DerElement): string {
  const bytes = Buffer.from(content);
  return tag === bmpString && bytes.length % 2 === 0 ? bytes.swap16().toString('utf16le') : bytes.toString('utf8');
}
