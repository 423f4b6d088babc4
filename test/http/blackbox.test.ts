import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildHttp } from '../../src/http/server.ts';
import type { Snapshot } from '../../src/store/snapshot.ts';
import * as made from '../metrics/made-up.ts';
import { quiet } from '../queue/rig.ts';
import { serving, viewsOf } from './stub.ts';

const app = (snapshot: Snapshot = made.fleet()) => buildHttp(serving(viewsOf(snapshot)), quiet);

const domainOf = (state: string): string =>
  made.fleet().partners.find(({ published }) => published.state === state && published.reason === null)!.published
    .partner.domain;

test('/sd names every partner as a target of Prometheus', async () => {
  const { headers, body } = await app().inject('/sd');
  assert.match(String(headers['content-type']), /^application\/json/);
  const groups = JSON.parse(body) as { targets: string[]; labels: Record<string, string> }[];
  assert.deepEqual(
    groups.map(({ targets }) => targets),
    made.fleet().partners.map(({ published }) => [published.partner.domain]),
  );
  assert.deepEqual(Object.keys(groups[0]?.labels ?? {}), ['tier', 'profile', 'owner']);
  assert.equal((await app(made.downSnapshot).inject('/sd')).statusCode, 503);
});

test('/probe tells the stored result in the words of blackbox_exporter', async () => {
  const { statusCode, headers, body } = await app().inject(`/probe?target=${domainOf('healthy').toUpperCase()}`);
  assert.deepEqual([statusCode, headers['content-type']], [200, 'text/plain; version=0.0.4; charset=utf-8']);
  const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  assert.deepEqual(
    lines.map((line) => line.split(/[ {]/)[0]),
    [
      'probe_success',
      'probe_duration_seconds',
      'probe_dns_lookup_time_seconds',
      'probe_ip_protocol',
      'probe_ssl_earliest_cert_expiry',
      'probe_tls_version_info',
    ],
  );
  assert.equal(lines[0], 'probe_success 1');
  assert.match(body, /^probe_tls_version_info\{version="TLS 1\.[23]"\} 1$/m);
  const broken = await app().inject(`/probe?target=${domainOf('unreachable')}`);
  assert.match(broken.body, /^probe_success 0$/m);
});

test('/probe: what is not known is no failure of theirs', async () => {
  const [healthy] = made.fleet().partners.filter(({ published }) => published.state === 'healthy');
  const late = { ...made.snapshotOf([healthy!]), nowMs: made.nowMs + 86_400_000 };
  const statusOf = async (url: string, snapshot?: Snapshot): Promise<number> =>
    (await app(snapshot).inject(url)).statusCode;
  assert.equal(await statusOf(`/probe?target=${healthy!.published.partner.domain}`, late), 503);
  assert.equal(await statusOf('/probe?target=planned.example'), 503);
  assert.equal(await statusOf('/probe?target=new.example'), 503);
  assert.equal(await statusOf('/probe?target=nobody.example'), 404);
  assert.equal(await statusOf('/probe'), 400);
  assert.equal(await statusOf('/probe?target=a.example&target=b.example'), 400);
  assert.equal(await statusOf('/probe?target=good.example', made.downSnapshot), 503);
});
