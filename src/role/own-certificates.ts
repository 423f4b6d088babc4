import { readFile } from 'node:fs/promises';
import type { Config } from '../config/config.ts';
import { usualIdentity } from '../config/identities.ts';
import type { Finding } from '../federation/finding.ts';
import type { Log } from '../log/log.ts';
import type { OwnMetrics } from '../metrics/own.ts';
import type { Clock } from '../net/clock.ts';
import { ownChainReader, type OwnChain } from '../net/own-certificate.ts';
import type { OwnCertificateFacts } from '../probe/own/facts.ts';
import { judgeOwn, servesClients } from '../probe/own/judge.ts';
import { concerns, type Held } from '../probe/self.ts';
import type { Part, RolePorts } from './part.ts';

/** How often the files are read. */
export const ownPeriodMs = 60_000;

type Configured = Pick<Config, 'identity' | 'identities' | 'ownCertificates' | 'trust'>;

interface Watched {
  readonly name: string;
  readonly certFile: string;
  /** The domain in whose name we show it; null where the configuration does not say. */
  readonly domain: string | null;
}

/** Every certificate of ours that the configuration names: identities first; a name is looked at once. */
export function watchedCertificates({
  identity,
  identities = [],
  ownCertificates = [],
}: Configured): readonly Watched[] {
  const { domain } = identity;
  const usual = identity.certFile === null ? [] : [{ name: usualIdentity, certFile: identity.certFile }];
  const all = [
    ...[...usual, ...identities].map(({ name, certFile }): Watched => ({ name, certFile, domain })),
    ...ownCertificates.map(({ name, certFile }): Watched => ({ name, certFile, domain: null })),
  ];
  return all.filter((each, at) => all.findIndex(({ name }) => name === each.name) === at);
}

/** Reads one file; what it held before stays known where it cannot be read. */
export async function ownCertificate(
  { name, certFile }: Pick<Watched, 'name' | 'certFile'>,
  read: (pem: string) => OwnChain,
  before: OwnCertificateFacts | undefined,
): Promise<OwnCertificateFacts> {
  try {
    const chain = read(await readFile(certFile, 'utf8'));
    return { name, ...chain, unreadable: null, client: true };
  } catch (error) {
    const because = `${certFile}: ${error instanceof Error ? error.message : String(error)}`;
    return { ...(before ?? { name, chain: [], roots: {}, client: true }), unreadable: because };
  }
}

/** Every certificate of ours, read now, and whether it is one that we show in the name of `domain`. */
export async function certificatesFor(domain: string, config: Configured): Promise<readonly Held[]> {
  const read = ownChainReader(config.trust);
  return Promise.all(
    watchedCertificates(config).map(async (each) => {
      const facts = await ownCertificate(each, read, undefined);
      return { facts, held: each.domain === domain || concerns(domain, facts) };
    }),
  );
}

export interface OwnWatch {
  look(): Promise<void>;
  use(config: Configured): void;
  /** Looks now and every minute until `stop`. */
  start(): Promise<void>;
  stop(): void;
}

/** Watches our own certificates: dates and usage as metrics, what is wrong with them in the log, each once. */
export function watchOwnCertificates(
  config: Configured,
  { clock, log, own }: { readonly clock: Clock; readonly log: Log; readonly own: Pick<OwnMetrics, 'ownCertificate'> },
): OwnWatch {
  let watched = watchedCertificates(config);
  let read = ownChainReader(config.trust);
  const known = new Map<string, OwnCertificateFacts>();
  const said = new Map<string, string>();
  let cancel = (): void => undefined;
  let stopped = false;

  function say(name: string, findings: readonly Finding[]): void {
    const codes = findings.map(({ code }) => code).join(' ');
    if (codes === (said.get(name) ?? '')) return;
    said.set(name, codes);
    for (const { code, summary } of findings) log.warn({ certificate: name, code, summary }, 'a certificate of ours');
    if (findings.length === 0) log.info({ certificate: name }, 'a certificate of ours is in order again');
  }

  async function look(): Promise<void> {
    for (const each of watched) {
      const facts = await ownCertificate(each, read, known.get(each.name));
      known.set(each.name, facts);
      const [leaf] = facts.chain;
      const seconds = (instant: string): number => Date.parse(instant) / 1000;
      own.ownCertificate(each.name, {
        dates: leaf === undefined ? null : { notBefore: seconds(leaf.notBefore), notAfter: seconds(leaf.notAfter) },
        clientAuth: leaf === undefined ? null : servesClients(leaf),
        readable: facts.unreadable === null,
      });
      say(each.name, judgeOwn(facts, { nowMs: clock.wall(), targets: null }));
    }
  }

  async function round(): Promise<void> {
    await look();
    if (!stopped) cancel = clock.after(ownPeriodMs, () => void round());
  }

  return {
    look,
    use(next) {
      const names = watchedCertificates(next);
      for (const { name } of watched) if (!names.some((each) => each.name === name)) own.ownCertificate(name, null);
      watched = names;
      read = ownChainReader(next.trust);
    },
    start: round,
    stop() {
      stopped = true;
      cancel();
    },
  };
}

/** The watch as a part of the process that is scraped for all. */
export function ownCertificatesPart({ config, clock, log, own }: RolePorts): Part {
  const watch = watchOwnCertificates(config.current(), { clock, log, own });
  return {
    name: 'own certificates',
    async start() {
      config.onChange((next) => watch.use(next));
      await watch.start();
    },
    stop() {
      watch.stop();
      return Promise.resolve();
    },
  };
}
