import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const top = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(top, file), 'utf8');

/** Constants that bound nothing of what strangers send, and what they bound instead. */
const ofOurs: Readonly<Record<string, string>> = {
  'mostKept in src/net/dns-sockets.ts': 'our own sockets',
  'maxChains in src/net/chain-reader.ts': 'what is remembered',
  'maxChainOctets in src/net/chain-reader.ts': 'what is remembered',
  'maxVerdicts in src/net/egress.ts': 'what is remembered',
  'maxDepth in src/net/trust-stores.ts': 'a chain that was cut before',
  'maxLetterOctets in src/probe/letter.ts': 'what we write',
  'maxDatagramOctets in src/probe/sip/request.ts': 'what we send',
  'maxStaples in src/net/tls-client.ts': 'what is remembered',
  'mostOpen in src/store/keys.ts': 'what is left of our own claims',
  'mostQuarantined in src/store/quarantine.ts': 'what killed workers of ours',
  'mostRemembered in src/store/remembered.ts': 'what is remembered',
  'mostTries in src/store/redis-evidence.ts': 'how often we write',
  'mostCertificates in src/net/own-certificate.ts': 'our own certificates',
  'mostNamed in src/http/page-own.ts': 'what we write',
  'mostNamed in src/http/page-causes.ts': 'what we write',
  'mostFindings in src/http/page-fleet-filter.ts': 'what we write',
  'mostOptions in src/http/page-fleet-filter.ts': 'what we write',
  'mostPatienceMs in src/role/causes.ts': 'how long we wait',
  'mostOperators in src/role/fleet-watch.ts': 'what is remembered',
  'mostSkewMs in src/role/witness.ts': 'our own clocks',
  'mostApartMs in src/role/our-clock.ts': 'our own clocks',
  'mostReported in src/role/own-report.ts': 'our own certificates',
  'mostNames in src/role/own-report.ts': 'our own certificates',
  'mostTargets in src/role/own-report.ts': 'our own records',
  'mostTries in src/role/merge.ts': 'how often we write',
  'mostHeard in src/role/our-clock.ts': 'what is remembered',
  'mostCrowded in src/role/turn.ts': 'what is remembered',
  'mostDeaths in src/role/poison.ts': 'what killed workers of ours',
};

interface Cap {
  readonly constant: string;
  readonly most: number;
}

/** `64 * 1024` or `65_536` as a number. */
const product = (text: string): number =>
  text.split('*').reduce((all, factor) => all * Number(factor.replaceAll('_', '').trim()), 1);

const inSources: readonly Cap[] = globSync(
  ['src/{net,probe,store,http,role}/**/*.ts', 'src/federation/certificate.ts'],
  {
    cwd: top,
  },
).flatMap((file) =>
  [...read(file).matchAll(/^(?:export )?const (m(?:ax|ost)[A-Z]\w*) = ([\d_* ]+);/gm)].map(
    ([, name = '', value = '']) => ({
      constant: `${name} in ${file}`,
      most: product(value),
    }),
  ),
);

const row = /^\| (.+?) +\| ([\d,]+) +\| `(\w+)` in `([^`]+)` +\| `([^`]+)` +\|$/gm;
const inTable = [...read('SECURITY.md').matchAll(row)].map(
  ([, what = '', most = '', name = '', file = '', proof = '']) => ({
    constant: `${name} in ${file}`,
    what,
    name,
    proof,
    most: Number(most.replaceAll(',', '')),
  }),
);

test('every constant that bounds what strangers send is in the table, with its number', () => {
  const caps = inSources.filter(({ constant }) => ofOurs[constant] === undefined);
  const byName = (a: Cap, b: Cap): number => a.constant.localeCompare(b.constant);
  assert.deepEqual(inTable.map(({ constant, most }) => ({ constant, most })).toSorted(byName), caps.toSorted(byName));
  assert.ok(caps.length > 40);
  for (const constant of Object.keys(ofOurs))
    assert.ok(
      inSources.some((each) => each.constant === constant),
      constant,
    );
});

test('every cap names a test that knows it, by its name or by its number', () => {
  for (const { constant, name, proof, most } of inTable) {
    assert.ok(existsSync(join(top, proof)), proof);
    const text = read(proof).replaceAll('_', '');
    assert.ok(text.includes(name) || new RegExp(`\\b${String(most)}\\b`).test(text), `${constant} in ${proof}`);
  }
});
