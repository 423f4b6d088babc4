import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtInDefaults } from '../../src/config/defaults.ts';
import { watchOwnDomain } from '../../src/role/own-domain.ts';
import { ownLookupMs } from '../../src/role/own-watch.ts';
import { manualClock } from '../fakes/manual-clock.ts';

const configOf = (domain: string) => ({
  identity: { domain, contact: 'noc@example.com', certFile: null, keyFile: null },
  dns: { servers: [] },
  egress: { allow: [] },
  partners: [],
  defaults: builtInDefaults,
});
const canary = { host: 'sip.example.com', port: 5061 };

function watch(canaryOfOurs?: typeof canary) {
  const clock = manualClock();
  const lines: string[] = [];
  const asked: string[] = [];
  const dns: { says: string | null } = { says: '_sip._tls.example.com leads to edge.example.com' };
  const say = (_: object, message: string): void => void lines.push(message);
  const first = { ...configOf('example.com'), ...(canaryOfOurs === undefined ? {} : { canary: canaryOfOurs }) };
  const watching = watchOwnDomain(first, {
    clock,
    log: { debug: say, info: say, warn: say, error: say },
    lookUp: ({ identity }) => {
      asked.push(identity.domain);
      return Promise.resolve(dns.says);
    },
  });
  return { watching, clock, lines, asked, dns };
}

test('a domain that people sign in with is warned of once, every hour anew where DNS says something else', async () => {
  const { watching, clock, lines, asked, dns } = watch();
  await watching.round();
  assert.match(
    lines.join(),
    /^identity\.domain example\.com is a domain that people sign in with: _sip\._tls\.example\.com leads to edge\.example\.com\. An edge that is asked much/,
  );
  const hour = (): Promise<void> => clock.go(ownLookupMs);
  await hour();
  assert.deepEqual([asked.length, lines.length], [2, 1]);
  dns.says = null;
  await hour();
  dns.says = 'lyncdiscover.example.com leads to 192.0.2.7';
  await hour();
  assert.deepEqual([asked.length, lines.length], [4, 2]);
  watching.stop();
  await hour();
  assert.deepEqual([asked.length, clock.waiting()], [4, 0]);
});

test('another domain is asked at once; what the configuration tells by itself is not asked', async () => {
  const { watching, asked, lines } = watch();
  await watching.round();
  await watching.use(configOf('mon.example.com'));
  assert.deepEqual(asked, ['example.com', 'mon.example.com']);
  assert.equal(lines.length, 2);
  const told = watch(canary);
  await told.watching.round();
  assert.deepEqual([told.asked, told.lines], [[], []]);
});
