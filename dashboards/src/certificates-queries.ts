import { ofJob, ofTier, recorded } from './selectors.ts';

const ofOurs = (name: string): string => `fedmon_own_certificate_${name}{${ofJob}}`;
/** How many rows the table of edges shows at most. */
export const leastRows = 100;

const endsWithin = (days: 7 | 30 | 90): string => `sum(${recorded.ending(days, ofJob)})`;

/** Every query of the Certificates dashboard. */
export const certificatesQueries = {
  ownLeft: `min by (certificate) ((${ofOurs('not_after_timestamp_seconds')} - time()) / (${ofOurs('not_after_timestamp_seconds')} - ${ofOurs('not_before_timestamp_seconds')}))`,
  ownEnds: `min by (certificate) (${ofOurs('not_after_timestamp_seconds')}) * 1000`,
  ownClientAuth: `min by (certificate) (${ofOurs('client_auth')})`,
  ownReadable: `min by (certificate) (${ofOurs('last_read_successful')})`,
  left: `bottomk(${leastRows}, min by (edge) (${recorded.left(ofJob)}))`,
  ends: `bottomk(${leastRows}, min by (edge) (${recorded.ends(ofJob)})) * 1000`,
  week: endsWithin(7),
  month: endsWithin(30),
  quarter: endsWithin(90),
  issuers: `sum by (issuer) (${recorded.issuers(ofJob)})`,
  rotations: `sum by (edge) (sum_over_time(${recorded.changes(ofJob)}[$__range]))`,
  problems: `sum by (code) (${recorded.causes(`${ofTier},layer="tls"`)})`,
} as const;
