import type { Finding } from '../federation/finding.ts';
import type { OwnReport } from '../federation/own-report.ts';
import type { Log } from '../log/log.ts';
import { damped } from '../log/damper.ts';
import type { OwnMetrics } from '../metrics/own.ts';
import type { Clock } from '../net/clock.ts';
import { ShuttingDown } from '../net/deadline.ts';
import { createNet } from '../net/node-net.ts';
import { ownChainReader } from '../net/own-certificate.ts';
import type { OwnCertificateFacts } from '../probe/own/facts.ts';
import { judgeOwn, servesClients } from '../probe/own/judge.ts';
import { StoreUnavailable, type Store } from '../store/store.ts';
import { isHeld, ownCertificate, watchedCertificates, type OwnConfigured, type Watched } from './own-certificates.ts';
import { ownReport, type Judged } from './own-report.ts';
import { lookUpOwnTargets, ownDomain, type OwnPlace } from './own-targets.ts';
import type { Part, RolePorts } from './part.ts';

/** How often the files are read. */
export const ownPeriodMs = 60_000;
/** How often our own SRV record is looked up, and how soon again when nobody answered. */
export const ownLookupMs = 3_600_000;
const lookupAgainMs = 300_000;

type Configured = OwnConfigured & OwnPlace;

export interface OwnWatchPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly own: Pick<OwnMetrics, 'ownCertificate'>;
  readonly store: Pick<Store, 'recordOwn'>;
  /** Where our own SRV record leads; null: not known. */
  readonly lookUp: (config: Configured, signal: AbortSignal) => Promise<readonly string[] | null>;
  /** Whether our clock is known to be wrong: by such a one no date is judged. Absent: never. */
  readonly doubted?: () => boolean;
}

export interface OwnWatch {
  /** Reads every file once, judges and tells. */
  look(): Promise<void>;
  /** Looks our own SRV record up once, and then looks. What was known of it stays when nobody answers. */
  lookUp(): Promise<void>;
  use(config: Configured): void;
  /** Looks now and every minute until `stop`, and looks up now and every hour. */
  start(): Promise<void>;
  stop(): void;
}

interface Targets {
  readonly hosts: readonly string[];
  readonly atMs: number;
}

/** Says what is wrong with a certificate of ours, each once. */
function teller(log: Log): (name: string, findings: readonly Finding[]) => void {
  const said = new Map<string, string>();
  return (name, findings) => {
    const codes = findings.map(({ code }) => code).join(' ');
    if (codes === (said.get(name) ?? '')) return;
    said.set(name, codes);
    for (const { code, summary } of findings) log.warn({ certificate: name, code, summary }, 'a certificate of ours');
    if (findings.length === 0) log.info({ certificate: name }, 'a certificate of ours is in order again');
  };
}

/** Dates and usage of a certificate of ours as metrics. */
function measure(own: OwnWatchPorts['own'], { name, chain, unreadable }: OwnCertificateFacts): void {
  const [leaf] = chain;
  const seconds = (instant: string): number => Date.parse(instant) / 1000;
  own.ownCertificate(name, {
    dates: leaf === undefined ? null : { notBefore: seconds(leaf.notBefore), notAfter: seconds(leaf.notAfter) },
    clientAuth: leaf === undefined ? null : servesClients(leaf),
    readable: unreadable === null,
  });
}

/** Keeps a report, or says that the store did not. */
function keeper({ clock, log, store }: OwnWatchPorts): (report: OwnReport) => Promise<void> {
  const quiet = damped(log, clock);
  return async (report) => {
    try {
      await store.recordOwn(report);
    } catch (err) {
      if (!(err instanceof StoreUnavailable)) throw err;
      quiet.warn({ err }, 'the report of our own certificates was not kept; the next one is due in a minute');
    }
  };
}

/**
 * Watches our own certificates: dates and usage as metrics, what is wrong with them in the log, each once, and all of it
 * as a report in the store, from which every view is made.
 */
export function watchOwnCertificates(first: Configured, ports: OwnWatchPorts): OwnWatch {
  const { clock, log, own } = ports;
  const keep = keeper(ports);
  const say = teller(log);
  const known = new Map<string, OwnCertificateFacts>();
  const stopping = new AbortController();
  let config = first;
  let watched = watchedCertificates(config);
  let read = ownChainReader(config.trust);
  let targets: Targets | null = null;
  let started = false;
  let cancelLook = (): void => undefined;
  let cancelLookUp = (): void => undefined;

  async function lookAt(each: Watched, domain: string | null): Promise<Judged> {
    const facts = await ownCertificate(each, read, known.get(each.name));
    known.set(each.name, facts);
    measure(own, facts);
    const held = domain !== null && isHeld(domain, each, facts);
    const findings = judgeOwn(facts, { nowMs: clock.wall(), targets: held ? (targets?.hosts ?? null) : null });
    say(each.name, findings);
    return { facts, findings };
  }

  async function look(): Promise<void> {
    if (ports.doubted?.() === true) return;
    const domain = ownDomain(config);
    const judged: Judged[] = [];
    for (const each of watched) judged.push(await lookAt(each, domain));
    const seen = { slotMs: clock.wall(), domain, targets: targets?.hosts ?? null, targetsMs: targets?.atMs ?? null };
    await keep(ownReport(judged, seen));
  }

  /** Whether somebody answered. */
  async function lookUpOnce(): Promise<boolean> {
    if (watched.length === 0) return true;
    const asked = config;
    const hosts = await ports.lookUp(asked, stopping.signal);
    // What was asked for another configuration is nobody's.
    if (asked !== config || hosts === null) return false;
    targets = { hosts, atMs: clock.wall() };
    await look();
    return true;
  }

  async function round(): Promise<void> {
    await look();
    if (!stopping.signal.aborted) cancelLook = clock.after(ownPeriodMs, () => void round());
  }

  async function lookUpRound(): Promise<void> {
    cancelLookUp();
    try {
      const afterMs = (await lookUpOnce()) ? ownLookupMs : lookupAgainMs;
      cancelLookUp();
      if (!stopping.signal.aborted) cancelLookUp = clock.after(afterMs, () => void lookUpRound());
    } catch (error) {
      if (!(error instanceof ShuttingDown)) throw error;
    }
  }

  return {
    look,
    async lookUp() {
      await lookUpOnce();
    },
    use(next) {
      const names = watchedCertificates(next);
      for (const { name } of watched) if (!names.some((each) => each.name === name)) own.ownCertificate(name, null);
      if (ownDomain(next) !== ownDomain(config)) targets = null;
      config = next;
      watched = names;
      read = ownChainReader(next.trust);
      if (started) void lookUpRound();
    },
    async start() {
      started = true;
      await round();
      // The process does not wait for DNS to be up.
      void lookUpRound();
    },
    stop() {
      stopping.abort(new ShuttingDown('the process is stopping'));
      cancelLook();
      cancelLookUp();
    },
  };
}

/** The watch as a part of the process that is scraped for all. */
export function ownCertificatesPart({ config, clock, log, own, store, witness }: RolePorts): Part {
  const doubted = (): boolean => witness.trouble() !== null;
  const lookUp: OwnWatchPorts['lookUp'] = (now, signal) => {
    const { egress, trust } = config.current();
    const net = createNet({ egressAllow: egress.allow, trust, certificate: null });
    return lookUpOwnTargets(now, { net, clock, signal });
  };
  const watch = watchOwnCertificates(config.current(), { clock, log, own, store, lookUp, doubted });
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
