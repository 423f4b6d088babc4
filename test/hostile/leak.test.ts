import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { printer } from '../../src/cli/check-printer.ts';
import { NetworkFailure } from '../../src/federation/failure.ts';
import { detailOf } from '../../src/http/detail.ts';
import { buildHttp } from '../../src/http/server.ts';
import { createLog } from '../../src/log/pino.ts';
import type { CheckReport } from '../../src/probe/report.ts';
import type { Change } from '../../src/federation/change.ts';
import { authority } from '../lab/certificates.ts';
import { trustFile } from '../net/test-certificates.ts';
import { canaries, dangerous, mark } from './canaries.ts';
import { canaryDomains, canaryServers } from './canary-partners.ts';
import { canaryService, type CanaryService } from './canary-service.ts';
import type { Served } from './script.ts';
import { whole } from '../metrics/whole.ts';

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const lines = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

/** Every text and every name in a value, however deep. A letter is the one text that has lines, and they are ours. */
function textsIn(value: unknown, of = ''): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    if (of === 'letter' && name === 'text' && typeof inner === 'string') return lines(inner);
    return [name, ...textsIn(inner, name)];
  });
}

const harm = (texts: readonly string[]): readonly string[] => texts.filter((each) => dangerous.test(each)).slice(0, 5);

describe(`${String(canaries.length)} canaries from ${String(canaryDomains.length)} partners`, () => {
  let servers: Served;
  let service: CanaryService;
  let trust: ReturnType<typeof trustFile>;
  let reports: readonly CheckReport[];
  let events: readonly Change[];

  before(async () => {
    const root = await authority('Canary Lab');
    trust = trustFile(root.certPem);
    servers = await canaryServers(root);
    service = canaryService(canaryDomains, servers.port, trust.path);
    await service.round();
    await service.round();
    const { views } = service.exporter;
    const snapshot = await views.snapshot();
    events = snapshot.events;
    reports = canaryDomains.flatMap((domain) => detailOf(snapshot, domain, views)?.newest?.report ?? []);
  });
  after(async () => {
    await servers.stop();
    trust.remove();
  });

  /** What `fedmon check` prints for all of them. */
  function printed(format: Parameters<typeof printer>[0], colour = false): string {
    let out = '';
    const io = {
      out: (text: string) => void (out += text),
      err: () => undefined,
      env: {},
      cwd: '/',
      colour,
      columns: colour ? 100 : null,
      progress: () => undefined,
    };
    const print = printer(format, io, reports.length, []);
    for (const report of reports) print.each(report);
    print.end(reports);
    return out;
  }

  test('the canaries came through to the evidence, in every place', () => {
    assert.equal(reports.length, canaryDomains.length);
    const of = (way: string): readonly CheckReport[] => reports.filter(({ domain }) => domain.startsWith(way));
    const holds = (value: unknown): boolean => JSON.stringify(value).includes(mark);
    for (const report of of('refusing.')) {
      const [edge] = report.edges;
      const places = { reason: edge?.sip?.reason, server: edge?.sip?.server, diagnostics: edge?.sip?.diagnostics };
      assert.ok(
        Object.values(places).every(holds),
        JSON.stringify({ domain: report.domain, places, steps: report.steps.slice(-2) }),
      );
      if (report.domain.includes('.c')) assert.ok(holds(edge?.tls?.chain), report.domain);
    }
    assert.ok(of('foreign.').filter((report) => holds(report.findings)).length > canaries.length / 2);
    assert.ok(events.filter(holds).length > canaries.length);
  });

  test('evidence and events hold nothing that steers a terminal', () => {
    assert.deepEqual(harm(textsIn(reports)), []);
    assert.deepEqual(harm(textsIn(events)), []);
  });

  test('metrics: not a word of theirs, and every line is a line', async () => {
    const text = await whole(await service.exporter.metrics());
    assert.ok(!text.includes(mark));
    assert.deepEqual(harm(lines(text)), []);
    const line =
      /^(?:# (?:HELP|TYPE) .*|[a-z_]+(?:\{(?:[a-z_]+="(?:[^"\\]|\\[\\"n])*",?)*\})? [0-9.eE+-]+|[a-z_]+(?:\{.*\})? (?:NaN|[+-]Inf))$/;
    assert.deepEqual(
      lines(text)
        .filter((each) => !line.test(each))
        .slice(0, 5),
      [],
    );
  });

  test('for people: nothing but our own colours reaches a terminal', () => {
    for (const format of [{}, { trace: true }] as const) {
      const plain = printed(format);
      assert.ok(plain.includes(mark));
      assert.deepEqual(harm(lines(plain)), []);
      const uncoloured = printed(format, true).replace(/\u001b\[\d{1,2}m/g, '');
      assert.deepEqual(harm(lines(uncoloured)), []);
    }
  });

  test('--letter: no line of it is a partner’s', () => {
    const text = printed({ letter: true });
    assert.ok(text.includes(mark));
    assert.deepEqual(harm(lines(text)), []);
    assert.deepEqual(
      lines(text).filter((line) => /^(?:Bcc:|Bail out|ok 1|fedmon_|\{")/.test(line)),
      [],
    );
  });

  test('--json: one line a partner, which stays one', () => {
    const text = printed({ json: true });
    assert.equal(lines(text).length, reports.length);
    assert.deepEqual(harm(lines(text)), []);
    assert.deepEqual(harm(lines(text).flatMap((each) => textsIn(JSON.parse(each)))), []);
  });

  test('--tap: no point is made or skipped by a partner', () => {
    const text = printed({ tap: true });
    const points = lines(text).filter((each) => /^(?:not )?ok\b/.test(each));
    assert.deepEqual(
      [lines(text)[0], lines(text)[1], points.length],
      ['TAP version 14', `1..${String(reports.length)}`, reports.length],
    );
    assert.deepEqual(
      lines(text).filter(
        (each) =>
          !/^(?:TAP version 14|1\.\.|(?:not )?ok \d+ - [a-z0-9.]+ [a-z]+$| {2}(?:---|\.\.\.|[a-z]+: "))/.test(each),
      ),
      [],
    );
    assert.deepEqual(harm(lines(text)), []);
  });

  test('--nagios: one bar, before our own figures', () => {
    const text = printed({ nagios: true });
    assert.equal(lines(text).length, reports.length + 1);
    assert.deepEqual(
      lines(text).map((each) => each.split('|').length - 1),
      [1, ...reports.map(() => 0)],
    );
    assert.deepEqual(harm(lines(text)), []);
  });

  test('log: one JSON object a line, whatever it is about', () => {
    const written: string[] = [];
    const log = createLog('worker', (line) => written.push(line));
    for (const report of reports) log.warn({ report, steps: report.steps, findings: report.findings }, 'examined');
    for (const [, text] of canaries) {
      log.error({ err: new NetworkFailure('sip_malformed', text), [text]: text }, text);
      log.error({ err: new Error(text, { cause: text }) }, 'a bug');
    }
    assert.ok(written.some((line) => line.includes(mark)));
    assert.deepEqual(
      written.filter((line) => line.indexOf('\n') !== line.length - 1),
      [],
    );
    assert.deepEqual(harm(written.map((line) => line.slice(0, -1))), []);
    for (const line of written) assert.equal(typeof JSON.parse(line), 'object');
  });

  test('pages and API: text stays text', async () => {
    const http = buildHttp({ ...service.exporter, healthy: () => true }, quiet);
    let asked = 0;
    const get = async (url: string) => {
      asked += 1;
      // Nobody may ask for as much as all of this: it is many who do.
      const remoteAddress = `127.0.0.${String(1 + (asked % 100))}`;
      const { statusCode, headers, body } = await http.inject({ url, remoteAddress });
      assert.equal(statusCode, 200, url);
      assert.equal(headers['x-content-type-options'], 'nosniff', url);
      assert.match(String(headers['content-security-policy']), /default-src 'none'/, url);
      return body;
    };
    const shapeOf = (page: string): ReadonlySet<string> =>
      new Set(page.match(/<[^>]*>/g)?.map((tag) => tag.replace(/="[^"]*"/g, '=""')) ?? []);
    const pagesOf = (domains: readonly string[]) => Promise.all(domains.map((domain) => get(`/partners/${domain}`)));

    const plainAt = canaries.findIndex(([name]) => name === 'plain');
    const isPlain = (domain: string): boolean =>
      domain.endsWith(`${String(plainAt)}.example`) && /\.[cs]0\./.test(domain);
    const known = new Set((await pagesOf(canaryDomains.filter(isPlain))).flatMap((page) => [...shapeOf(page)]));
    const others = canaryDomains.filter((domain) => !isPlain(domain));
    const pages = await pagesOf(others);
    assert.ok(pages.every((page) => page.includes(mark)));
    assert.deepEqual(
      pages
        .flatMap((page, at) =>
          [...shapeOf(page)].filter((tag) => !known.has(tag)).map((tag) => `${others[at] ?? ''} ${tag}`),
        )
        .slice(0, 5),
      [],
    );
    assert.deepEqual(harm(pages.flatMap(lines)), []);
    assert.deepEqual(
      pages.filter((page) => /(?:href|src|action)="(?:javascript|data):/i.test(page)),
      [],
    );

    const urls = ['/api/v1/partners', '/api/v1/events', ...canaryDomains.map((domain) => `/api/v1/partners/${domain}`)];
    for (const url of urls) {
      const body = await get(url);
      assert.deepEqual(harm([body, ...textsIn(JSON.parse(body))]), [], url);
    }
    assert.deepEqual(harm(lines(await get('/'))), []);
    assert.ok(!(await get('/metrics')).includes(mark));
    await http.close();
  });
});
