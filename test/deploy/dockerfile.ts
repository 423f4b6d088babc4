import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Step {
  readonly instruction: string;
  /** What follows the instruction, with continued lines joined by one blank. */
  readonly rest: string;
}

export interface Stage {
  /** The base as it is written, a digest included. */
  readonly from: string;
  readonly platform: string | null;
  readonly name: string | null;
  readonly steps: readonly Step[];
}

const known = ['WORKDIR', 'COPY', 'RUN', 'ARG', 'LABEL', 'USER', 'EXPOSE', 'HEALTHCHECK', 'ENTRYPOINT', 'CMD'];
const from = /^(?:--platform=(\S+) )?(\S+)(?: AS (\S+))?$/;

/** The stages of a Dockerfile; throws on an instruction that is not foreseen here. */
export function readDockerfile(text: string): readonly Stage[] {
  const lines = text
    .split('\n')
    .filter((line) => !line.startsWith('#') && line.trim() !== '')
    .join('\n')
    .replace(/\\\n\s*/g, '');
  const stages: (Stage & { steps: Step[] })[] = [];
  for (const line of lines.split('\n')) {
    const [, instruction = '', rest = ''] = /^([A-Z]+) (.+)$/.exec(line) ?? [];
    if (instruction === 'FROM') {
      const [, platform = null, base = '', name = null] = from.exec(rest) ?? [];
      stages.push({ from: base, platform, name, steps: [] });
    } else {
      const stage = stages.at(-1);
      if (stage === undefined || !known.includes(instruction)) throw new Error(`Dockerfile: not understood: ${line}`);
      stage.steps.push({ instruction, rest });
    }
  }
  return stages;
}

/** What the steps of one instruction say, in their order. */
export const said = (stage: Stage, instruction: string): readonly string[] =>
  stage.steps.filter((step) => step.instruction === instruction).map(({ rest }) => rest);

/** The JSON form of ENTRYPOINT, CMD and the command of HEALTHCHECK: started without a shell. */
export function execForm(stage: Stage, instruction: string): readonly string[] {
  const [text = ''] = said(stage, instruction);
  return JSON.parse(text.slice(text.indexOf('['))) as readonly string[];
}

/** Whether a .dockerignore keeps a path of the context; of its patterns the last that fits decides. */
export function keptBy(ignore: string): (path: string) => boolean {
  const patterns = ignore
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => ({
      keeps: line.startsWith('!'),
      // A pattern fits what it names and everything below.
      form: new RegExp(
        `^${line
          .replace(/^!/, '')
          .replace(/[.+^$(){}|[\]\\]/g, '\\$&')
          .replace(/\*/g, '[^/]*')}(?:/|$)`,
      ),
    }));
  return (path) => patterns.findLast(({ form }) => form.test(path))?.keeps ?? true;
}

/**
 * Does what a builder does with a stage that only copies and runs, below a folder instead of `/`: WORKDIR, COPY from the
 * context, and each RUN word by word in a shell. Rejects with what a step wrote.
 */
export async function buildBelow(folder: string, stage: Stage, context: string, env: NodeJS.ProcessEnv): Promise<void> {
  const kept = keptBy(readFileSync(join(context, '.dockerignore'), 'utf8'));
  let cwd = folder;
  for (const { instruction, rest } of stage.steps) {
    if (instruction === 'WORKDIR') {
      cwd = join(folder, rest);
      mkdirSync(cwd, { recursive: true });
    } else if (instruction === 'COPY') {
      const words = rest.split(' ');
      const target = join(cwd, words.at(-1) ?? '');
      for (const source of words.slice(0, -1)) copy(join(context, source), target, context, kept);
    } else if (instruction === 'RUN') {
      await run('/bin/sh', ['-c', rest], { cwd, env, maxBuffer: 1 << 24 });
    } else throw new Error(`Dockerfile: a stage that builds has no ${instruction}`);
  }
}

function copy(source: string, target: string, context: string, kept: (path: string) => boolean): void {
  const isFolder = statSync(source).isDirectory();
  // A folder's content is copied, a file goes into the folder that is named.
  const to = isFolder ? target : join(target, basename(source));
  cpSync(source, to, {
    recursive: true,
    filter: (path) => path === source || statSync(path).isDirectory() || kept(relative(context, path)),
  });
}
