import type { X509Certificate } from 'node:crypto';
import type { Mistake } from './mistake.ts';
import { readCertificate, readKey, readSecret } from './pem.ts';
import { pathName, type YamlFile } from './yaml-file.ts';
import { valueAt, type Path } from './yaml-value.ts';

/** Turns a path of the file into one that can be opened. */
export type Resolve = (path: string) => string;

// The texts are taken as written, not from the checked section: a mistake in another key of it must not hide them.
export function textAt(file: YamlFile, path: Path): string | null {
  const value = valueAt(file.value, path);
  return typeof value === 'string' && value !== '' && !value.includes('\0') ? value : null;
}

export function certificateAt(file: YamlFile, path: Path, from: Resolve, mistakes: Mistake[]): X509Certificate | null {
  const written = textAt(file, path);
  if (written === null) return null;
  const read = readCertificate(from(written));
  if (read.ok) return read.value;
  mistakes.push(file.mistake(path, `${read.message}, expected a PEM certificate`));
  return null;
}

function checkIdentity(file: YamlFile, at: Path, from: Resolve, mistakes: Mistake[]): void {
  const ofCertificate = [...at, 'certFile'];
  const ofKey = [...at, 'keyFile'];
  const keyFile = textAt(file, ofKey);
  const hasCertificate = textAt(file, ofCertificate) !== null;
  // Of a named identity both are demanded already.
  const isUsual = at.length === 1;
  if (isUsual && hasCertificate && keyFile === null) {
    mistakes.push(file.mistake(ofCertificate, 'a certificate without a key, expected identity.keyFile too'));
  }
  const certificate = certificateAt(file, ofCertificate, from, mistakes);
  if (keyFile === null) return;
  if (isUsual && !hasCertificate)
    mistakes.push(file.mistake(ofKey, 'a key without a certificate, expected identity.certFile too'));
  const key = readKey(from(keyFile));
  if (!key.ok) mistakes.push(file.mistake(ofKey, `${key.message}, expected a PEM private key`));
  else if (certificate?.checkPrivateKey(key.value) === false) {
    const message = `the key does not belong to the certificate, expected the key of ${pathName(ofCertificate)}`;
    mistakes.push(file.mistake(ofKey, message));
  }
}

/** Opens every certificate and key the configuration names and says what is wrong with it. */
export function checkFiles(file: YamlFile, from: Resolve, mistakes: Mistake[]): void {
  checkIdentity(file, ['identity'], from, mistakes);
  for (const at of entriesOf(file, 'identities')) checkIdentity(file, at, from, mistakes);
  const trust = textAt(file, ['trust']);
  if (trust !== 'system' && trust !== 'mozilla') certificateAt(file, ['trust'], from, mistakes);
  for (const at of entriesOf(file, 'ownCertificates')) certificateAt(file, [...at, 'certFile'], from, mistakes);
}

function entriesOf(file: YamlFile, list: string): readonly Path[] {
  const entries = valueAt(file.value, [list]);
  return Array.isArray(entries) ? entries.map((_, at) => [list, at]) : [];
}

/** A shorter token could be guessed. */
const shortestToken = 16;

/** The bearer token of the API: the environment before the file; null when neither gives one. */
export function apiToken(
  file: YamlFile,
  tokenFile: string | null,
  fromEnvironment: string | undefined,
  mistakes: Mistake[],
): string | null {
  if (fromEnvironment === undefined && tokenFile === null) return null;
  const wanted = `expected at least ${String(shortestToken)} visible characters such as \`openssl rand -hex 32\` prints`;
  const good = (token: string): boolean => token.length >= shortestToken && /^[\x21-\x7e]+$/.test(token);
  if (fromEnvironment !== undefined) {
    if (good(fromEnvironment)) return fromEnvironment;
    const message = `not a usable token, ${wanted}`;
    mistakes.push({ file: 'environment', line: 0, col: 0, path: 'FEDMON_API_TOKEN', message });
    return null;
  }
  const secret = readSecret(tokenFile ?? '');
  if (secret.ok && good(secret.value)) return secret.value;
  const why = secret.ok ? `${tokenFile ?? ''}: not a usable token` : secret.message;
  mistakes.push(file.mistake(['api', 'tokenFile'], `${why}, ${wanted}`));
  return null;
}
