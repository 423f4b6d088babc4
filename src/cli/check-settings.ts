import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { anonymous, builtInDefaults, checkDefaults, withFlags } from '../config/defaults.ts';
import { readCertificate, readKey, type Checked } from '../config/pem.ts';
import { noIdentity } from '../federation/edge.ts';
import { hops, pinRefused, type Partner, type PinnedRoute, type Profile } from '../federation/partner.ts';
import type { Identities } from '../net/tls-client.ts';
import { findConfig, placesInWords } from './config-place.ts';
import { UsageError } from './exit.ts';
import type { Io } from './io.ts';

/** The flags of `fedmon check`, parsed. */
export interface CheckFlags {
  readonly config?: string;
  readonly profile?: Profile;
  readonly dns?: Config['dns']['servers'];
  readonly route?: PinnedRoute;
  readonly allow?: readonly string[];
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly timeout?: number;
  readonly maxForwards?: number;
}

function insist(flag: string, checked: Checked<unknown>): void {
  if (!checked.ok) throw new UsageError(`${flag} ${checked.message}.`);
}

function checkedFiles(
  flags: CheckFlags,
  io: Io,
): { readonly trust?: string; readonly certFile?: string; readonly keyFile?: string } {
  const { ca, cert, key } = flags;
  if ((cert === undefined) !== (key === undefined)) {
    throw new UsageError('--cert and --key go together: name the PEM file of the certificate and the one of its key.');
  }
  const isFile = ca !== undefined && ca !== 'system' && ca !== 'mozilla';
  const trust = isFile ? resolve(io.cwd, ca) : ca;
  if (isFile) insist('--ca', readCertificate(resolve(io.cwd, ca)));
  if (cert === undefined || key === undefined) return trust === undefined ? {} : { trust };

  const [certFile, keyFile] = [resolve(io.cwd, cert), resolve(io.cwd, key)];
  const [certificate, privateKey] = [readCertificate(certFile), readKey(keyFile)];
  insist('--cert', certificate);
  insist('--key', privateKey);
  if (certificate.ok && privateKey.ok && !certificate.value.checkPrivateKey(privateKey.value)) {
    throw new UsageError(`--key ${key}: this key does not belong to the certificate ${cert}.`);
  }
  return { ...(trust === undefined ? {} : { trust }), certFile, keyFile };
}

/** What to examine with: the configuration if there is one, the flags over it. Rejects with UsageError or ConfigInvalid. */
export async function checkConfig(flags: CheckFlags, io: Io): Promise<Config> {
  const over = { dns: flags.dns, allow: flags.allow, ...checkedFiles(flags, io) };
  const file = findConfig(flags.config, io);
  if (file === null) return checkDefaults(over);
  // Loaded here, not above: it is half of all that a check loads.
  const { loadConfig } = await import('../config/load.ts');
  return withFlags(loadConfig(file, io.env, 'check'), over);
}

/** The partner of a domain: as configured, else by the defaults; flags win. */
export function partnerOf(domain: string, config: Config, flags: CheckFlags): Partner {
  const { everyMs, timeoutMs, profile, tier, maxForwards } = config.defaults ?? builtInDefaults;
  const unlisted: Partner = {
    domain,
    name: null,
    tier,
    owner: null,
    contact: null,
    profile,
    everyMs,
    timeoutMs,
    route: null,
    ...hops(maxForwards),
  };
  const partner = config.partners.find((each) => each.domain === domain) ?? unlisted;
  const { identity, ...rest } = partner;
  const [used, route] = [flags.profile ?? partner.profile, flags.route ?? partner.route];
  const refused = route === null ? null : pinRefused(used, route);
  if (refused !== null) throw new UsageError(`The route of ${domain}: ${refused} (--profile sip).`);
  // Whoever names a certificate on the command line wants that one shown.
  const shown = identity === undefined || flags.cert !== undefined ? {} : { identity };
  return {
    ...rest,
    ...shown,
    profile: used,
    route,
    timeoutMs: flags.timeout ?? partner.timeoutMs,
    ...hops(flags.maxForwards ?? partner.maxForwards),
  };
}

/** Our certificate and key as read from the files of the identity; null when there are none. */
export function certificateOf({ identity }: Config): { readonly cert: Buffer; readonly key: Buffer } | null {
  const { certFile, keyFile } = identity;
  if (certFile === null || keyFile === null) return null;
  return { cert: readFileSync(certFile), key: readFileSync(keyFile) };
}

/** Everything a partner may be shown, by the name it chooses; read once, since a check does not last. */
export function identitiesOf(config: Config): Identities {
  const usual = certificateOf(config);
  const named = new Map(
    (config.identities ?? []).map(({ name, certFile, keyFile }) => [
      name,
      { cert: readFileSync(certFile), key: readFileSync(keyFile) },
    ]),
  );
  return (name) => (name === undefined ? usual : name === noIdentity ? null : named.get(name));
}

/** Which file the settings come from. */
export function configNote({ file }: Config): string {
  return file === null ? `fedmon: no config file: looked for ${placesInWords}\n` : `fedmon: config: ${file}\n`;
}

/** Two lines for the person who asks in nobody's name; empty when an identity is configured. */
export function identityNote({ identity }: Config): string {
  if (identity.domain !== anonymous.domain) return '';
  const certificate = identity.certFile === null ? ' and identity.certFile' : '';
  const flags = identity.certFile === null ? ', or --cert and --key' : '';
  return (
    `fedmon: no identity is configured, so partners are asked in the name of ${identity.domain}; some answer only to domains they know.\n` +
    `fedmon: set identity.domain${certificate} in fedmon.yaml${flags}.\n`
  );
}
