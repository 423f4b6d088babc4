import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { explainAlerts } from '../../src/alert/explain.ts';
import { renderPrometheusRule, renderRules } from '../../src/alert/render.ts';
import { defaultSettings } from '../../src/alert/settings.ts';
import { situationOf } from '../../src/cli/alert-situation.ts';
import { renderAlerts } from '../../src/cli/render-alerts.ts';
import { needsRedis } from '../lab/redis.ts';
import * as made from '../metrics/made-up.ts';
import { golden } from './golden.ts';
import { fedmon } from './run-cli.ts';

const plain = { colour: false, columns: null };

describe('fedmon alerts', () => {
  test('prints the rules, as they are committed or with what is given', async () => {
    assert.deepEqual(await fedmon(['alerts']), { code: 0, out: renderRules(), err: '' });
    const settings = {
      runbooks: 'https://wiki.test/r',
      job: 'watch',
      labels: { team: 'uc', page: 'no' },
      objectives: { gold: 0.995 },
      thresholds: { ...defaultSettings.thresholds, manyFailing: 0.4, manyAtLeast: 5 },
    };
    const flags = ['--runbooks', 'https://wiki.test/r/', '--job', 'watch', '--label', 'team=uc', '--label', 'page=no'];
    flags.push('--threshold', 'manyFailing=0.4', '--threshold', 'manyAtLeast=5');
    const { out } = await fedmon(['alerts', ...flags, '--objective', 'gold=0.995']);
    assert.equal(out, renderRules(settings));
    assert.equal((await fedmon(['alerts', '--operator'])).out, renderPrometheusRule());
  });

  test('says what is wrong with what is given, and prints nothing', async () => {
    const wrong: readonly (readonly [readonly string[], RegExp])[] = [
      [['--objective', 'gold=0.9'], /objective of tier gold: 0\.9 is not from 0\.94 to below 1/],
      [['--objective', 'gold'], /Expected a tier and a share such as critical=0\.995/],
      [['--label', 'severity=page'], /label severity: not a label name, or one that the rules set themselves/],
      [['--threshold', 'many=0.4'], /threshold many: there is none, only partnerCertificateLeft, ownCert/],
      [['--threshold', 'stale=1.5'], /threshold stale: 1\.5 is not between 0 and 1/],
      [['--threshold', 'manyAtLeast=2.5'], /threshold manyAtLeast: 2\.5 is not a whole number from 1 on/],
      [['--threshold', 'stale=half'], /Expected a threshold and a number such as manyFailing=0\.4/],
      [['--label', '=x'], /Expected a label such as team=uc/],
      [['--grafana', 'grafana'], /Expected an address such as https:/],
    ];
    for (const [flags, said] of wrong) {
      const { code, out, err } = await fedmon(['alerts', ...flags]);
      assert.deepEqual([code, out], [2, ''], flags.join(' '));
      assert.match(err, said);
    }
  });

  test('explains a partner of the store; one that is not there is named', async (t) => {
    const redis = await needsRedis(t, { own: true });
    if (redis === null) return;
    const folder = mkdtempSync(join(tmpdir(), 'fedmon-alerts-cli-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const config = join(folder, 'fedmon.yaml');
    const identity = { domain: 'mon.example', contact: 'https://mon.example/probing' };
    writeFileSync(
      config,
      JSON.stringify({ redis: { url: redis.url }, identity, partners: [{ domain: 'one.example' }] }),
    );
    const { code, out } = await fedmon(['alerts', '--explain', 'one.example', '--config', config]);
    assert.equal(code, 0);
    assert.match(out, /^one\.example, tier standard: unknown\n/);
    assert.match(out, /^silent +FedmonPartnerUnknown +warning +It was not examined lately;/m);
    assert.match(out, /^No alert fires for it\.$/m);
    const json = await fedmon(['alerts', '--explain', 'one.example', '--config', config, '--json']);
    const lines = json.out.trim().split('\n');
    assert.ok(lines.every((line) => (JSON.parse(line) as { domain: string }).domain === 'one.example'));
    const missing = await fedmon(['alerts', '--explain', 'tone.example', '--config', config]);
    assert.equal(missing.code, 2);
    assert.match(missing.err, /tone\.example is not a partner in .*Did you mean one\.example\?/);
  });
});

test('what fires stands first, with the reason', () => {
  const snapshot = made.fleet();
  const bad = snapshot.partners.find(({ published }) => published.state === 'unreachable');
  assert.ok(bad);
  const situation = situationOf(bad, snapshot);
  golden(
    'alerts.txt',
    renderAlerts(bad.published.partner.domain, situation, explainAlerts(situation, snapshot.nowMs), plain),
  );
});
