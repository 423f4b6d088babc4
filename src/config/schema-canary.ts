import { canaryName } from '../federation/canary.ts';
import { familyOf } from '../net/address.ts';
import { domainName } from './domain.ts';
import { duration, group, list, text, whole } from './field.ts';

/** What is connected to, of a partner, the canary or a control. */
export const host = text(
  'a host name such as edge.fabrikam.com or an address',
  'Host to connect to.',
  ['edge.fabrikam.com'],
  (input) => (familyOf(input) === null ? domainName(input) : input.toLowerCase()),
);

export const port = whole(1, 65_535, 'TCP port.');

/** `canary` of the file. */
export const canary = group(
  {
    host,
    port: port.default(5061),
    every: duration(
      5_000,
      3_600_000,
      'How often it is examined. Absent: every minute, or as often as the partner that is examined most often.',
      '1m',
    ).optional(),
  },
  'A target of our own that must always pass: while it fails, nothing is known of any partner. By name, the resolvers are watched too.',
).optional();

/** `controls` of the file. */
export const controls = list(
  group(
    {
      name: text(
        'a label of letters, digits or hyphens',
        'What it is called; a label of the metrics.',
        ['dns-quad9'],
        (input) => (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(input) && input !== canaryName ? input : null),
      ),
      host,
      port: port.default(5061),
    },
    'A target of another operator.',
  ),
  8,
  'controls',
  'Asked whether it is the canary or we: while more than half of them pass, a failing canary alone blinds nobody.',
).default([]);
