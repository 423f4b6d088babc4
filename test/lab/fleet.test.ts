import assert from 'node:assert/strict';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import { edgeId } from '../../src/federation/edge.ts';
import type { Partner } from '../../src/federation/partner.ts';
import { partnerStates } from '../../src/federation/state.ts';
import { systemClock } from '../../src/net/clock.ts';
import { createNet } from '../../src/net/node-net.ts';
import { settingsOf, type World } from '../../src/probe/examination.ts';
import { examineRoute } from '../../src/probe/examine-route.ts';
import { examineEdge } from '../../src/probe/examine.ts';
import { findingCodes } from '../../src/probe/registry.ts';
import { review } from '../../src/probe/review.ts';
import { startFleet, type Fleet } from './fleet.ts';
import { stories } from './stories/all.ts';

let fleet: Fleet;
let config: Config;
let world: World;

before(async () => {
  fleet = await startFleet();
  const file = join(fleet.folder, 'fedmon.yaml');
  const listen = { exporter: '127.0.0.1:9464', scheduler: '127.0.0.1:9465', worker: '127.0.0.1:9466' };
  writeFileSync(file, fleet.configYaml({ redisUrl: 'redis://127.0.0.1:6379', every: '10s', timeout: '4s', listen }));
  config = loadConfig(file, {});
  const net = createNet({
    egressAllow: config.egress.allow,
    trust: config.trust,
    certificate: { cert: readFileSync(fleet.clientCertFile), key: readFileSync(fleet.clientKeyFile) },
  });
  world = { net, clock: systemClock };
});
after(() => fleet.stop());

async function examine(
  partner: Partner,
  as: World = world,
): Promise<{ readonly state: string; readonly code: string | null }> {
  const settings = settingsOf(config);
  const route = await examineRoute(partner, 0, settings, as);
  const evidence = await Promise.all(route.edges.map((edge) => examineEdge(edge, 0, partner.timeoutMs, settings, as)));
  const { state, cause } = review(route, new Map(evidence.map((each) => [edgeId(each.edge), each])));
  return { state, code: cause?.code ?? null };
}

function partnerNamed(domain: string): Partner {
  const partner = config.partners.find((each) => each.domain === domain);
  assert.ok(partner);
  return partner;
}

test('the fleet shows every state there is, with partners told apart by their names', () => {
  const states = new Set(stories.map((story) => story.expects.state));
  assert.deepEqual(
    partnerStates.filter((state) => !states.has(state)),
    [],
  );
  assert.equal(new Set(stories.map(({ domain }) => domain)).size, stories.length);
  assert.ok(stories.length >= 20);
});

test('its config is valid and names every partner', () => {
  assert.deepEqual(
    config.partners.map(({ domain }) => domain),
    fleet.partners.map(({ domain }) => domain),
  );
});

suite('one examination finds what is wrong with', { concurrency: 4 }, () => {
  for (const { domain, story, once, expects } of stories) {
    if (once === null) continue;
    test(`${domain}: ${story}`, async () => {
      assert.deepEqual(await examine(partnerNamed(domain)), once ?? expects);
    });
  }
});

test('partners behind one edge have the same edge', async () => {
  const settings = settingsOf(config);
  const [a, b] = await Promise.all(
    ['twin-a.example', 'twin-b.example'].map((domain) => examineRoute(partnerNamed(domain), 0, settings, world)),
  );
  assert.deepEqual(a?.edges, b?.edges);
  assert.equal(fleet.edges('twin-a.example')[0], fleet.edges('twin-b.example')[0]);
});

test('flapping needs more than one look: attempts succeed and fail in turn', async () => {
  const states: string[] = [];
  for (let round = 0; round < 4; round += 1) states.push((await examine(partnerNamed('flapping.example'))).state);
  assert.deepEqual(states, ['healthy', 'unreachable', 'healthy', 'unreachable']);
});

test('without a certificate of our own, an edge that requires one is closed to us, and it is our side', async () => {
  const net = createNet({ egressAllow: config.egress.allow, trust: config.trust, certificate: null });
  assert.deepEqual(await examine(partnerNamed('mutual.example'), { net, clock: systemClock }), {
    state: 'refused',
    code: 'admission_certificate_required',
  });
});

/** Findings that no suite brings about on real sockets, and why. */
const withoutStory: Readonly<Record<string, string>> = {
  sip_udp_unreachable: 'loopback has no router that could say so',
  tls_lifetime_too_long: 'no lab can issue from a public root; test/probe/tls/authority-scenarios.ts',
  tls_no_certificate: 'no client of today offers a suite without certificate',
};

/** Suites whose partners are reached over real sockets. */
const onRealSockets = [
  'test/peers/**/*.ts',
  'test/hostile/**/*.ts',
  'test/role/**/*.ts',
  'test/e2e/**/*.ts',
  'test/net/**/*.ts',
  'test/corpus/x509/*.ts',
  'test/lab/seldom.test.ts',
  'test/cli/self.test.ts',
];

test('every finding is brought about on real sockets, by a partner of the fleet or in a suite, or there is a reason why not', () => {
  const told = stories.flatMap(({ expects, once }) => [expects.code, once?.code ?? null]);
  const root = join(import.meta.dirname, '..', '..');
  const text = onRealSockets
    .flatMap((pattern) => globSync(pattern, { cwd: root }))
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .join('\n');
  const named = new Set(text.match(/\b[a-z]+(?:_[a-z0-9]+)+\b/g));
  const untold = findingCodes.filter((code) => !told.includes(code) && !named.has(code));
  assert.deepEqual(untold.toSorted(), Object.keys(withoutStory));
});

test('the README lists every partner with its story', () => {
  const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
  const rows = stories.map(({ domain, story, expects }) => {
    const cause = expects.code === null ? '' : ` \`${expects.code}\``;
    return `| \`${domain}\` | ${story} | ${expects.state}${cause} |`;
  });
  assert.deepEqual(
    readme
      .split('\n')
      .filter((line) => line.startsWith('| `') && line.includes('.example`'))
      .map((line) => line.replaceAll(/ +\|/g, ' |')),
    rows,
  );
});
