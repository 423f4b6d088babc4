import { z } from 'zod';
import { partnerStates } from '../federation/state.ts';
import { version } from '../version.ts';
import { answer, blind, event, instant, list, orNull, partner, sharedCause, text } from './api-shapes.ts';
import { bearer, order, orderPath } from './openapi-order.ts';
import { ownCertificates, partnerDetail, sent, sentRequest } from './api-shapes-detail.ts';

/** What a request may carry. */
interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly description: string;
  readonly schema: object;
}

/** One thing that can be asked for, and the shape of what comes. */
export interface ApiOperation {
  readonly summary: string;
  readonly answer: z.ZodType;
  readonly parameters?: readonly Parameter[];
  /** Problems besides 429 and 503, which any answer may be: asked too often, or while the store cannot be read. */
  readonly problems?: readonly number[];
  readonly streams?: true;
}

const domain: Parameter = {
  name: 'domain',
  in: 'path',
  description: 'The SIP domain of a partner.',
  schema: { type: 'string' },
};
const state: Parameter = {
  name: 'state',
  in: 'query',
  description: 'Only partners in this state.',
  schema: { type: 'string', enum: partnerStates },
};
/** One more way to choose partners, by words. */
const chosenBy = (name: string, description: string): Parameter => ({
  name,
  in: 'query',
  description,
  schema: { type: 'string' },
});
const choices: readonly Parameter[] = [
  chosenBy('layer', 'Only partners whose cause is in this layer.'),
  chosenBy('code', 'Only partners whose cause has this code.'),
  chosenBy('tier', 'Only partners of this tier.'),
  chosenBy('owner', 'Only partners of this owner.'),
  chosenBy('provider', 'Only partners of this provider.'),
  chosenBy('cause', 'Only partners that share this cause: an `id` of /api/v1/causes.'),
  chosenBy('q', 'Only partners with this in their domain or name.'),
  chosenBy('after', 'Only those that follow this domain: what `next` of the page before says.'),
  { name: 'limit', in: 'query', description: 'So many at most.', schema: { type: 'integer', minimum: 1 } },
];
const lastEventId: Parameter = {
  name: 'Last-Event-ID',
  in: 'header',
  description: 'Of a stream: begin after the event of this id, where it is among the latest 100.',
  schema: { type: 'string' },
};
const at = { at: orNull(instant) };

/** Every address below `/api/v1/` that reads, with the shape of its answer. */
export const operations: Readonly<Record<string, ApiOperation>> = {
  '/api/v1/partners': {
    summary: 'What is published about partners, by name, in pages.',
    parameters: [state, ...choices],
    problems: [400],
    answer: answer('partners', {
      ...at,
      blind: orNull(list(blind)),
      total: z.int(),
      next: orNull(text),
      partners: list(partner),
    }),
  },
  '/api/v1/partners/{domain}': {
    summary: 'One partner: what is published, the newest examination in full, what is expected of it, its changes.',
    parameters: [domain],
    problems: [404],
    answer: partnerDetail,
  },
  '/api/v1/causes': {
    summary: 'What partners that fail have in common, with the members.',
    answer: answer('causes', { ...at, causes: list(sharedCause) }),
  },
  '/api/v1/events': {
    summary: 'The latest changes, newest first; as server-sent events to who accepts text/event-stream.',
    parameters: [lastEventId],
    streams: true,
    answer: answer('events', { ...at, events: list(event) }),
  },
  '/api/v1/own-certificates': {
    summary: 'Our own certificates, those in trouble first; null while nobody has read them lately.',
    answer: answer('own', { ...at, own: orNull(ownCertificates) }),
  },
  '/api/v1/ledger/{domain}': {
    summary: 'What was sent lately to the edges of a partner, newest first, and each request once.',
    parameters: [domain],
    problems: [404],
    answer: answer('ledger', { domain: text, ...at, sent: list(sent), requests: list(sentRequest) }),
  },
};

const problem = z
  .strictObject({ type: text, title: text, status: z.int(), detail: text })
  .meta({ id: 'Problem', description: 'RFC 9457.' });

/** The published description: OpenAPI 3.1, whose schemas are JSON Schema 2020-12. */
export function openApi(): object {
  const named = z.registry<{ id: string }>();
  for (const [path, { answer: shape }] of Object.entries(operations)) named.add(shape, { id: answerName(path) });
  named.add(problem, { id: 'Problem' });
  const { schemas } = z.toJSONSchema(named, { uri: (id) => `#/components/schemas/${id}` });
  return {
    openapi: '3.1.1',
    info: {
      title: 'fedmon',
      version,
      description:
        'Reads, but for one order that needs a token. Instants are UTC ISO 8601, durations milliseconds. Objects say what they hold; those of facts may hold more.',
    },
    paths: {
      ...Object.fromEntries(Object.entries(operations).map(([path, each]) => [path, { get: operation(path, each) }])),
      [orderPath]: { post: order },
    },
    components: { schemas: sideBySide(schemas), securitySchemes: bearer },
  };
}

function answerName(path: string): string {
  const [, , , ...words] = path.split('/');
  return (
    words.map((word) => word.replace(/\W/g, '').replace(/^./, (first) => first.toUpperCase())).join('Of') + 'Answer'
  );
}

const refusals: Readonly<Record<number, string>> = {
  400: 'Bad request.',
  404: 'There is no such partner.',
  429: 'Too often: more than 500 reads of an address in 10 s; Retry-After says when.',
  503: 'The store cannot be read.',
};

function operation(path: string, { summary, parameters = [], problems = [], streams }: ApiOperation): object {
  const json = { schema: { $ref: `#/components/schemas/${answerName(path)}` } };
  const refused = (status: number) => [
    String(status),
    {
      description: refusals[status],
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  ];
  return {
    summary,
    parameters: parameters.map((each) => ({ ...each, required: each.in === 'path' })),
    responses: {
      200: {
        description: summary,
        content: {
          'application/json': json,
          ...(streams ? { 'text/event-stream': { schema: { type: 'string' } } } : {}),
        },
      },
      ...(Object.fromEntries([...problems, 429, 503].map(refused)) as object),
    },
  };
}

/** All schemas side by side under their names, whoever refers to them. */
function sideBySide(schemas: Readonly<Record<string, object>>): object {
  const { __shared: shared = {}, ...answers } = schemas;
  const all = { ...answers, ...('$defs' in shared ? (shared.$defs as Record<string, object>) : {}) };
  const bare = Object.fromEntries(
    Object.entries(all).map(([name, schema]) => [
      name,
      Object.fromEntries(Object.entries(schema).filter(([key]) => !['$id', '$schema', 'id'].includes(key))),
    ]),
  );
  return JSON.parse(JSON.stringify(bare).replaceAll('/__shared#/$defs/', '/')) as object;
}
