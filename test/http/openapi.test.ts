import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Demanded } from '../../src/http/route-examine.ts';
import { buildHttp } from '../../src/http/server.ts';
import { order, orderPath } from '../../src/http/openapi-order.ts';
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

test('every way that an order can end is described, and the answer to one that is taken has its shape', async () => {
  const outcomes: readonly Demanded[] = [
    { is: 'queued', slotMs: 5, vantages: ['here-1'] },
    { is: 'unknown' },
    { is: 'stopped' },
    { is: 'away' },
    { is: 'too_soon', afterMs: 1 },
    { is: 'too_many', afterMs: 1 },
  ];
  const left = [...outcomes];
  const examine = (): Promise<Demanded> => Promise.resolve(left.shift() ?? assert.fail());
  const reload = () => Promise.resolve({ ok: true as const, diff: {} });
  const orders = { token: 'a-token-of-20-letters', examine, reload };
  const server = buildHttp(serving(viewsOf(snapshot), { orders }), quiet);
  const url = orderPath.replace('{domain}', 'refused.example');
  const send = (headers: Record<string, string>) => server.inject({ method: 'POST', url, headers });
  const answers = [await send({}), await send({ authorization: 'Bearer wrong' })];
  for (const each of outcomes) {
    assert.ok(each);
    answers.push(await send({ authorization: `Bearer ${orders.token}` }));
  }
  const { responses } = order as { readonly responses: Readonly<Record<string, object>> };
  const seen = new Set(answers.map(({ statusCode }) => String(statusCode)));
  assert.deepEqual([...seen].toSorted(), Object.keys(responses).toSorted());
  for (const { statusCode, body } of answers) {
    const said = JSON.parse(body) as object;
    if (statusCode !== 202) assert.deepEqual(Object.keys(said), ['type', 'title', 'status', 'detail']);
    else assert.deepEqual(Object.keys(said), order.responses[202].content['application/json'].schema.required);
  }
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
