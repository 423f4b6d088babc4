import type { EdgeEvidence } from '../federation/observation.ts';
import type { Probe } from '../probe/probe.ts';
import { probes } from '../probe/registry.ts';
import { isBroken } from '../federation/state.ts';
import type { PartnerSnapshot } from '../store/snapshot.ts';
import { freshStanding } from './project-partner.ts';

// The words of blackbox_exporter, for people who keep their dashboards of it. What is told is the stored result; nothing
// is connected to. Its labels with texts of certificates are left out: a stranger's text is never a label.

interface Line {
  readonly name: string;
  readonly help: string;
  readonly labels?: string;
  readonly value: number;
}

/** The earliest end of a certificate and the oldest version among the edges of a partner; null where nothing is known. */
function tlsOf(edges: readonly EdgeEvidence[]): { readonly notAfter: number | null; readonly version: string | null } {
  const samples = edges.flatMap(({ observations }) =>
    observations.flatMap((each) => (probes[each.kind] as Probe).measure(each)),
  );
  const ends = samples
    .filter(({ metric }) => metric === 'fedmon_tls_certificate_not_after_timestamp_seconds')
    .map(({ value }) => value);
  const versions = samples
    .filter(({ metric }) => metric === 'fedmon_tls_info')
    .map(({ labels }) => labels['version'] ?? '')
    .filter((version) => /^TLSv1(\.[0-3])?$/.test(version))
    .toSorted();
  return { notAfter: ends.length === 0 ? null : Math.min(...ends), version: versions[0] ?? null };
}

function linesOf(partner: PartnerSnapshot, nowMs: number): readonly Line[] | null {
  const standing = freshStanding(partner, nowMs);
  const { state } = partner.published;
  const works = state === 'healthy' || state === 'degraded';
  if (standing === null || !(works || isBroken(state))) return null;
  const { checks } = standing;
  const tookMs = Object.values(checks).reduce((sum, { tookMs: ms }) => sum + ms, 0);
  const { notAfter, version } = tlsOf(partner.edges);
  const family = partner.edges.some(({ edge }) => !edge.address.includes(':')) ? 4 : 6;
  return [
    {
      name: 'probe_success',
      help: 'Whether the partner can be reached, as published.',
      value: works ? 1 : 0,
    },
    {
      name: 'probe_duration_seconds',
      help: 'How long the checks of the last examination took together.',
      value: tookMs / 1000,
    },
    ...(checks.dns === undefined
      ? []
      : [
          {
            name: 'probe_dns_lookup_time_seconds',
            help: 'How long the last lookup took.',
            value: checks.dns.tookMs / 1000,
          },
        ]),
    ...(partner.edges.length === 0
      ? []
      : [{ name: 'probe_ip_protocol', help: 'Whether an edge has an IPv4 address (4) or none (6).', value: family }]),
    ...(notAfter === null
      ? []
      : [
          {
            name: 'probe_ssl_earliest_cert_expiry',
            help: 'When the first certificate of its edges ends.',
            value: notAfter,
          },
        ]),
    ...(version === null
      ? []
      : [
          {
            name: 'probe_tls_version_info',
            help: 'The oldest version among its edges.',
            labels: `{version="${version.replace('TLSv', 'TLS ')}"}`,
            value: 1,
          },
        ]),
  ];
}

/**
 * The stored result of a partner in the text format 0.0.4. Null: nothing fresh is known, it is proven neither way, or it is
 * in maintenance; none of that is a failure of theirs, and those words have no other.
 */
export function blackboxText(partner: PartnerSnapshot, nowMs: number): string | null {
  const lines = linesOf(partner, nowMs);
  if (lines === null) return null;
  return lines
    .map(
      ({ name, help, labels = '', value }) =>
        `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${name}${labels} ${String(value)}\n`,
    )
    .join('');
}
