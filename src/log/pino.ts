import { writeSync } from 'node:fs';
import { pino } from 'pino';
import type { Log } from './log.ts';
import { scrub } from './scrub.ts';

const levels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

function levelOf(name: string | undefined): (typeof levels)[number] {
  return levels.find((each) => each === name?.toLowerCase()) ?? 'info';
}

/** What JSON leaves raw although terminals act on it or show nothing: DEL, C1 controls, format and bidi marks, what is not assigned. */
const invisible = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]/gu;

function escaped(line: string): string {
  return line.replace(invisible, (mark) =>
    mark
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** Where whole lines go; throws when they cannot. */
export type WriteLine = (line: string) => void;

/** Standard output. A line of which only a part went through is ended before the next one is begun. */
function standardOutput(): WriteLine {
  let rest: Buffer = Buffer.alloc(0);
  const push = (): void => {
    while (rest.length > 0) rest = rest.subarray(writeSync(1, rest));
  };
  return (line) => {
    push();
    rest = Buffer.from(line);
    try {
      push();
    } catch (error) {
      if (rest.length < Buffer.byteLength(line)) return;
      rest = Buffer.alloc(0);
      throw error;
    }
  };
}

/**
 * Writes lines and never throws or waits: with a closed pipe, a full disk or a reader that does not read,
 * probing goes on and the lines lost are counted in the next one that gets through.
 */
export function lossy(write: WriteLine): WriteLine {
  let lost = 0;
  return (line) => {
    try {
      if (lost > 0)
        write(
          `{"level":"warn","time":"${new Date().toISOString()}","lost":${String(lost)},"msg":"log lines were lost"}\n`,
        );
      lost = 0;
      write(line);
    } catch {
      lost += 1;
    }
  };
}

/**
 * The log of a process: one JSON object per line on standard output, written before the call returns.
 * `FEDMON_LOG_LEVEL` is debug, info (default), warn, error or silent.
 */
export function createLog(role: string, write: WriteLine = standardOutput()): Log {
  const out = lossy(write);
  const logger = pino(
    {
      level: levelOf(process.env['FEDMON_LOG_LEVEL']),
      base: { role, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    { write: (line: string) => out(escaped(line)) },
  );
  return {
    debug: (fields, message) => logger.debug(scrub(fields), message),
    info: (fields, message) => logger.info(scrub(fields), message),
    warn: (fields, message) => logger.warn(scrub(fields), message),
    error: (fields, message) => logger.error(scrub(fields), message),
  };
}
