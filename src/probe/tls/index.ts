import { alertIn } from '../../federation/alert.ts';
import type { CertificateFacts } from '../../federation/certificate.ts';
import { endpointName, type Edge } from '../../federation/edge.ts';
import type { Observation } from '../../federation/observation.ts';
import type { EdgeTarget, StepLimit } from '../connection.ts';
import { defineProbe, type ProbeIo, type Sample } from '../probe.ts';
import type { NameSought, TlsFacts } from './facts.ts';
import { tlsFindings } from './findings.ts';
import { judgeTls } from './judge.ts';
import { nameMatch } from './names.ts';
import { onRecord, type Recording } from './recording.ts';

/** Only the leaf's names are ever looked for; those of issuers would only make the evidence large. */
const noNames = { dns: [], uri: [], ip: [] } as const;
const noOthers = { email: [], others: 0 } as const;
const nameless = new WeakMap<CertificateFacts, CertificateFacts>();

/** Made once of the same facts: thousands of leaves have few issuers. */
function withoutNames(issuer: CertificateFacts): CertificateFacts {
  const known = nameless.get(issuer) ?? { ...issuer, names: noNames, otherNames: noOthers };
  nameless.set(issuer, known);
  return known;
}

function soughtAt({ options, serverName, host }: Edge): NameSought {
  if (!options) return 'trunk';
  return serverName === host ? 'host' : 'domain';
}

/** `record`: why the server's first flight is recorded; null: it is not. */
interface TlsSettings extends StepLimit {
  readonly record: Recording | null;
}

async function observe(target: EdgeTarget, { limitMs, record }: TlsSettings, io: ProbeIo): Promise<TlsFacts> {
  const { edge, connection } = target;
  const { serverName, identity } = edge;
  const { link } = connection;
  const as = { serverName, record: record !== null, ...(identity === undefined ? {} : { identity }) };
  const outcome = await io.trail.step('tls_handshake', endpointName(edge), limitMs, (signal) =>
    link.secure(as, signal),
  );
  const seen = link.seen();
  const [leaf] = seen?.chain ?? [];
  return {
    serverName,
    sought: soughtAt(edge),
    protocol: seen?.protocol ?? null,
    cipher: seen?.cipher ?? null,
    keyExchange: seen?.keyExchange ?? null,
    stapled: seen?.stapled ?? false,
    chain: (seen?.chain ?? []).map((each, at) => (at === 0 ? each : withoutNames(each))),
    nameMatch: leaf === undefined ? null : nameMatch(leaf, serverName),
    verification: seen?.verification ?? null,
    rooted: seen?.rooted ?? false,
    brokenRules: seen?.brokenRules ?? [],
    alert: outcome.ok ? null : alertIn(outcome.failure.detail),
    offeredCertificate: seen?.offeredCertificate ?? false,
    certificateRequested: seen?.certificateRequested ?? null,
    alpn: seen?.alpn ?? null,
    staple: seen?.staple ?? null,
    session: seen?.session ?? null,
    roots: seen?.roots ?? {},
    flight: onRecord(seen?.flight, record, io.clock.wall()),
  };
}

function measure({ facts }: Observation<TlsFacts>): readonly Sample[] {
  const [leaf] = facts.chain;
  const certificate: readonly Sample[] =
    leaf === undefined
      ? []
      : [
          {
            metric: 'fedmon_tls_certificate_not_before_timestamp_seconds',
            labels: {},
            value: Date.parse(leaf.notBefore) / 1000,
          },
          {
            metric: 'fedmon_tls_certificate_not_after_timestamp_seconds',
            labels: {},
            value: Date.parse(leaf.notAfter) / 1000,
          },
          {
            metric: 'fedmon_tls_certificate_info',
            labels: { issuer: leaf.issuer, serial: leaf.serial, fingerprint: leaf.fingerprint256 },
            value: 1,
          },
        ];
  const { protocol, cipher } = facts;
  if (protocol === null || cipher === null) return certificate;
  return [...certificate, { metric: 'fedmon_tls_info', labels: { version: protocol, cipher }, value: 1 }];
}

/** The handshake and the certificate the edge presents. Specification: README.md. */
export const tls = defineProbe<EdgeTarget, TlsSettings, TlsFacts>({
  kind: 'tls',
  about: 'tls_handshake',
  findings: tlsFindings,
  observe,
  judge: judgeTls,
  measure,
});
