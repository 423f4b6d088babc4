/** What can be said about the TLS versions that an edge takes; asked only on request. */
export const versionRows = {
  tls_only_old_versions: {
    severity: 'warn',
    layer: 'tls',
    side: 'theirs',
    confidence: 'certain',
    state: 'degraded',
    title: 'The edge takes only TLS versions that are switched off elsewhere',
    says: (args: { endpoint: string; versions: string }) =>
      `${args.endpoint} takes ${args.versions} and nothing newer.`,
    means:
      'TLS 1.0 and 1.1 are switched off in current servers and in Microsoft 365 (RFC 8996). Lync 2010, and Lync 2013 and Skype for Business 2015 without updates, speak nothing else.',
    action: 'Tell the partner. Do not switch old versions on for its sake.',
    ask: (args: { endpoint: string; versions: string }) =>
      `Your edge ${args.endpoint} takes ${args.versions} and nothing newer. Please enable TLS 1.2, which needs an update of older Lync and Skype for Business servers.`,
  },
  tls_old_versions: {
    severity: 'note',
    layer: 'tls',
    side: 'theirs',
    confidence: 'certain',
    state: 'degraded',
    title: 'The edge still takes TLS 1.0 or 1.1',
    says: (args: { endpoint: string; versions: string }) =>
      `${args.endpoint} still takes ${args.versions} beside newer versions.`,
    means:
      'Federation works. The old versions are deprecated (RFC 8996) and serve only partners that are old themselves.',
    action: 'Nothing on our side. Mention it when you talk to the partner anyway.',
    ask: (args: { endpoint: string; versions: string }) =>
      `Your edge ${args.endpoint} still takes ${args.versions}. Please switch them off when your own partners allow it.`,
  },
  tls_no_version_1_3: {
    severity: 'note',
    layer: 'tls',
    side: 'theirs',
    confidence: 'certain',
    state: 'degraded',
    title: 'The edge takes TLS 1.2 and not 1.3',
    says: (args: { endpoint: string }) => `${args.endpoint} takes TLS 1.2 and not 1.3.`,
    means: 'This is usual for Skype for Business servers and nothing is wrong with it.',
    action: 'Nothing needs to be done.',
    ask: { none: 'Nothing is wrong with an edge that takes TLS 1.2.' },
  },
  tls_only_version_1_3: {
    severity: 'warn',
    layer: 'tls',
    side: 'theirs',
    confidence: 'likely',
    state: 'degraded',
    title: 'The edge takes TLS 1.3 only',
    says: (args: { endpoint: string }) => `${args.endpoint} takes TLS 1.3 and not 1.2.`,
    means:
      'fedmon speaks TLS 1.3, Skype for Business and Lync servers do not: our users may fail where this examination passes.',
    action: 'If our own edge is a Skype for Business server, ask the partner to take TLS 1.2 too.',
    ask: (args: { endpoint: string }) =>
      `Your edge ${args.endpoint} takes TLS 1.3 only. Skype for Business servers speak TLS 1.2 at most. Please take TLS 1.2 too.`,
  },
} as const;
