/** What is said of each of several vantages: part of the catalogue. Nothing where there is one. */
export const vantageMetrics = {
  fedmon_vantage_partners: {
    type: 'gauge',
    help: 'Partners by what the vantage says of them; blind and silent do not count for the published state. Only with several vantages.',
    labels: ['vantage', 'vote'],
    about: 'vantage',
    most: 5,
  },
  fedmon_vantage_last_result_timestamp_seconds: {
    type: 'gauge',
    help: 'When the vantage last examined any partner. Absent until it did. Only with several vantages.',
    labels: ['vantage'],
    about: 'vantage',
    most: 1,
  },
} as const;
