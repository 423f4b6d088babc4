import { z } from 'zod';
import { causeKinds } from '../federation/cause/fact.ts';
import { checks, layers } from '../federation/observation.ts';
import { reportSchema } from '../probe/report.ts';
import { cause, event, instant, letter, list, orNull, partnerKeys, text } from './api-shapes.ts';
import { apiSchemas } from './api.ts';

/** An object of which more may be told than is written here: facts of a layer grow with every release. */
const open = z.looseObject;

const finding = open({
  code: text,
  severity: z.enum(['note', 'warn', 'fail', 'unproven']),
  layer: z.enum(layers),
  endpoint: orNull(text),
  args: open({}),
  summary: text,
}).meta({ id: 'Finding' });

const step = open({
  name: text,
  target: text,
  startedMs: z.number(),
  tookMs: z.number(),
  failure: orNull(open({ code: text, detail: text })),
}).meta({ id: 'Step' });

const proofs = open(Object.fromEntries(layers.map((each) => [each, z.enum(['proven', 'failed', 'not_proven'])])));

const edge = open({
  host: text,
  port: z.int(),
  transport: text,
  address: text,
  serverName: text,
  at: orNull(instant),
  status: z.enum(['up', 'down', 'unproven']),
  tls: orNull(open({})),
  sip: orNull(open({})),
  findings: list(finding),
}).meta({ id: 'Edge' });

/** One examination, as `fedmon check --json` prints it. */
export const examination = z
  .strictObject({
    schema: z.literal(reportSchema),
    domain: text,
    profile: text,
    vantage: text,
    at: instant,
    tookMs: z.number(),
    state: text,
    cause: orNull(cause.extend({ letter: orNull(letter) })),
    consequences: list(text),
    layers: proofs,
    route: open({ pinned: z.boolean(), asked: list(text), provider: orNull(text), targets: list(open({})) }),
    edges: list(edge),
    findings: list(finding),
    steps: list(step),
  })
  .meta({
    id: 'Examination',
    description: `Layers, bottom up: ${checks.join(', ')}, policy. Durations in milliseconds.`,
  });

const baseline = z.strictObject({
  learned: z.boolean(),
  since: instant,
  acceptedAt: orNull(instant),
  targets: list(open({ host: text, port: z.int() })),
  hosts: list(z.strictObject({ host: text, addresses: list(text) })),
  certificates: list(open({ fingerprints: list(text) })),
  deviations: list(open({ kind: text, since: instant })),
});

export const partnerDetail = z
  .strictObject({
    schema: z.literal(apiSchemas.partner),
    ...partnerKeys,
    contact: orNull(text),
    sharedCause: z.strictObject({ id: text, kind: z.enum(causeKinds), partners: z.int() }).optional(),
    letter: orNull(letter),
    pending: orNull(z.strictObject({ state: text, count: z.int() })),
    examination: orNull(examination),
    baseline: orNull(baseline),
    events: list(event),
  })
  .meta({ id: 'PartnerDetail' });

const ownWord = z.strictObject({
  subject: text,
  code: text,
  severity: z.enum(['note', 'warn', 'fail', 'unproven']),
  layer: z.enum(layers),
  endpoint: orNull(text),
  side: z.literal('ours'),
  title: text,
  summary: text,
  action: text,
  runbook: text,
});

export const ownCertificates = z
  .strictObject({
    read: instant,
    domain: orNull(text),
    targets: orNull(list(text)),
    lookedUp: orNull(instant),
    certificates: list(
      z.strictObject({
        name: text,
        names: list(text),
        issuer: orNull(text),
        notBefore: orNull(instant),
        notAfter: orNull(instant),
        findings: list(ownWord),
      }),
    ),
    dropped: z.int(),
  })
  .meta({ id: 'OwnCertificates' });

export const sent = z
  .strictObject({
    at: instant,
    vantage: text,
    edge: text,
    address: text,
    transport: text,
    what: z.enum(['tcp_connect', 'tls_handshake', 'sip_options']),
    outcome: text,
    identity: orNull(text),
    octets: orNull(z.int()),
    times: z.int(),
    text: orNull(text),
  })
  .meta({ id: 'Sent' });

export const sentRequest = z
  .strictObject({
    number: z.int(),
    edge: text,
    address: text,
    addresses: list(text),
    firstAt: instant,
    lastAt: instant,
    times: z.int(),
    text,
  })
  .meta({ id: 'SentRequest' });
