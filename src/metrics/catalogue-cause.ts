/** What is said of causes that partners share: part of the catalogue. `cause` is an id of ours, `kind` a word of a closed list. */
export const causeMetrics = {
  fedmon_cause_partners: {
    type: 'gauge',
    help: 'Partners that fail now because of the cause. Absent once the cause has ended.',
    labels: ['cause', 'kind'],
    about: 'exporter',
    most: 51,
  },
  fedmon_cause_info: {
    type: 'gauge',
    help: 'What the cause is: the code that explains it, whose side it is on, and what its partners share, as far as that may stand in a label. Always 1.',
    labels: ['cause', 'kind', 'code', 'side', 'name'],
    about: 'exporter',
    most: 51,
  },
  fedmon_cause_since_timestamp_seconds: {
    type: 'gauge',
    help: 'When the first partners began to fail because of the cause.',
    labels: ['cause'],
    about: 'exporter',
    most: 51,
  },
  fedmon_cause_doublings: {
    type: 'gauge',
    help: 'How often the number of partners that the cause explains has doubled since all of them had been examined once.',
    labels: ['cause', 'kind'],
    about: 'exporter',
    most: 51,
  },
  fedmon_partner_shared_cause_info: {
    type: 'gauge',
    help: 'The cause that the partner shares with others that fail. Absent where there is none, and while we do not see. Always 1.',
    labels: ['partner', 'cause', 'kind'],
    about: 'partner',
    most: 1,
  },
} as const;
