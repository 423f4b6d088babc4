import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

// What compose.yaml may say: a strict part of the Compose Specification (05-services.md and its neighbours), so that a key
// that compose would refuse or pass over is a red test. No Docker is needed to know that.

const duration = z.string().regex(/^(\d+(ms|s|m|h))+$/);
const bytes = z.string().regex(/^\d+[kmg]$/);
const bind = z.strictObject({
  type: z.literal('bind'),
  source: z.string(),
  target: z.string().startsWith('/'),
  read_only: z.boolean(),
  bind: z.strictObject({ create_host_path: z.boolean() }).optional(),
});
const named = z.string().regex(/^[a-z]+:\/[\w./-]+$/);

const service = z.strictObject({
  image: z.string(),
  build: z.string().optional(),
  user: z.string(),
  command: z.array(z.string()),
  environment: z.record(z.string().regex(/^[A-Z][A-Z_]*$/), z.string()).default({}),
  volumes: z.array(z.union([bind, named])),
  ports: z.array(z.string()).default([]),
  networks: z.array(z.string()).min(1),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.enum(['service_healthy']) })).default({}),
  healthcheck: z.strictObject({
    test: z.array(z.string()).min(2),
    interval: duration,
    timeout: duration,
    start_period: duration.optional(),
    retries: z.int().positive(),
  }),
  stop_grace_period: duration.optional(),
  mem_limit: bytes,
  restart: z.enum(['no', 'always', 'on-failure', 'unless-stopped']),
  read_only: z.boolean(),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  tmpfs: z.array(z.string()),
  pids_limit: z.int().positive(),
  logging: z.strictObject({ driver: z.literal('json-file'), options: z.record(z.string(), z.string()) }),
});

/** The image of Grafana has a command of its own that we keep. */
const services = z.record(z.string().regex(/^[a-z]+$/), service.extend({ command: service.shape.command.optional() }));

const compose = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9_-]*$/),
    services,
    networks: z.record(z.string(), z.strictObject({ internal: z.boolean().optional() })),
    volumes: z.record(z.string(), z.strictObject({})),
  })
  .catchall(z.never());

export type Compose = z.infer<typeof compose>;
export type Service = Compose['services'][string];

const root = join(import.meta.dirname, '../..');

/** Reads a compose file as compose does, its `x-` parts merged in; throws on what is not foreseen above. */
export function readCompose(text = readFileSync(join(root, 'compose.yaml'), 'utf8')): Compose {
  const value = parse(text, { merge: true }) as Record<string, unknown>;
  return compose.parse(Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith('x-'))));
}

/** The files of this project that a service sees, by the path it sees them at; with the defaults of the variables. */
export function mounted({ volumes }: Service): ReadonlyMap<string, string> {
  return new Map(
    volumes
      .filter((each) => typeof each !== 'string')
      .map(({ source, target }) => [target, source.replace(/\$\{\w+:-([^}]*)\}/, '$1')]),
  );
}
