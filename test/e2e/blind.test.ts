import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { EventRow, PartnerRow } from '../../src/http/api.ts';
import { startDnsServer, type DnsServer } from '../lab/dns-server.ts';
import { eventually, json, startService, text, type Service } from './service.ts';

const everyMs = 5_000;
/** A slot, an examination that fails by its time, and a reading of the store. */
const slotMs = everyMs + 2_500 + 1_000;
const domains = [
  'healthy.example',
  'mutual.example',
  'twin-a.example',
  'twin-b.example',
  'half-dead.example',
  'expired.example',
  'refused-tcp.example',
  'silent-tls.example',
  'forbidden.example',
  'silent-sip.example',
  'maintenance.example',
];

describe('blind is not down: scheduler, worker and exporter on real sockets', { timeout: 240_000 }, () => {
  let service: Service;
  let resolver: DnsServer | null = null;
  before(async () => {
    service = await startService(everyMs, domains);
  });
  after(async () => {
    await resolver?.stop();
    await service.stop();
  });

  const answer = async () =>
    (await json(`${service.urls.exporter}/api/v1/partners`)) as {
      blind: { reason: string }[];
      partners: PartnerRow[];
    };
  const shown = (rows: readonly PartnerRow[]): Record<string, string> =>
    Object.fromEntries(rows.map(({ domain, state, cause }) => [domain, `${state} ${cause?.code ?? '-'}`]));
  const states = async () => shown((await answer()).partners);
  const sinces = async () =>
    Object.fromEntries((await answer()).partners.map(({ domain, since }) => [domain, since] as const));
  const expected = () =>
    Object.fromEntries(
      service.fleet.partners.map(({ domain, expects }) => [domain, `${expects.state} ${expects.code ?? '-'}`]),
    );
  const blindAs = (code: string) =>
    Object.fromEntries(
      domains.map((domain) => [domain, domain === 'maintenance.example' ? 'maintenance -' : `unknown ${code}`]),
    );
  const events = async (): Promise<readonly string[]> => {
    const { events: all } = (await json(`${service.urls.exporter}/api/v1/events`)) as { events: EventRow[] };
    return all.filter(({ what }) => what === 'state').map((event) => JSON.stringify(event));
  };
  const same = (wanted: object) => (seen: object) => isDeepStrictEqual(seen, wanted);
  const reaches = async (wanted: Record<string, string>, limitMs: number): Promise<void> => {
    assert.deepEqual(await eventually(limitMs, states, same(wanted)), wanted);
  };

  test('partners come to be as their stories say, and the canary is none of them', async () => {
    await reaches(expected(), 60_000);
    // What is failing behind a maintenance window needs its three looks, too; only its page says nothing of them.
    const told = await eventually(60_000, events, (all) => all.length === domains.length);
    assert.equal(told.length, domains.length, told.join('\n'));
    const metrics = await text(`${service.urls.exporter}/metrics`);
    assert.match(metrics, /^fedmon_canary_last_success_timestamp_seconds\{vantage="lab"\} 1/m);
    assert.doesNotMatch(metrics, /partner="canary"/);
    assert.deepEqual((await answer()).blind, []);
  });

  test('the canary is stopped: within a slot all are unknown, without an event; back: as before, without an event', async () => {
    const [before, since] = [await events(), await sinces()];
    await service.fleet.canary.stop();
    await reaches(blindAs('blind_canary'), slotMs);
    const metrics = await text(`${service.urls.exporter}/metrics`);
    assert.match(metrics, /^fedmon_blind\{vantage="lab",reason="canary"\} 1$/m);
    await pause(4 * everyMs);
    assert.deepEqual(await states(), blindAs('blind_canary'));
    await service.fleet.canary.start();
    await reaches(expected(), 2 * slotMs);
    assert.deepEqual(await sinces(), since);
    assert.deepEqual(await events(), before);
  });

  test('the resolver is stopped: the same', async () => {
    const { dns } = service.fleet;
    const [before, since] = [await events(), await sinces()];
    await dns.stop();
    await reaches(blindAs('blind_resolver'), slotMs);
    await pause(4 * everyMs);
    assert.deepEqual(await states(), blindAs('blind_resolver'));
    resolver = await startDnsServer(dns.zone, dns.port);
    await reaches(expected(), 2 * slotMs);
    assert.deepEqual(await sinces(), since);
    assert.deepEqual(await events(), before);
  });

  test('the worker is stopped for 20 s in the middle of its probes and continued: no event, no failure counted', async () => {
    const failures = async (): Promise<Record<string, string>> => {
      const all = (await text(`${service.urls.exporter}/metrics`)).matchAll(
        /^fedmon_check_failures_total\{partner="([^"]+)",check="([^"]+)",code="([^"]+)"\} (\d+)$/gm,
      );
      return Object.fromEntries(Array.from(all, ([, ...parts]) => [parts.slice(0, 3).join(' '), parts[3] ?? '']));
    };
    const [before, since, counted] = [await events(), await sinces(), await failures()];
    const inFlight = async (): Promise<boolean> =>
      /^fedmon_probes_in_flight [1-9]/m.test(await text(`${service.urls.worker}/metrics`));
    assert.equal(await eventually(20_000, inFlight, Boolean), true, 'probes are under way');
    service.worker.kill('SIGSTOP');
    await pause(20_000);
    await reaches(blindAs('blind_overdue'), 2_000);
    service.worker.kill('SIGCONT');
    await reaches(expected(), 4 * slotMs);
    assert.deepEqual(await sinces(), since);
    assert.deepEqual(await events(), before);
    // Of who is in maintenance nothing is counted while it is stale.
    const codes = (all: Record<string, string>): readonly string[] =>
      Object.keys(all)
        .filter((each) => !each.startsWith('maintenance'))
        .toSorted();
    assert.deepEqual(codes(await failures()), codes(counted), 'of no partner a failure that it did not have before');
  });

  test('a partner that fails while the canary passes is unreachable, with one event, and alone', async () => {
    const before = await events();
    const [edge] = service.fleet.edges('healthy.example');
    assert.ok(edge);
    await edge.stop();
    await reaches({ ...expected(), 'healthy.example': 'unreachable tcp_refused' }, 4 * slotMs);
    assert.equal((await events()).length, before.length + 1);
  });
});
