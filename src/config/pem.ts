import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { unreadable } from './yaml-text.ts';

/** What was read, or what is wrong with it. */
export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

const wrong = (message: string): { readonly ok: false; readonly message: string } => ({ ok: false, message });

/** The octets of a file, or why there are none. */
export function content(file: string): Checked<Buffer> {
  try {
    return { ok: true, value: readFileSync(file) };
  } catch (error) {
    return wrong(`${file}: ${unreadable(error)}`);
  }
}

/** The first certificate of a PEM file. */
export function readCertificate(file: string): Checked<X509Certificate> {
  const read = content(file);
  return read.ok ? certificateIn(file, read.value) : read;
}

/** The first certificate of what was read from a PEM file. */
export function certificateIn(file: string, pem: Buffer): Checked<X509Certificate> {
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) return wrong(`${file}: no PEM certificate in it`);
  try {
    return { ok: true, value: new X509Certificate(pem) };
  } catch {
    return wrong(`${file}: its first certificate cannot be read; export it again as PEM`);
  }
}

/** The private key of a PEM file. Nothing of the file is ever quoted. */
export function readKey(file: string): Checked<KeyObject> {
  const read = content(file);
  return read.ok ? keyIn(file, read.value) : read;
}

/** The private key of what was read from a PEM file. */
export function keyIn(file: string, pem: Buffer): Checked<KeyObject> {
  const text = pem.toString('latin1');
  if (text.includes('ENCRYPTED'))
    return wrong(`${file}: the key is encrypted; decrypt it, or mount it without a passphrase`);
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) return wrong(`${file}: no PEM private key in it`);
  try {
    return { ok: true, value: createPrivateKey(pem) };
  } catch {
    return wrong(`${file}: the private key cannot be read; export it again as PEM`);
  }
}

/** One word or line from a file, such as a password; the final line end does not belong to it. */
export function readSecret(file: string): Checked<string> {
  const read = content(file);
  if (!read.ok) return read;
  const secret = read.value.toString('utf8').replace(/\r?\n$/, '');
  if (secret === '') return wrong(`${file}: is empty`);
  return { ok: true, value: secret };
}
