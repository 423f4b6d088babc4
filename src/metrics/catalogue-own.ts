/** What a process says about our own certificates: part of the catalogue. */
export const ownMetrics = {
  fedmon_own_certificate_not_before_timestamp_seconds: {
    type: 'gauge',
    help: 'Start of validity of a certificate of our own.',
    labels: ['certificate'],
    about: 'process',
    most: 129,
  },
  fedmon_own_certificate_not_after_timestamp_seconds: {
    type: 'gauge',
    help: 'End of validity of a certificate of our own.',
    labels: ['certificate'],
    about: 'process',
    most: 129,
  },
  fedmon_own_certificate_client_auth: {
    type: 'gauge',
    help: 'Whether a certificate of our own may be used as a client: 1 also without any extended key usage.',
    labels: ['certificate'],
    about: 'process',
    most: 129,
  },
  fedmon_own_certificate_last_read_successful: {
    type: 'gauge',
    help: 'Whether the file of a certificate of our own could be read at the last look; 0: the other series are what it held before.',
    labels: ['certificate'],
    about: 'process',
    most: 129,
  },
  fedmon_identity_last_reload_successful: {
    type: 'gauge',
    help: 'Whether the files of the client certificate could be used when they were last read; 0: the one before is in use.',
    labels: ['identity'],
    about: 'process',
    most: 65,
  },
} as const;
