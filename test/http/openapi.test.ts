import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildHttp } from '../../src/http/server.ts';
import { openApi, operations } from '../../src/http/openapi.ts';
import * as made from '../metrics/made-up.ts';
import { quiet } from '../queue/rig.ts';
import { serving, viewsOf } from './stub.ts';

const source = join(import.meta.dirname, '../../src/http');

const snapshot = { ...made.fleet(), causes: [made.sharedCause(['unreachable.example'])] };
const app = () =>
  buildHttp(
    serving(
      viewsOf(snapshot, {
        ledger: () => Promise.resolve({ rows: [] }),
      }),
    ),
    quiet,
  );

const document = openApi() as {
  readonly paths: Readonly<Record<string, object>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
};

test('every address of the API that reads is described, and nothing else', () => {
  const files = globSync('route-*.ts', { cwd: source }).map((file) => readFileSync(join(source, file), 'utf8'));
  const routes = files
    .flatMap((text) =>
      [...text.matchAll(/app\.get(?:<[^(]*>)?\(\s*'(\/api\/v1\/[^']+)'/g)].map(([, path = '']) => path),
    )
    .filter((path) => path !== '/api/v1/openapi.json');
  assert.ok(routes.length >= 6, 'the routes were found');
  assert.ok(routes.every((url) => app().hasRoute({ method: 'GET', url })));
  const reads = Object.entries(document.paths).flatMap(([path, methods]) => ('get' in methods ? [path] : []));
  const described = reads.map((path) => path.replace(/\{(\w+)\}/g, ':$1'));
  assert.deepEqual(described.toSorted(), routes.toSorted());
});

test('every reference leads to a schema', () => {
  const named = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
    ([, name]) => name,
  );
  assert.ok(named.length > 20, String(named.length));
  assert.deepEqual(
    named.filter((name) => document.components.schemas[name ?? ''] === undefined),
    [],
  );
  assert.doesNotMatch(JSON.stringify(document), /__shared|\$defs|\$id/);
});

test('every answer about a made-up fleet has the shape that is described', async () => {
  const server = app();
  for (const [path, { answer }] of Object.entries(operations)) {
    for (const { published } of made.fleet().partners) {
      const url = path.replace('{domain}', published.partner.domain);
      const { statusCode, body } = await server.inject(url);
      assert.equal(statusCode, 200, url);
      const read = answer.safeParse(JSON.parse(body));
      assert.ok(read.success, `${url}: ${JSON.stringify(read.error?.issues[0])}`);
    }
  }
  const { body } = await server.inject('/api/v1/partners/nobody.example');
  assert.deepEqual(Object.keys(JSON.parse(body) as object), ['type', 'title', 'status', 'detail']);
});

test('a key that is not described, or one that is missing, is seen', async () => {
  const { body } = await app().inject('/api/v1/partners');
  const answer = JSON.parse(body) as { partners: Record<string, unknown>[] };
  const shape = operations['/api/v1/partners']?.answer;
  assert.equal(shape?.safeParse(answer).success, true);
  answer.partners[0] = { ...answer.partners[0], more: 1 };
  assert.equal(shape.safeParse(answer).success, false);
  const { more, tier, ...less } = answer.partners[0];
  assert.deepEqual([more, typeof tier], [1, 'string']);
  answer.partners[0] = less;
  assert.equal(shape.safeParse(answer).success, false);
});
