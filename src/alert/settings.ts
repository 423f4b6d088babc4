/** From where on a ratio is an alert. All are shares between 0 and 1 unless told. */
export interface Thresholds {
  /** Of the lifetime of a certificate of a partner's edge that is left. */
  readonly partnerCertificateLeft: number;
  /** Of the lifetime of a certificate of our own that is left. */
  readonly ownCertificateWarning: number;
  readonly ownCertificateCritical: number;
  /** Of the partners that fail at once: then it is one alert about all. */
  readonly manyFailing: number;
  /** Fewer failing partners than this are never "many". A count. */
  readonly manyAtLeast: number;
  /** Of the partners that were not examined for three intervals. */
  readonly stale: number;
  /** Of the jobs that waited for more than 30 s. */
  readonly lateJobs: number;
  /** Of the examinations due within an hour that were not carried out. */
  readonly lostSlots: number;
}

/** What a rules file is made with. Addresses without a final slash. */
export interface AlertSettings {
  /** Where the folder `runbooks` is published. */
  readonly runbooks: string;
  readonly grafana: string;
  /** The scrape job whose absence is an alert. */
  readonly job: string;
  /** Labels of yours on every alert, for your routes. */
  readonly labels: Readonly<Record<string, string>>;
  /** Share of the time in which the partners of a tier work, by tier; a tier that is not named has no error budget. */
  readonly objectives: Readonly<Record<string, number>>;
  readonly thresholds: Thresholds;
  /** All times are multiplied by this: 1 in service, 1/60 makes seconds of minutes, for tests in fast motion. */
  readonly pace: number;
}

/** The addresses are stand-ins in the committed file; the chart and `npm run alerts` replace them. */
export const defaultSettings: AlertSettings = {
  runbooks: 'https://fedmon.example.org/runbooks',
  grafana: 'https://grafana.example.org',
  job: 'fedmon',
  labels: {},
  objectives: { critical: 0.99 },
  thresholds: {
    partnerCertificateLeft: 0.1,
    ownCertificateWarning: 0.25,
    ownCertificateCritical: 0.125,
    manyFailing: 0.25,
    manyAtLeast: 3,
    stale: 0.5,
    lateJobs: 0.1,
    lostSlots: 0.25,
  },
  pace: 1,
};

/** Below this the fastest burn (14.4 times the budget) could never be reached. */
export const leastObjective = 0.94;
/** Labels that the rules set themselves. */
export const ownLabels: readonly string[] =
  'alertname severity job instance partner tier edge vantage certificate queue cause kind long short'.split(' ');

/** What is wrong with settings, each in one sentence; empty: nothing. */
export function mistakesIn({ labels, objectives, thresholds, pace }: AlertSettings): readonly string[] {
  const shares = Object.entries(thresholds).filter(([name]) => name !== 'manyAtLeast');
  return [
    ...Object.entries(objectives)
      .filter(([, share]) => !(share >= leastObjective && share < 1))
      .map(
        ([tier, share]) =>
          `objective of tier ${tier}: ${String(share)} is not from ${String(leastObjective)} to below 1`,
      ),
    ...shares
      .filter(([, share]) => !(share > 0 && share < 1))
      .map(([name, share]) => `threshold ${name}: ${String(share)} is not between 0 and 1`),
    ...(Number.isInteger(thresholds.manyAtLeast) && thresholds.manyAtLeast >= 1
      ? []
      : [`threshold manyAtLeast: ${String(thresholds.manyAtLeast)} is not a whole number from 1 on`]),
    ...Object.keys(labels)
      .filter((name) => !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) || ownLabels.includes(name))
      .map((name) => `label ${name}: not a label name, or one that the rules set themselves`),
    ...(pace > 0 && pace <= 1 ? [] : [`pace: ${String(pace)} is not above 0 and at most 1`]),
  ];
}
