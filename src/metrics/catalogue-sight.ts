/** By what we know that we see: part of the catalogue. */
export const sightMetrics = {
  fedmon_blind: {
    type: 'gauge',
    help: 'Whether we do not see from the vantage, and why: 1 for the reason in force. Absent before the first examination of the canary; without one, until nearly all partners fail at once for the first time.',
    labels: ['vantage', 'reason'],
    about: 'exporter',
    most: 112,
  },
  fedmon_canary_last_success_timestamp_seconds: {
    type: 'gauge',
    help: 'When our canary last passed from the vantage. Absent when it never did.',
    labels: ['vantage'],
    about: 'exporter',
    most: 16,
  },
  fedmon_control_last_success_timestamp_seconds: {
    type: 'gauge',
    help: 'When a control target last passed from the vantage. Absent when it never did.',
    labels: ['vantage', 'control'],
    about: 'exporter',
    most: 128,
  },
} as const;
