import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { fleet } from '../../dashboards/src/fleet.ts';
import { renderRules } from '../../src/alert/render.ts';
import { defaultPlaces } from '../../src/alert/rules.ts';
import { promtool } from '../alert/promtool/promtool.ts';
import { dataOf, rendered } from './rendered.ts';
import { config, full, minimal } from './values.ts';

describe('chart, what others read', () => {
  it('carries the plain rules and the dashboard unchanged', (t) => {
    const objects = rendered(t, full);
    if (objects === null) return;
    assert.deepEqual(objects.get('PrometheusRule/fedmon')?.['spec'], parse(renderRules(defaultPlaces)));
    const dashboard = dataOf(objects, 'ConfigMap/fedmon-dashboards')['fedmon-fleet.json'] ?? '';
    assert.deepEqual(JSON.parse(dashboard), JSON.parse(JSON.stringify(fleet())));
  });

  it('puts your addresses into the alerts, which promtool still accepts', async (t) => {
    const places = { runbookUrl: 'https://wiki.uc/fedmon', grafanaUrl: 'https://grafana.uc' };
    const objects = rendered(t, { ...minimal, prometheusRule: { enabled: true, ...places } });
    if (objects === null) return;
    const spec = objects.get('PrometheusRule/monitor-fedmon')?.['spec'];
    const expected = renderRules({ runbooks: places.runbookUrl, grafana: places.grafanaUrl, job: 'fedmon' });
    assert.deepEqual(spec, parse(expected));
    const verdict = await promtool(t, ['check', 'rules', '--lint=all', '--lint-fatal', 'rules.json'], {
      'rules.json': JSON.stringify(spec),
    });
    if (verdict !== null) assert.equal(verdict.code, 0, verdict.said);
  });

  it('scrapes under the job that the alerts look for', (t) => {
    const objects = rendered(t, full);
    if (objects === null) return;
    const spec = objects.get('ServiceMonitor/fedmon')?.['spec'] as { selector: unknown; endpoints: unknown };
    assert.deepEqual(spec, {
      selector: { matchLabels: { 'app.kubernetes.io/name': 'fedmon', 'app.kubernetes.io/instance': 'monitor' } },
      endpoints: [
        {
          port: 'http',
          interval: '1m',
          scrapeTimeout: '10s',
          relabelings: [
            { targetLabel: 'job', replacement: defaultPlaces.job },
            { targetLabel: 'instance', replacement: 'fedmon' },
            { action: 'labeldrop', regex: 'pod|container|endpoint' },
          ],
        },
      ],
    });
  });

  it('lets resolvers be reached on the ports they are named with', (t) => {
    const servers = [
      '10.0.0.10',
      '10.0.0.11:5353',
      '[2001:db8::53]:5300',
      '2001:db8::1',
      '[2001:db8::2]',
      '10.0.0.12:53',
    ];
    const values = { ...minimal, config: { ...config, dns: { servers } }, networkPolicy: { enabled: true } };
    const objects = rendered(t, values);
    if (objects === null) return;
    const spec = objects.get('NetworkPolicy/monitor-fedmon')?.['spec'] as { egress: { ports: unknown }[] };
    assert.deepEqual(
      spec.egress[0]?.ports,
      [53, 5353, 5300].flatMap((port) => ['UDP', 'TCP'].map((protocol) => ({ port, protocol }))),
    );
  });

  it('lets probes reach public addresses and listed networks only', (t) => {
    const objects = rendered(t, full);
    if (objects === null) return;
    const spec = objects.get('NetworkPolicy/fedmon')?.['spec'] as { ingress: unknown; egress: unknown[] };
    assert.deepEqual(spec.ingress, [{ ports: [{ port: 'http', protocol: 'TCP' }], from: [{ namespaceSelector: {} }] }]);
    const privateV4 = [
      '10.0.0.0/8',
      '100.64.0.0/10',
      '127.0.0.0/8',
      '169.254.0.0/16',
      '172.16.0.0/12',
      '192.168.0.0/16',
    ];
    assert.deepEqual(spec.egress, [
      {
        ports: [
          { port: 53, protocol: 'UDP' },
          { port: 53, protocol: 'TCP' },
        ],
      },
      { ports: [{ port: 6380, protocol: 'TCP' }] },
      {
        ports: [{ port: 5061, protocol: 'TCP' }],
        to: [
          { ipBlock: { cidr: '0.0.0.0/0', except: privateV4 } },
          { ipBlock: { cidr: '::/0', except: ['::1/128', 'fc00::/7', 'fe80::/10'] } },
          { ipBlock: { cidr: '10.20.0.0/16' } },
        ],
      },
      { ports: [{ port: 5062 }] },
    ]);
  });
});
