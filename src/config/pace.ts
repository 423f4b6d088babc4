import { defaultCadence } from '../federation/cadence.ts';
import { defaultHysteresis } from '../federation/history.ts';
import { duration, group, whole } from './field.ts';

/** `hysteresis` of the file. */
export const hysteresis = group(
  {
    down: whole(1, 8, 'Examinations in a row that must agree before a partner is called broken.').default(
      defaultHysteresis.down,
    ),
    up: whole(1, 8, 'Examinations in a row that must agree before it is called well again.').default(
      defaultHysteresis.up,
    ),
    holdDown: duration(0, 86_400_000, 'At most one change of the published state in this time.', '2m').prefault('2m'),
  },
  'How slowly the published state follows the examinations.',
).prefault({});

/** `cadence` of the file. */
export const cadence = group(
  {
    confirmAfter: duration(
      30_000,
      600_000,
      'A first failure is looked at again after this to twice this.',
      '30s',
    ).prefault('30s'),
    slowAfter: duration(
      3_600_000,
      2_592_000_000,
      'Who is published as broken for longer is examined less often.',
      '24h',
    ).prefault('24h'),
    slowFactor: whole(1, 8, 'Then only nth slot is taken; 1: never less often.').default(defaultCadence.slowFactor),
  },
  'How examinations follow what was found.',
).prefault({});
