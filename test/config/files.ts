import { generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { leaf } from '../lab/certificates.ts';

/** A folder of its own for a test file, with certificates and keys of every sort a configuration may name. */
export interface Folder {
  readonly path: string;
  /** Writes a file into the folder and returns its path. */
  write(name: string, text: string): string;
  remove(): void;
}

export async function folderWithKeys(): Promise<Folder> {
  const path = mkdtempSync(join(tmpdir(), 'fedmon-config-'));
  const write = (name: string, text: string): string => {
    const file = join(path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  };
  const [client, other] = await Promise.all([leaf({ names: ['mon.example.com'] }), leaf({ names: ['other.example'] })]);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  write('client.pem', client.chainPem);
  write('client.key', client.keyPem);
  write('other.key', other.keyPem);
  write(
    'encrypted.key',
    privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }) as string,
  );
  write('text.txt', 'not a certificate\n');
  write('token.txt', 'a-token-of-20-letters\n');
  write('password.txt', 'p@ss/word\n');
  return { path, write, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** The YAML files of `test/config/invalid`, copied beside the certificates. */
export function copyInvalid(folder: Folder): void {
  cpSync(join(import.meta.dirname, 'invalid'), folder.path, { recursive: true });
}
