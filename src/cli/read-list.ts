import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { unreadable } from '../config/yaml-text.ts';
import { UsageError } from './exit.ts';
import type { Io } from './io.ts';
import { readPartnerList, type PartnerList, type Progress } from './partner-list.ts';

/** Allow lists hold 4,000 domains; twenty thousand with their remarks fit. */
export const largestList = 8 * 1024 * 1024;

/** Reads a list of a file, and says how far it is; throws UsageError that says what is wrong with it. */
export function readList(file: string, io: Pick<Io, 'cwd'>, progress: Progress = () => undefined): PartnerList {
  const path = resolve(io.cwd, file);
  try {
    const stat = statSync(path);
    if (!stat.isFile())
      throw new UsageError(`${file}: ${stat.isDirectory() ? 'is a folder' : 'is not a regular file'}.`);
    if (stat.size > largestList) throw new UsageError(`${file}: is larger than 8 MB.`);
    return readPartnerList(decoded(readFileSync(path), file), progress);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${file}: ${unreadable(error)}.`);
  }
}

/** UTF-8, or what Windows PowerShell writes when its output is sent to a file: UTF-16 with a byte order mark. */
function decoded(octets: Buffer, file: string): string {
  const encoding = octets[0] === 0xff && octets[1] === 0xfe ? 'utf-16le' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(octets);
  } catch {
    throw new UsageError(`${file}: is neither UTF-8 nor UTF-16 text. Save it as UTF-8.`);
  }
}
