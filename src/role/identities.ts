import { stat } from 'node:fs/promises';
import type { Config, NamedIdentity } from '../config/config.ts';
import { readKeyPair, type KeyPair } from '../config/key-pair.ts';
import { defaultIdentity, noIdentity } from '../federation/edge.ts';
import type { Log } from '../log/log.ts';
import type { OwnMetrics } from '../metrics/own.ts';
import type { Clock } from '../net/clock.ts';
import type { ClientCertificate, Identities } from '../net/tls-client.ts';

/** How often the files are looked at. */
export const identityPeriodMs = 30_000;

type Configured = Pick<Config, 'identity' | 'identities'>;

export interface IdentityKeeper {
  /** What is offered now, by name. */
  readonly identities: Identities;
  /** Looks at every file once; an identity whose files changed and hold together is offered from then on. */
  look(): Promise<void>;
  /** Keeps these from now on; one that stays as it was configured stays what it is now. */
  use(config: Configured): void;
  /** Looks every 30 s until `stop`. */
  start(): void;
  stop(): void;
}

export interface KeeperPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly own: Pick<OwnMetrics, 'identityReloaded'>;
  /** Whether our clock is known to be wrong: then nothing is taken or refused by its dates. Absent: never. */
  readonly doubted?: () => boolean;
  /** A renewed certificate is shown from now on. */
  readonly renewed?: () => void;
}

interface Kept {
  readonly name: string;
  readonly certFile: string;
  readonly keyFile: string;
  offered: ClientCertificate;
  /** What the files looked like when they were last read with success. */
  signature: string;
  /** What was last said to be wrong; null while nothing is. */
  said: string | null;
}

async function signatureOf({ certFile, keyFile }: Pick<Kept, 'certFile' | 'keyFile'>): Promise<string> {
  const files = await Promise.all([stat(certFile), stat(keyFile)]);
  return files.map(({ mtimeMs, size, ino }) => `${String(mtimeMs)}/${String(size)}/${String(ino)}`).join(' ');
}

/** Whether a renewed pair may take the place of the one in use: one that nobody accepts today may not. */
function unfit({ fromMs, untilMs }: KeyPair, nowMs: number): string | null {
  if (nowMs > untilMs) return `it expired at ${new Date(untilMs).toISOString()}`;
  return nowMs < fromMs ? `it is valid only from ${new Date(fromMs).toISOString()}` : null;
}

/** What is wrong with what now stands in the files, or the pair. */
function readAgain({ certFile, keyFile }: Kept, nowMs: number): KeyPair | string {
  const read = readKeyPair(certFile, keyFile);
  if (!read.ok) return read.message;
  const wrong = unfit(read.value, nowMs);
  return wrong === null ? read.value : `${certFile}: ${wrong}`;
}

function wantedOf({ identity, identities = [] }: Configured): readonly NamedIdentity[] {
  const { certFile, keyFile } = identity;
  const usual = certFile === null || keyFile === null ? [] : [{ name: defaultIdentity, certFile, keyFile }];
  return [...usual, ...identities];
}

function first({ name, certFile, keyFile }: NamedIdentity): Kept {
  const read = readKeyPair(certFile, keyFile);
  if (!read.ok) throw new Error(`identity ${name}: ${read.message}`);
  const { cert, key } = read.value;
  return { name, certFile, keyFile, offered: { cert, key }, signature: '', said: null };
}

/**
 * Our client certificates, kept in step with their files. A renewed pair is taken when it is readable, belongs together
 * and is valid now; until then the old one stays in use, and the log and `fedmon_identity_last_reload_successful` say so.
 * Throws an Error for a pair that cannot be used to begin with.
 */
export function keepIdentities(config: Configured, ports: KeeperPorts): IdentityKeeper {
  const { clock, log, own, doubted, renewed } = ports;
  let kept: ReadonlyMap<string, Kept> = new Map();
  let cancel = (): void => undefined;
  let stopped = false;

  function complain(identity: Kept, message: string): void {
    own.identityReloaded(identity.name, false);
    if (identity.said === message) return;
    identity.said = message;
    const { name } = identity;
    log.warn({ identity: name, because: message }, 'a renewed identity cannot be used; the one before stays in use');
  }

  async function lookAt(identity: Kept): Promise<void> {
    let signature: string;
    try {
      signature = await signatureOf(identity);
    } catch (error) {
      complain(identity, error instanceof Error ? error.message : String(error));
      return;
    }
    if (signature === identity.signature) return;
    const read = readAgain(identity, clock.wall());
    if (typeof read === 'string') {
      complain(identity, read);
      return;
    }
    const { cert, key, untilMs } = read;
    const isNew = !cert.equals(identity.offered.cert) || !key.equals(identity.offered.key);
    // The same object while nothing changed: the secure context is kept by it.
    if (isNew) identity.offered = { cert, key };
    if (isNew)
      log.info({ identity: identity.name, until: new Date(untilMs).toISOString() }, 'a renewed identity is in use');
    identity.signature = signature;
    identity.said = null;
    own.identityReloaded(identity.name, true);
    if (isNew) renewed?.();
  }

  function use(next: Configured): void {
    const before = kept;
    const sameAs = (wanted: NamedIdentity): Kept | undefined => {
      const found = before.get(wanted.name);
      return found?.certFile === wanted.certFile && found.keyFile === wanted.keyFile ? found : undefined;
    };
    kept = new Map(wantedOf(next).map((each) => [each.name, sameAs(each) ?? first(each)]));
    for (const name of before.keys()) if (!kept.has(name)) own.identityReloaded(name, null);
    for (const [name, { said }] of kept) if (said === null) own.identityReloaded(name, true);
  }

  const look = async (): Promise<void> => {
    if (doubted?.() === true) return;
    for (const identity of kept.values()) await lookAt(identity);
  };
  const again = (): void => {
    cancel = clock.after(identityPeriodMs, () => void look().then(() => (stopped ? undefined : again())));
  };

  use(config);
  return {
    use,
    identities(name) {
      if (name === noIdentity) return null;
      const found = kept.get(name ?? defaultIdentity);
      return found?.offered ?? (name === undefined ? null : undefined);
    },
    look,
    start: again,
    stop() {
      stopped = true;
      cancel();
    },
  };
}
