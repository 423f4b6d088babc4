import { glob, stat } from 'node:fs/promises';

/** A path with a wildcard is a pattern, as in `include`. */
async function filesOf(source: string): Promise<readonly string[]> {
  const files: string[] = [];
  for await (const file of glob(source)) files.push(file);
  return files.sort();
}

/**
 * A text that changes when one of these files changes, comes or goes. Links are followed, so that a mounted volume whose
 * folder is exchanged as a whole (a Kubernetes ConfigMap) is noticed. A file that cannot be looked at is part of the text.
 */
export async function stampOf(sources: readonly string[]): Promise<string> {
  const files = (await Promise.all(sources.map(filesOf))).flat();
  const stamps = await Promise.all(
    files.map(async (file) => {
      try {
        const { mtimeMs, size, ino, dev } = await stat(file);
        return [file, mtimeMs, size, ino, dev].join(' ');
      } catch {
        return `${file} gone`;
      }
    }),
  );
  return stamps.join('\n');
}
