import type { Config } from '../config/config.ts';
import { settingsInWords } from '../config/words.ts';
import { defaultIdentity } from '../federation/edge.ts';
import { differing, nameOf, toldOf, type Words } from '../federation/ours.ts';
import { followsDrift, standpointOf } from '../federation/vantage.ts';
import type { Log } from '../log/log.ts';
import type { Clock } from '../net/clock.ts';
import { ownChainReader } from '../net/own-certificate.ts';
import type { Identities } from '../net/tls-client.ts';
import type { RolePorts } from './part.ts';
import { StoreUnavailable, type Store } from '../store/store.ts';
import { version } from '../version.ts';

/** What could not be told is tried again after this, milliseconds. */
const againMs = 30_000;
/** Whoever else tells at the same moment is done after one try; more than this is a bug. */
const tries = 5;

/** A certificate as a person tells it from another one. */
function certificateInWords(pem: string): string {
  const [leaf] = ownChainReader('system')(pem).chain;
  if (leaf === undefined) return 'unreadable';
  const { commonName, subject, issuer, notAfter, fingerprint256 } = leaf;
  const print = fingerprint256.replaceAll(':', '').slice(0, 16).toLowerCase();
  return `${commonName ?? subject}, until ${notAfter.slice(0, 10)}, SHA-256 ${print}…, by ${issuer}`;
}

/** All that a worker examines with: its version, the certificates it shows now, and what the configuration says for all. */
export function oursInWords(config: Config, identities: Identities): Words {
  const names = [defaultIdentity, ...(config.identities ?? []).map(({ name }) => name)];
  const certificates = names.flatMap((name) => {
    const shown = identities(name);
    if (shown === null || shown === undefined) return [];
    return [[nameOf('certificate_changed', name), certificateInWords(shown.cert.toString())] as const];
  });
  const settings = Object.entries(settingsInWords(config)).map(
    ([key, value]) => [nameOf('config_changed', key), value] as const,
  );
  return Object.fromEntries([[nameOf('version_changed', null), version], ...certificates, ...settings]);
}

export interface OursPorts {
  readonly clock: Pick<Clock, 'wall' | 'after'>;
  readonly log: Pick<Log, 'warn' | 'info'>;
  readonly store: Pick<Store, 'setup' | 'recordSetup'>;
  /** What partners are examined with now. */
  readonly words: () => Words;
}

export interface OursTeller {
  /** Tells what is another than when it was told last; once, however many processes do. Never rejects for the store. */
  look(): Promise<void>;
  stop(): void;
}

/** Tells changes of ours, so that they stand in the story of every partner they may explain. */
export function tellOurs({ clock, log, store, words }: OursPorts): OursTeller {
  let mine: Words | null = null;
  let last: Promise<void> = Promise.resolve();
  let cancel = (): void => undefined;
  let stopped = false;

  async function tell(): Promise<void> {
    const now = { slotMs: Math.round(clock.wall()), words: words() };
    if (mine !== null && differing(mine, now.words).length === 0) return;
    for (let tried = 0; tried < tries; tried += 1) {
      const stored = await store.setup();
      const told = toldOf(stored, mine, now);
      if (told !== null && !(await store.recordSetup(told.next, stored?.slotMs ?? null, told.changes))) continue;
      mine = now.words;
      const changes = told?.changes.map(({ kind, subject }) => nameOf(kind, subject)) ?? [];
      if (changes.length > 0) log.info({ changes }, 'what partners are examined with is another, and it was told');
      return;
    }
    throw new StoreUnavailable('somebody else changed what partners are examined with again and again');
  }

  async function look(): Promise<void> {
    cancel();
    try {
      await tell();
    } catch (err) {
      if (!(err instanceof StoreUnavailable)) throw err;
      log.warn({ err }, 'a change of ours could not be told; it is tried again');
      if (!stopped) cancel = clock.after(againMs, () => void teller.look());
    }
  }

  const teller: OursTeller = {
    look() {
      last = last.then(look);
      return last;
    },
    stop() {
      stopped = true;
      cancel();
    },
  };
  return teller;
}

/** What a worker tells of itself. Null: of several vantages another one tells, as it does of what partners change. */
export function oursOf({ config, clock, quiet, store }: RolePorts, identities: Identities): OursTeller | null {
  if (!followsDrift(standpointOf(config.current()).standpoint)) return null;
  return tellOurs({ clock, log: quiet, store, words: () => oursInWords(config.current(), identities) });
}
