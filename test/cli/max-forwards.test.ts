import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { checkDefaults } from '../../src/config/defaults.ts';
import { loadConfig } from '../../src/config/load.ts';
import { printConfig } from '../../src/config/print.ts';
import { partnerOf } from '../../src/cli/check-settings.ts';
import { aHopCount } from '../../src/cli/parse.ts';
import { folderWithKeys, type Folder } from '../config/files.ts';

const identity = 'identity: { domain: mon.example.com, contact: noc@example.com }\n';

describe('Max-Forwards of our OPTIONS', () => {
  let folder: Folder;
  before(async () => {
    folder = await folderWithKeys();
  });
  after(() => folder.remove());
  const load = (text: string) => loadConfig(folder.write('fedmon.yaml', identity + text), {});
  const hopsOf = (text: string) => load(text).partners.map((each) => each.maxForwards);

  test('a partner’s own, else the default, else none', () => {
    const partners = 'partners: [{ domain: a.example, sip: { maxForwards: 0 } }, { domain: b.example, sip: {} }]\n';
    assert.deepEqual(hopsOf(partners), [0, undefined]);
    assert.deepEqual(hopsOf(`defaults: { sip: { maxForwards: 5 } }\n${partners}`), [0, 5]);
  });

  test('from 0 to 255, a mistake names the place', () => {
    const of = (hops: number) => `partners: [{ domain: a.example, sip: { maxForwards: ${String(hops)} } }]\n`;
    assert.deepEqual([...hopsOf(of(0)), ...hopsOf(of(255))], [0, 255]);
    for (const hops of [-1, 256]) {
      assert.throws(() => load(of(hops)), /partners\[0\]\.sip\.maxForwards: .*a whole number from 0 to 255/);
    }
  });

  test('the printed configuration can be read again', () => {
    const config = load(
      'defaults: { sip: { maxForwards: 5 } }\npartners: [{ domain: a.example, sip: { maxForwards: 0 } }]',
    );
    const again = loadConfig(folder.write('again.yaml', printConfig(config)), {});
    assert.deepEqual([again.partners[0]?.maxForwards, again.defaults?.maxForwards], [0, 5]);
  });

  test('check --max-forwards wins over both', () => {
    const flag = (hops?: number) =>
      partnerOf('a.example', checkDefaults(), hops === undefined ? {} : { maxForwards: hops }).maxForwards;
    assert.deepEqual([flag(), flag(0), flag(255)], [undefined, 0, 255]);
    assert.deepEqual(['0', '255'].map(aHopCount), [0, 255]);
    for (const text of ['256', '-1', '', 'x', '1.5']) assert.throws(() => aHopCount(text), /0 to 255/);
  });
});
