import type { Cadence } from '../federation/cadence.ts';
import type { CronTimes } from '../federation/cron.ts';
import type { Canary, Control } from '../federation/canary.ts';
import type { Hysteresis } from '../federation/history.ts';
import type { RedisPlace } from './redis-place.ts';
import type { MaintenanceWindow, Partner, Profile } from '../federation/partner.ts';
import type { Stops } from '../federation/stop.ts';
import type { Platform } from '../federation/platform.ts';
import type { Vantages } from '../federation/vantage.ts';
import type { DnsServer } from '../net/net.ts';

/** Where something listens: numeric address or `localhost`, and port. */
export interface Listen {
  readonly host: string;
  readonly port: number;
}

/** Where the shared memory of all roles is, and what every key of it begins with. */
export interface RedisConfig extends RedisPlace {
  readonly prefix: string;
  readonly caFile?: string | null;
}

/** Who we are towards partners. */
export interface Identity {
  /** The SIP domain in From; never the production domain. */
  readonly domain: string;
  /** A page or address where a partner's administrator can complain. */
  readonly contact: string;
  readonly certFile: string | null;
  readonly keyFile: string | null;
  /** What our own users are on; absent: not known. */
  readonly platform?: Platform;
}

/** A client certificate of ours that partners choose by name. */
export interface NamedIdentity {
  readonly name: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/** What holds for a partner that does not say otherwise. Times in milliseconds. */
export interface PartnerDefaults {
  /** The interval; with a cron expression the shortest time between two of its instants. */
  readonly everyMs: number;
  readonly cron?: CronTimes;
  /** The time zone of expressions that name none; absent: UTC. */
  readonly timezone?: string;
  /** Never more than half of the interval it is used with. */
  readonly timeoutMs: number;
  readonly profile: Profile;
  readonly tier: string;
  readonly maxForwards?: number;
}

/** Who may ask the service to do something over HTTP. */
export interface Api {
  readonly tokenFile: string | null;
  /** The bearer token; null: nothing but reading is possible. */
  readonly token: string | null;
}

/** One of our own certificates that is to be watched. */
export interface OwnCertificate {
  readonly name: string;
  readonly certFile: string;
}

/** How gently partners are asked. */
export interface Politeness {
  /** Least time between the beginnings of two connections to one address and port, over all workers. */
  readonly gapMs: number;
  /** To whom nothing is sent any more; absent: to nobody. */
  readonly stops?: Stops;
}

/** A checked configuration: every value is present, parsed and valid. Times in milliseconds. */
export interface Config {
  /** The file it came from; null for the defaults of `fedmon check`. */
  readonly file: string | null;
  /** What it was read from: the file and the patterns of `include`, as absolute paths. */
  readonly sources: readonly string[];
  readonly redis: RedisConfig;
  readonly vantage: string;
  /** Every place that examines; absent: only this one. */
  readonly vantages?: Vantages | undefined;
  readonly identity: Identity;
  /** Beside the one of `identity`; absent or empty when there is one for all. */
  readonly identities?: readonly NamedIdentity[];
  readonly dns: { readonly servers: readonly DnsServer[] };
  /** `system`, `mozilla`, or the path of a PEM file. */
  readonly trust: string;
  readonly egress: { readonly allow: readonly string[] };
  /** How gently partners are asked; absent: one at a time and no more. */
  readonly politeness?: Politeness;
  readonly listen: { readonly exporter: Listen; readonly scheduler: Listen; readonly worker: Listen };
  readonly api: Api;
  /** Where Grafana is, without a slash at the end; absent: nobody said. */
  readonly grafana?: string;
  readonly hysteresis: Hysteresis;
  /** Absent: partners are examined at every slot and at no other time. */
  readonly cadence?: Cadence;
  readonly partners: readonly Partner[];
  readonly maintenance: readonly MaintenanceWindow[];
  /** For partners that are examined by hand and not in the list. */
  readonly defaults?: PartnerDefaults;
  /** A target of our own that must always pass; absent: nothing tells our blindness from a partner's failure. */
  readonly canary?: Canary;
  /** Targets of other operators that are asked when the canary fails. */
  readonly controls?: readonly Control[];
  /** Watched beside those of `identity` and `identities`. */
  readonly ownCertificates?: readonly OwnCertificate[];
}
