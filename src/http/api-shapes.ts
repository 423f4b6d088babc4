import { z } from 'zod';
import { paces } from '../federation/cadence.ts';
import { causeKinds } from '../federation/cause/fact.ts';
import { blindReasons } from '../federation/blindness.ts';
import { layers } from '../federation/observation.ts';
import { partnerStates } from '../federation/state.ts';
import { voteWords } from '../federation/vantage.ts';
import { apiSchemas, type BlindRow, type EventRow, type PartnerRow } from './api.ts';
import type { CauseRow } from './cause-rows.ts';

// The answers as a schema, for the published description. Objects are closed: a key that is not written here is a
// mistake of ours. The types beside hold both together at compile time, a test holds them to real answers.

const text = z.string();
const instant = z.iso.datetime().meta({ description: 'UTC, ISO 8601.' });
const orNull = <Shape extends z.ZodType>(shape: Shape) => z.nullable(shape);
const list = z.array;

export const cause = z
  .strictObject({
    layer: z.enum(layers),
    code: text.meta({ description: 'A finding; `fedmon explain CODE` and /explain/CODE say what it means.' }),
    side: z.enum(['ours', 'theirs', 'path', 'unknown']),
    confidence: z.enum(['certain', 'likely', 'open']),
    title: text,
    summary: text,
    action: text,
    runbook: text,
  })
  .meta({ id: 'Cause', description: 'Why, whose side, and what to do next.' });

export const letter = z
  .strictObject({ subject: text, text })
  .meta({ id: 'Letter', description: 'What to send to the administrator of the partner; nothing of it is internal.' });

const vantages = z.strictObject({
  quorum: z.int(),
  of: z.int(),
  works: z.int(),
  broken: z.int(),
  shownFrom: text,
  says: text,
  votes: list(
    z.strictObject({
      vantage: text,
      says: z.enum(voteWords),
      state: orNull(text),
      code: orNull(text),
      summary: orNull(text),
      examined: orNull(instant),
    }),
  ),
});

export const partnerKeys = {
  domain: text,
  name: orNull(text),
  tier: text,
  owner: orNull(text),
  profile: text,
  state: z.enum(partnerStates),
  reason: orNull(text).meta({ description: 'Why the state is what it is when the evidence does not say so.' }),
  since: orNull(instant),
  lastGood: orNull(instant),
  until: orNull(instant),
  cause: orNull(cause),
  examined: orNull(instant),
  intervalMs: z.int().meta({ description: 'As configured; `pace` says what holds now.' }),
  pace: orNull(z.strictObject({ is: z.enum(paces), everyMs: orNull(z.int()) })).meta({
    description:
      'How often it is examined now, and why: as configured, once more within `everyMs` of the last to confirm it, less often since it is long broken, by a cron expression. Null while nothing is asked of it.',
  }),
  vantages: vantages.exactOptional(),
  cron: orNull(z.strictObject({ expression: text, timezone: text })),
};

export const partner = z.strictObject(partnerKeys).meta({ id: 'Partner' }) satisfies z.ZodType<PartnerRow>;

export const blind = z
  .strictObject({ vantage: text, reason: z.enum(blindReasons), since: orNull(instant), cause })
  .meta({ id: 'Blind', description: 'A vantage that does not see.' }) satisfies z.ZodType<BlindRow>;

const eventHead = { domain: text, at: orNull(instant), slot: orNull(instant) };
const turn = { kind: text, subject: orNull(text), before: orNull(text), after: orNull(text) };

export const event = z
  .discriminatedUnion('what', [
    z.strictObject({
      ...eventHead,
      what: z.literal('state'),
      from: text,
      to: text,
      cause: orNull(cause),
    }),
    z.strictObject({
      ...eventHead,
      what: z.literal('drift'),
      ...turn,
    }),
    z.strictObject({
      ...eventHead,
      domain: orNull(text),
      what: z.literal('ours'),
      ...turn,
    }),
  ])
  .meta({ id: 'Event' }) satisfies z.ZodType<Omit<EventRow, 'kind'>>;

export const sharedCause = cause
  .extend({
    id: text,
    kind: z.enum(causeKinds),
    name: text,
    since: orNull(instant),
    partners: z.int(),
    healthy: z.int(),
    evidence: list(z.strictObject({ code: text, partners: z.int() })),
    step: z.int(),
    waning: orNull(instant),
    members: list(text),
  })
  .meta({ id: 'SharedCause', description: 'What partners that fail have in common.' }) satisfies z.ZodType<CauseRow>;

/** The answer under a key, with what every answer carries. */
export const answer = <Shape extends z.ZodRawShape>(schema: keyof typeof apiSchemas, rest: Shape) =>
  z.strictObject({ schema: z.literal(apiSchemas[schema]), ...rest });

export { instant, list, orNull, text };
