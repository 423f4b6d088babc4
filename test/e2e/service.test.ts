import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual, promisify } from 'node:util';
import { partnerStates } from '../../src/federation/state.ts';
import type { PartnerRow } from '../../src/http/api.ts';
import { promtool } from '../alert/promtool/promtool.ts';
import { needs } from '../lab/debian.ts';
import { freePort } from '../lab/ports.ts';
import { startProcess, type OwnProcess } from '../lab/process.ts';
import { eventually, json, startService, text, type Service } from './service.ts';

const root = join(import.meta.dirname, '../..');
const everyMs = 5_000;
const run = promisify(execFile);

describe('the whole service on a federation that misbehaves', { timeout: 170_000 }, () => {
  let service: Service;
  let prometheus: { readonly process: OwnProcess; readonly url: string } | null = null;

  before(async () => {
    service = await startService(everyMs);
  });
  after(async () => {
    await prometheus?.process.stop();
    await service.stop();
  });

  const rows = async (): Promise<readonly PartnerRow[]> =>
    ((await json(`${service.urls.exporter}/api/v1/partners`)) as { partners: PartnerRow[] }).partners;
  const shown = (all: readonly PartnerRow[]) =>
    Object.fromEntries(all.map(({ domain, state, cause }) => [domain, `${state} ${cause?.code ?? '-'}`]));
  const expected = () =>
    Object.fromEntries(
      service.fleet.partners.map(({ domain, expects }) => [domain, `${expects.state} ${expects.code ?? '-'}`]),
    );

  test('Prometheus starts and scrapes the three roles', async (t) => {
    const tools = await needs(t, 'prometheus');
    if (tools === null) return;
    const port = await freePort();
    const job = {
      job_name: 'fedmon',
      static_configs: [{ targets: Object.values(service.urls).map((url) => new URL(url).host) }],
    };
    const config = {
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [join(root, 'src/alert/fedmon.rules.yaml')],
      scrape_configs: [job],
    };
    writeFileSync(join(service.folder, 'prometheus.yml'), JSON.stringify(config));
    const [{ path, env }] = tools;
    const address = `127.0.0.1:${String(port)}`;
    prometheus = {
      url: `http://${address}`,
      process: await startProcess({
        name: 'prometheus',
        command: path,
        env,
        logFile: join(service.folder, 'prometheus.log'),
        args: [
          `--config.file=${join(service.folder, 'prometheus.yml')}`,
          `--storage.tsdb.path=${join(service.folder, 'tsdb')}`,
          `--web.listen-address=${address}`,
        ],
      }),
    };
    const ups = await eventually(
      20_000,
      () => query('up == 1').then((found) => found.length),
      (count) => count === 3,
    );
    assert.equal(ups, 3);
  });

  async function query(expr: string): Promise<readonly { metric: Record<string, string>; value: [number, string] }[]> {
    const answer = (await json(`${prometheus?.url ?? ''}/api/v1/query?query=${encodeURIComponent(expr)}`)) as {
      data: { result: { metric: Record<string, string>; value: [number, string] }[] };
    };
    return answer.data.result;
  }

  test('within 60 s every partner is shown as its story says, all seven states among them', async () => {
    const limitMs = 60_000 - (Date.now() - service.startedMs);
    const settled = await eventually(limitMs, rows, (all) => isDeepStrictEqual(shown(all), expected()));
    assert.deepEqual(shown(settled), expected());
    assert.deepEqual(new Set(settled.map(({ state }) => state)), new Set(partnerStates));
  });

  test('each partner in trouble has cause, side and next step in the API and on its page', async () => {
    const troubled = (await rows()).filter(({ state }) => state !== 'healthy' && state !== 'maintenance');
    assert.ok(troubled.length >= 20);
    for (const { domain, cause } of troubled) {
      assert.ok(cause, domain);
      assert.match(cause.side, /^(ours|theirs|path|unknown)$/);
      const page = await text(`${service.urls.exporter}/partners/${domain}`);
      const plain = page
        .replaceAll(/<[^>]*>/g, ' ')
        .replaceAll(/\s+/g, ' ')
        .replaceAll('&quot;', '"')
        .replaceAll('&#39;', "'")
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&amp;', '&');
      for (const words of [cause.title, cause.action]) assert.ok(plain.includes(words), `${domain}: ${words}`);
      assert.match(plain, /Whose side/);
    }
  });

  /** What the command line, the metrics and the API say of each partner, one after the other. */
  async function threeViews(): Promise<Readonly<Record<'cli' | 'metrics' | 'api', Readonly<Record<string, string>>>>> {
    const shownAs = (list: readonly { domain: string; state: string }[]) =>
      Object.fromEntries(list.map(({ domain, state }) => [domain, state]));
    const args = [join(root, 'src/main.ts'), 'partners', '--json', '--config', service.config];
    const { stdout } = await run(process.execPath, args);
    const lines = stdout.trim().split('\n');
    const cli = lines.flatMap((line) => {
      const value = JSON.parse(line) as {
        partners?: { domain: string; state: string }[];
        domain?: string;
        state?: string;
      };
      return value.partners ?? [{ domain: value.domain ?? '', state: value.state ?? '' }];
    });
    const metrics = (await text(`${service.urls.exporter}/metrics`)).matchAll(
      /^fedmon_partner_state\{partner="([^"]+)",state="([a-z]+)"\} 1$/gm,
    );
    return {
      cli: shownAs(cli),
      metrics: shownAs(Array.from(metrics, ([, domain = '', state = '']) => ({ domain, state }))),
      api: shownAs(await rows()),
    };
  }

  test('page, metrics and command line say the same', async () => {
    // They are taken at three instants: a partner may have changed between two of them.
    const { cli, metrics, api } = await eventually(
      20_000,
      threeViews,
      (all) => isDeepStrictEqual(all.cli, all.api) && isDeepStrictEqual(all.metrics, all.api),
    );
    assert.deepEqual(cli, api);
    assert.deepEqual(metrics, api);
  });

  test('promtool finds nothing to complain about in the metrics of any role', async (t) => {
    for (const url of Object.values(service.urls)) {
      const exposition = await text(`${url}/metrics`);
      const verdict = await promtool(t, ['--version'], {});
      if (verdict === null) return;
      const [tool] = (await needs(t, 'promtool')) ?? [];
      assert.ok(tool);
      const checked = new Promise<string>((resolve) => {
        const child = execFile(
          tool.path,
          ['check', 'metrics'],
          { env: { ...process.env, ...tool.env } },
          (error, stdout, stderr) => resolve(`${String(error?.code ?? 0)} ${stdout}${stderr}`),
        );
        child.stdin?.end(exposition);
      });
      assert.equal((await checked).trim(), '0', url);
    }
  });

  test('partners that share an edge cost one connection a window', () => {
    const [edge] = service.fleet.edges('twin-a.example');
    assert.equal(service.fleet.edges('twin-b.example')[0], edge);
    const windows = Math.ceil((Date.now() - service.startedMs) / everyMs) + 1;
    assert.ok(
      edge && edge.connections <= windows,
      `${String(edge?.connections)} connections in ${String(windows)} windows`,
    );
    assert.ok(edge.connections >= 3);
    // One connection carries TLS and SIP: as many requests as connections.
    assert.equal(edge.requests.length, edge.connections);
  });

  test('the alerts speak of exactly the partners in that state', async (t) => {
    if ((await needs(t, 'prometheus')) === null) return;
    const states = await rows();
    const alertOf = {
      unreachable: 'FedmonPartnerUnreachable',
      misconfigured: 'FedmonPartnerMisconfigured',
      refused: 'FedmonPartnerRefused',
      unknown: 'FedmonPartnerUnknown',
      degraded: 'FedmonPartnerDegraded',
    };
    const wanted = states
      .filter(({ state, tier }) => state !== 'degraded' || tier === 'critical')
      .flatMap(({ domain, state }) =>
        state in alertOf ? [`${alertOf[state as keyof typeof alertOf]} ${domain}`] : [],
      );
    const found = async (): Promise<readonly string[]> => {
      const answer = (await json(`${prometheus?.url ?? ''}/api/v1/alerts`)) as {
        data: { alerts: { labels: Record<string, string> }[] };
      };
      return answer.data.alerts
        .filter(
          ({ labels }) => labels['alertname']?.startsWith('FedmonPartner') === true && labels['partner'] !== undefined,
        )
        .map(({ labels }) => `${labels['alertname'] ?? ''} ${labels['partner'] ?? ''}`);
    };
    const alerts = await eventually(15_000, found, (all) => all.length === wanted.length);
    assert.deepEqual(alerts.toSorted(), wanted.toSorted());
  });
});
