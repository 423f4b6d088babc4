import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

// What the workflows may say: a strict part of GitHub's workflow syntax, stricter than GitHub's own reader where that lets
// an unsafe default through (permissions and time limits must be said).

const access = z.enum(['read', 'write', 'none']);
const permissions = z.strictObject({
  contents: access.optional(),
  packages: access.optional(),
  'id-token': access.optional(),
});
const env = z.record(z.string().regex(/^[A-Z_]+$/), z.string());
const run = z.strictObject({ run: z.strictObject({ shell: z.literal('bash') }) });

const step = z.union([
  z.strictObject({ name: z.string(), env: env.optional(), run: z.string() }),
  z.strictObject({ uses: z.string(), with: z.record(z.string(), z.string()).optional() }),
]);

const steps = z.strictObject({
  needs: z.array(z.string()).default([]),
  'runs-on': z.string().regex(/^ubuntu-\d\d\.\d\d$/),
  'timeout-minutes': z.int().positive(),
  permissions,
  container: z.strictObject({ image: z.string(), options: z.string().optional() }).optional(),
  defaults: run.optional(),
  env: env.optional(),
  steps: z.array(step).min(1),
});
const called = z.strictObject({
  needs: z.array(z.string()).default([]),
  permissions,
  uses: z.string().startsWith('./.github/workflows/'),
});

const workflow = z.strictObject({
  name: z.string(),
  on: z.strictObject({
    push: z.strictObject({ branches: z.array(z.string()).optional(), tags: z.array(z.string()).optional() }),
    pull_request: z.strictObject({}).optional(),
    workflow_call: z.strictObject({}).optional(),
  }),
  // Nothing by default: each job says what it needs.
  permissions: z.strictObject({}),
  concurrency: z.strictObject({ group: z.string(), 'cancel-in-progress': z.union([z.boolean(), z.string()]) }),
  defaults: run.optional(),
  jobs: z.record(z.string().regex(/^[a-z-]+$/), z.union([steps, called])),
});

export type Workflow = z.infer<typeof workflow>;
export type Job = Workflow['jobs'][string];

export function readWorkflow(text: string): Workflow {
  return workflow.parse(parse(text));
}

const folder = join(import.meta.dirname, '../../.github/workflows');

/** Every workflow by the name of its file. */
export function workflows(): ReadonlyMap<string, Workflow> {
  const files = globSync('*', { cwd: folder });
  return new Map(files.map((file) => [basename(file), readWorkflow(readFileSync(join(folder, file), 'utf8'))]));
}
