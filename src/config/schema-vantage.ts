import { group, list, text, whole } from './field.ts';

/** More places than this are refused: each of them connects to every edge in every interval. */
export const mostVantages = 16;

const label = (input: string): string | null =>
  /^[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$/.test(input) ? input : null;

const vantage = (description: string) =>
  text('1 to 64 letters, digits, dots or hyphens', description, ['paris-1'], label);

/** The place of this instance. */
export const vantageSection = vantage(
  'The place this instance probes from; FEDMON_VANTAGE in the environment goes before it.',
).prefault('default');

/** All places, when there are several. */
export const vantagesSection = group(
  {
    names: list(vantage('A place that partners are examined from.'), mostVantages, 'places', 'Every place.').min(2, {
      error: 'at least two places; leave vantages out for one',
    }),
    quorum: whole(1, mostVantages, 'So many places must see a partner broken; the majority if left out.').optional(),
  },
  'Several places that examine every partner; each needs a worker of its own. Left out: the one of `vantage`.',
).optional();
