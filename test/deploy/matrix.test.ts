import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it, type TestContext } from 'node:test';
import { loadConfig } from '../../src/config/load.ts';
import { fedmon } from '../cli/run-cli.ts';
import { chart, helm, root } from './helm.ts';
import { mounted, someSecrets, type Secrets } from './mounted.ts';
import { brokenRules } from './restricted.ts';
import { pods, rendered, renderedText, type Objects, type Pod } from './rendered.ts';
import { schemaMistakes, unknownFields, type Named } from './schemas.ts';
import { changed, unknown, wrongWords } from './typos.ts';
import { matrix } from './values.ts';

const slug = (name: string): string => name.toLowerCase().replaceAll(/[^a-z]+/g, '-');

/** What is compared elsewhere, with its source, and would drown everything else. */
function withoutCopies(text: string): string {
  return text
    .replaceAll(/^( {2}fedmon-[a-z]+\.json: \|)\n(?: {4}.*\n)+/gm, '$1\n    (a dashboard)\n')
    .replaceAll(/^(kind: PrometheusRule\n[^]*?^spec:\n)(?: .*\n|\n)+/gm, '$1  (the rules)\n');
}

function everyObject(t: TestContext): readonly Named[] | null {
  const rows = Object.entries(matrix).map(([row, values]) => [row, rendered(t, values)] as const);
  if (rows.some(([, objects]) => objects === null)) return null;
  return rows.flatMap(([row, objects]) =>
    [...(objects ?? [])].map(([key, object]) => ({ name: `${key} with ${row}`, object })),
  );
}

/** Every variable of ours that the program reads. */
const readByUs = new Set(
  globSync('src/**/*.ts', { cwd: root }).flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/env\['(FEDMON_\w+)'\]/g)].map(([, name]) => name),
  ),
);

let secrets: Secrets = {};
before(async () => {
  secrets = await someSecrets();
});

/** `fedmon config check` with the files and the environment of a pod. */
async function check(objects: Objects, key: string, { spec }: Pod): Promise<void> {
  const [container] = spec.containers;
  assert.ok(container);
  const here = mounted(objects, { spec }, container, secrets);
  const { env, configFile } = here;
  try {
    const { code, err } = await fedmon(['config', 'check'], '/', env);
    assert.deepEqual({ key, code, err }, { key, code: 0, err: '' });
    assert.deepEqual(
      Object.keys(env).filter((name) => !readByUs.has(name)),
      [],
    );
    const { vantage, vantages, redis } = loadConfig(configFile, env);
    if (env['FEDMON_VANTAGE'] !== undefined) assert.equal(vantage, env['FEDMON_VANTAGE']);
    assert.ok(vantages === undefined || vantages.names.includes(vantage));
    if (env['FEDMON_REDIS_URL'] !== undefined) assert.equal(redis.url, env['FEDMON_REDIS_URL']);
  } finally {
    here.remove();
  }
}

describe('chart', () => {
  for (const [name, values] of Object.entries(matrix)) {
    it(`lints clean with ${name}`, (t) => {
      const done = helm(t, ['lint', '--strict', chart], values);
      if (done === null) return;
      assert.equal(done.code, 0, done.stdout + done.stderr);
      assert.doesNotMatch(done.stdout, /\[(WARNING|ERROR)\]/);
    });

    it(`keeps to the restricted Pod Security Standard with ${name}`, (t) => {
      const objects = rendered(t, values);
      if (objects === null) return;
      const found = pods(objects);
      assert.ok(found.has('Pod/monitor-fedmon-test') || found.has('Pod/fedmon-test'), [...found.keys()].join());
      const broken = [...found].flatMap(([key, { spec }]) => brokenRules(spec).map((rule) => `${key}: ${rule}`));
      assert.deepEqual(broken, []);
    });

    it(`gives each pod a configuration that fedmon config check accepts with ${name}`, async (t) => {
      const objects = rendered(t, values);
      if (objects === null) return;
      const ours = [...pods(objects)].filter(([key]) => !key.startsWith('StatefulSet/'));
      assert.ok(ours.length >= 2);
      for (const [key, pod] of ours) await check(objects, key, pod);
    });

    // UPDATE_SNAPSHOTS=1 npm test -- test/deploy writes them anew; what changed is then read in the diff.
    it(`renders what it rendered before with ${name}`, (t) => {
      const text = renderedText(t, values);
      if (text === null) return;
      const file = join(import.meta.dirname, 'snapshots', `${slug(name)}.yaml`);
      if (process.env['UPDATE_SNAPSHOTS'] === '1') writeFileSync(file, withoutCopies(text));
      assert.ok(existsSync(file), `${file} is missing`);
      assert.equal(withoutCopies(text), readFileSync(file, 'utf8'));
    });
  }

  it('is only what Kubernetes, the Prometheus Operator, KEDA and cert-manager publish, and no other field', (t) => {
    const all = everyObject(t);
    if (all === null) return;
    assert.ok(all.length > 60, String(all.length));
    assert.equal(new Set(all.map(({ object }) => object.kind)).size, 12);
    assert.deepEqual(all.flatMap(schemaMistakes), []);
    // One run of the compiler for those that hold and those that must not.
    const wrong = unknown.map(([kind, path]) => changed(all, kind, path, {}));
    const expected = unknown.map(([kind, path]) => `${kind} ${path.join('.')}: … '${String(path.at(-1))}'`);
    assert.deepEqual(
      unknownFields([...all, ...wrong]).map((each) =>
        each.replace(/: Object literal .*'"(\w+)"' does not.*/, ": … '$1'"),
      ),
      expected,
    );
    const mistakes = wrongWords.map((each) => schemaMistakes(changed(all, ...each)).length);
    assert.deepEqual(
      mistakes,
      wrongWords.map(() => 1),
    );
  });
});
