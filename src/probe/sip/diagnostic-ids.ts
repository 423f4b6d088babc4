import type { Side } from '../../federation/finding.ts';

/**
 * What an ErrorId means when the partner's edge writes it into an answer to us. `side` is seen from here: what the
 * partner's server calls its own fault is theirs, what it calls the other party's is ours.
 */
export interface DiagnosticRow {
  readonly means: string;
  readonly side: Side;
  readonly action: string;
}

const clientFilter: DiagnosticRow = {
  means: 'their filter of client versions refuses the sender',
  side: 'theirs',
  action: 'Tell the partner; it has nothing to do with federation.',
};

/** Ids whose meaning a published source confirms. Any other is unlisted: nothing is concluded from it. */
export const diagnosticIds: ReadonlyMap<number, DiagnosticRow> = new Map<number, DiagnosticRow>([
  [
    1001,
    {
      means: 'the sender may not talk to public IM networks',
      side: 'theirs',
      action: 'Ask the partner about its external access policy; most public networks are gone.',
    },
  ],
  [
    1002,
    {
      means: 'the sender may not talk to federated partners',
      side: 'theirs',
      action: 'Ask the partner whether federation is enabled in its external access policy and at its edge.',
    },
  ],
  [
    1003,
    {
      means: 'there is no such user',
      side: 'unknown',
      action: 'Nothing when only the probe asked; else check the address and where the domain is homed.',
    },
  ],
  [
    1004,
    {
      means: 'the route set expired',
      side: 'unknown',
      action: 'Try again in a new dialog; look for restarts on the path.',
    },
  ],
  [
    1005,
    {
      means: 'the destination domain cannot be routed',
      side: 'theirs',
      action: 'Ask the partner whether its federation route is enabled and which domains it calls its own.',
    },
  ],
  [
    1006,
    {
      means: 'a client connection of theirs failed',
      side: 'theirs',
      action: 'Usually not federation: a user’s client dropped.',
    },
  ],
  [
    1007,
    { means: 'routing is unavailable for now', side: 'theirs', action: 'Try again; if it lasts, ask about an outage.' },
  ],
  [
    1008,
    {
      means: 'a federation SRV record could not be resolved, by our domain’s name or theirs',
      side: 'unknown',
      action: 'Look up the SRV record of our domain from outside; then ask the partner what its edge resolves.',
    },
  ],
  [
    1009,
    {
      means: 'an SRV record exists and none of its targets lies in the domain',
      side: 'ours',
      action: 'Name the SRV target of our domain inside that domain, or ask the partner to allow our edge by name.',
    },
  ],
  [
    1010,
    {
      means: 'the certificate of the next server is not trusted or has the wrong name',
      side: 'unknown',
      action: 'Compare our SRV target with the names in our certificate, and check its chain; then ask the partner.',
    },
  ],
  [1011, { means: 'an earlier hop gave no reason', side: 'unknown', action: 'Ask the partner to look at that hop.' }],
  [
    1012,
    {
      means: 'the sender may not talk outside of its organisation',
      side: 'theirs',
      action: 'Ask the partner about its external access policy.',
    },
  ],
  [1013, { means: 'the clocks differ', side: 'unknown', action: 'Check NTP here and there.' }],
  [
    1014,
    {
      means: 'the host of a target has no address',
      side: 'unknown',
      action: 'Check that our SRV target has an A or AAAA record; then ask the partner about the next hop.',
    },
  ],
  [
    1017,
    {
      means: 'this pair of From and To domains cannot be routed',
      side: 'theirs',
      action: 'Ask the partner about its split-domain set-up: where the domain is homed and where its SRV points.',
    },
  ],
  [
    1027,
    {
      means: 'this type of request is not permitted with federated partners',
      side: 'theirs',
      action: 'Ask the partner about its allow list and the route from edge to front end.',
    },
  ],
  [
    1034,
    {
      means: 'the federated peer of their server answered an error without a reason',
      side: 'unknown',
      action: 'Check our SRV record and the names in our certificate first; then ask for the log of the edge.',
    },
  ],
  [
    1047,
    {
      means: 'TLS with the federated peer failed',
      side: 'unknown',
      action: 'Check on each side that the issuer of the other’s certificate is trusted.',
    },
  ],
  [
    4005,
    {
      means: 'the destination does not exist or is not enabled for SIP',
      side: 'theirs',
      action: 'Nothing when only the probe asked; else ask the partner about the user.',
    },
  ],
  [
    10003,
    {
      means: 'a gateway relayed a SIP failure',
      side: 'theirs',
      action: 'Read SipResponseCode in the line; the fault lies beyond the gateway.',
    },
  ],
  [17001, clientFilter],
  [17002, clientFilter],
  [17003, clientFilter],
  [17004, clientFilter],
]);
