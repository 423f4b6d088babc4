import { isEmptyDiff, type ConfigDiff } from '../config/diff.ts';
import type { Config } from '../config/config.ts';
import type { ChangeableConfig } from '../config/live.ts';
import { ConfigInvalid } from '../config/mistake.ts';
import { stampOf } from '../config/stamp.ts';
import type { Log } from '../log/log.ts';
import type { OwnMetrics } from '../metrics/own.ts';
import type { Clock } from '../net/clock.ts';
import type { Part } from './part.ts';

/** What became of a reload: what changed, or every mistake that kept the old configuration in force. */
export type Reloaded =
  { readonly ok: true; readonly diff: ConfigDiff } | { readonly ok: false; readonly mistakes: string };

/** Reads the configuration again: when asked, at SIGHUP, and when a file changed. */
export interface Reloader extends Part {
  /** One at a time: asking while one is under way asks for another after it. Never rejects. */
  reload(why: string): Promise<Reloaded>;
}

export interface ReloadPorts {
  readonly live: ChangeableConfig;
  readonly load: () => Promise<Config>;
  readonly own: Pick<OwnMetrics, 'configRead'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** How often the files are looked at. Asking the kernel to tell does not work on every volume. */
export const lookEveryMs = 5_000;
/** Domains listed in the log line of a reload; the rest are counted. */
const listed = 10;

const some = (domains: readonly string[]): readonly string[] =>
  domains.length <= listed ? domains : [...domains.slice(0, listed), `… and ${String(domains.length - listed)} more`];

export function createReloader({ live, load, own, clock, log }: ReloadPorts): Reloader {
  let last: Promise<unknown> = Promise.resolve();
  let cancel = (): void => undefined;
  let stopped = false;
  let seen: string | null = null;

  function tell({ added, removed, changed, settings, restart }: ConfigDiff, why: string): void {
    const partners = { added: some(added), removed: some(removed), changed: some(changed) };
    log.info({ why, ...partners, settings }, 'the configuration was read again and is in force');
    if (restart.length > 0) log.warn({ restart }, 'these sections changed and take effect only after a restart');
  }

  async function readOnce(why: string): Promise<Reloaded> {
    try {
      const diff = live.replace(await load());
      own.configRead(true, clock.wall());
      if (isEmptyDiff(diff)) log.info({ why }, 'the configuration was read again: nothing changed');
      else tell(diff, why);
      return { ok: true, diff };
    } catch (err) {
      own.configRead(false, clock.wall());
      const mistakes = err instanceof Error ? err.message : String(err);
      const shown = err instanceof ConfigInvalid ? { mistakes } : { err };
      log.error({ why, ...shown }, 'the configuration cannot be used; the old one stays in force');
      return { ok: false, mistakes };
    }
  }

  async function reload(why: string): Promise<Reloaded> {
    const next = last.then(() => readOnce(why));
    last = next;
    return next;
  }

  async function look(): Promise<void> {
    const stamp = await stampOf(live.current().sources);
    const changed = seen !== null && stamp !== seen;
    seen = stamp;
    if (changed) await reload('a file changed');
    if (!stopped) cancel = clock.after(lookEveryMs, () => void look());
  }

  const onHangUp = (): void => void reload('SIGHUP');
  return {
    name: 'configuration',
    async start() {
      own.configRead(true, clock.wall());
      process.on('SIGHUP', onHangUp);
      await look();
    },
    async stop() {
      stopped = true;
      cancel();
      process.off('SIGHUP', onHangUp);
      await last;
    },
    reload,
  };
}
