import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readWorkflow, workflows, type Job } from './workflow-file.ts';

const root = join(import.meta.dirname, '../..');
const all = workflows();
const jobs = [...all].flatMap(([file, { jobs: each }]) =>
  Object.entries(each).map(([name, job]) => ({ place: `${file}: ${name}`, name, job })),
);
const stepsOf = (job: Job) => ('steps' in job ? job.steps : []);
const release = all.get('release.yml')?.jobs ?? {};

describe('the workflows of GitHub (never run from here)', () => {
  test('are two, and a wrong key is noticed', () => {
    assert.deepEqual([...all.keys()].toSorted(), ['ci.yml', 'release.yml']);
    const text = readFileSync(join(root, '.github/workflows/ci.yml'), 'utf8');
    assert.throws(() => readWorkflow(text.replace('timeout-minutes', 'timeout')), /timeout/);
    assert.throws(() => readWorkflow(text.replace('permissions: {}', 'permissions: write-all')), /permissions/);
  });

  test('may write packages and sign only where something is published, and never the sources', () => {
    const writes = jobs.flatMap(({ place, job }) =>
      Object.entries(job.permissions)
        .filter(([, may]) => may === 'write')
        .map(([what]) => `${place}: ${what}`),
    );
    assert.deepEqual(writes, [
      'release.yml: image: packages',
      'release.yml: image: id-token',
      'release.yml: chart: packages',
      'release.yml: chart: id-token',
      'release.yml: npm: id-token',
    ]);
  });

  test('scripts are good bash, and no expression is written into one: values come by the environment', () => {
    for (const { place, job } of jobs) {
      for (const step of stepsOf(job)) {
        if (!('run' in step)) continue;
        assert.ok(!step.run.includes('${{'), `${place}: ${step.name}`);
        execFileSync('bash', ['-n'], { input: step.run });
      }
    }
  });

  test('jobs wait for jobs that exist, and call workflows that exist', () => {
    for (const { jobs: own } of all.values()) {
      for (const [name, job] of Object.entries(own)) {
        for (const other of job.needs) assert.ok(other in own, `${name} needs ${other}`);
        if ('uses' in job) assert.ok(existsSync(join(root, job.uses)), job.uses);
      }
    }
  });

  test('nothing of a release begins before all that is taken from others was found to be pinned', () => {
    const begins = (name: string): readonly string[] =>
      (release[name]?.needs ?? []).flatMap((other) => [other, ...begins(other)]);
    const first = release['pinned'];
    assert.ok(first !== undefined && 'steps' in first && first.container === undefined);
    assert.ok(first.steps.some((step) => 'run' in step && step.run === 'node .github/pins.mjs --check'));
    // The job itself takes nothing of others.
    assert.ok(first.steps.every((step) => 'run' in step));
    for (const name of Object.keys(release)) if (name !== 'pinned') assert.ok(begins(name).includes('pinned'), name);
  });

  test('what scripts call is there: files of the project', () => {
    const scripts = jobs.flatMap(({ job }) => stepsOf(job)).map((step) => ('run' in step ? step.run : ''));
    for (const path of ['.ci/run', '.github/pins.mjs', '.github/pack.mjs', 'helm/fedmon']) {
      assert.ok(
        scripts.some((script) => script.includes(path)),
        path,
      );
      assert.ok(existsSync(join(root, path)), path);
    }
    const chart = readFileSync(join(root, 'helm/fedmon/Chart.yaml'), 'utf8');
    assert.match(chart, /^version: \S+$/m);
    assert.match(chart, /^appVersion: \S+$/m);
  });
});
