import type { Finding } from '../../federation/finding.ts';
import type { TlsFacts } from './facts.ts';
import { tlsFindings as findings } from './findings.ts';

/** Which TLS versions the edge takes, where that was asked. Nothing is said unless it takes one of them. */
export function judgeVersions({ versions = [] }: TlsFacts, endpoint: string): readonly Finding[] {
  const taken = versions.filter((each) => each.taken === true).map((each) => each.version);
  const refused = versions.filter((each) => each.taken === false).map((each) => each.version);
  if (taken.length === 0) return [];
  const old = taken.filter((each) => each === 'TLSv1' || each === 'TLSv1.1');
  const args = { endpoint, versions: old.toReversed().join(' and ') };
  const modern = taken.length > old.length;
  if (old.length > 0 && !modern) return [findings.make('tls_only_old_versions', args, endpoint)];
  return [
    ...(old.length > 0 ? [findings.make('tls_old_versions', args, endpoint)] : []),
    ...(taken.includes('TLSv1.2') && refused.includes('TLSv1.3')
      ? [findings.make('tls_no_version_1_3', { endpoint }, endpoint)]
      : []),
    ...(taken.includes('TLSv1.3') && refused.includes('TLSv1.2')
      ? [findings.make('tls_only_version_1_3', { endpoint }, endpoint)]
      : []),
  ];
}
