import type { X509Certificate } from 'node:crypto';
import type { Config } from './config.ts';
import { readCertificate } from './pem.ts';

/** What of a configuration says in whose name we probe, and what is ours besides. */
export type Named = Pick<Config, 'identity' | 'identities' | 'canary' | 'ownCertificates'>;

/** What to do instead of probing with what our people use. */
export const probeInstead =
  'An edge that is asked much by somebody slows him down, and cannot tell our probe from our people: probe with a domain and a certificate of their own.';

/** The certificate of a file, for comparison; what is wrong with it is said elsewhere. */
function certificateOf(file: string | null): X509Certificate | null {
  const read = file === null ? null : readCertificate(file);
  return read?.ok === true ? read.value : null;
}

/** The certificates that partners are shown, with the key of the configuration that names them. */
function shown({
  identity,
  identities = [],
}: Named): readonly (readonly [key: string, certificate: X509Certificate])[] {
  const all = [
    ['identity.certFile', identity.certFile] as const,
    ...identities.map(({ name, certFile }) => [`certFile of identity ${name}`, certFile] as const),
  ];
  return all.flatMap(([key, file]) => {
    const certificate = certificateOf(file);
    return certificate === null ? [] : [[key, certificate] as const];
  });
}

interface Watched {
  readonly name: string;
  readonly certificate: X509Certificate | null;
}

/** The first host directly in this domain that a certificate of one of our edges names; null: none does. */
function edgeAmong(
  watched: readonly Watched[],
  domain: string,
): { readonly name: string; readonly host: string } | null {
  for (const { name, certificate } of watched) {
    const names = (certificate?.subjectAltName ?? '')
      .split(', ')
      .map((each) => each.replace(/^DNS:/, '').toLowerCase());
    const host = names.find((each) => each.slice(each.indexOf('.') + 1) === domain);
    if (host !== undefined) return { name, host };
  }
  return null;
}

/**
 * Where the configuration probes in the name of what our people use: their SIP domain, or the certificate of our own
 * edge. One sentence each, with what to do instead. Reads the certificates of the files that are named.
 */
export function productionWarnings(config: Named): readonly string[] {
  const { identity, canary, ownCertificates = [] } = config;
  const warnings: string[] = [];
  const edgeDomain = canary?.host.slice(canary.host.indexOf('.') + 1);
  if (canary !== undefined && edgeDomain === identity.domain) {
    warnings.push(
      `identity.domain ${identity.domain} is the domain of our own edge ${canary.host} (canary.host). ${probeInstead}`,
    );
  }
  const watched = ownCertificates.map(({ name, certFile }) => ({ name, certificate: certificateOf(certFile) }));
  if (warnings.length === 0) {
    const edge = edgeAmong(watched, identity.domain);
    if (edge !== null) {
      warnings.push(
        `identity.domain ${identity.domain} is the domain of our own edge ${edge.host} (ownCertificates ${edge.name}). ${probeInstead}`,
      );
    }
  }
  for (const [key, certificate] of shown(config)) {
    const same = watched.find((each) => each.certificate?.fingerprint256 === certificate.fingerprint256);
    if (same !== undefined) {
      warnings.push(`${key} is the certificate of ownCertificates ${same.name}. ${probeInstead}`);
    } else if (canary !== undefined && certificate.checkHost(canary.host) !== undefined) {
      warnings.push(`${key} names our own edge ${canary.host} (canary.host). ${probeInstead}`);
    }
  }
  return warnings;
}
