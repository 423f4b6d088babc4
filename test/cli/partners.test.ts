import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { partnerObject, renderPartner } from '../../src/cli/render-partner.ts';
import { partnerLine, renderPartners } from '../../src/cli/render-partners.ts';
import { checkDefaults } from '../../src/config/defaults.ts';
import type { Partner } from '../../src/federation/partner.ts';
import { publish } from '../../src/federation/published.ts';
import type { Standing } from '../../src/federation/standing.ts';
import type { PartnerSnapshot, Snapshot } from '../../src/store/snapshot.ts';
import { golden } from './golden.ts';
import { writer } from '../federation/samples.ts';

const nowMs = Date.UTC(2026, 2, 1, 12);
const { defaults } = checkDefaults();
const plain = { colour: false, columns: null };

function partner(domain: string, over: Partial<Partner> = {}): Partner {
  const { everyMs = 300_000, timeoutMs = 30_000 } = defaults ?? {};
  const base = { name: null, tier: 'standard', owner: null, contact: null, route: null, everyMs, timeoutMs };
  return { domain, profile: 'microsoft-federation', ...base, ...over };
}

function standing(domain: string, over: Partial<Standing>): Standing {
  const proofs = {
    dns: 'proven',
    tcp: 'failed',
    tls: 'not_proven',
    admission: 'not_proven',
    sip: 'not_proven',
    policy: 'not_proven',
  } as const;
  return {
    domain,
    slotMs: nowMs - 60_000,
    examinedMs: nowMs - 60_000,
    state: 'healthy',
    sinceMs: nowMs - 86_400_000,
    cause: null,
    consequences: [],
    pending: null,
    lastBroken: null,
    recent: [],
    lastGoodMs: null,
    layers: proofs,
    edges: { up: 0, down: 1, unproven: 0 },
    checks: {},
    ...over,
  };
}

function shown(of: Partner, held: Standing | null, untilMs?: number): PartnerSnapshot {
  const windows =
    untilMs === undefined ? [] : [{ partners: [of.domain], fromMs: nowMs - 3_600_000, untilMs, reason: 'move' }];
  return {
    published: publish(of, held, windows, nowMs),
    route: null,
    edges: [],
    tally: { runs: {}, failures: [] },
    baseline: null,
  };
}

const refused = {
  code: 'tcp_refused',
  severity: 'fail',
  layer: 'tcp',
  endpoint: 'sip.fabrikam.com:5061 (192.0.2.1)',
  args: {},
  summary: 'sip.fabrikam.com:5061 (192.0.2.1) refuses \u001b[31mthe connection.',
} as const;

const broken = shown(
  partner('fabrikam.com', { name: 'Fabrikam', tier: 'critical', owner: 'team-uc' }),
  standing('fabrikam.com', {
    state: 'unreachable',
    sinceMs: nowMs - 7_500_000,
    lastGoodMs: nowMs - 7_560_000,
    cause: refused,
  }),
);
const snapshot: Snapshot = {
  nowMs,
  storeUp: true,
  events: [],
  partners: [
    shown(partner('contoso.com'), standing('contoso.com', {})),
    shown(partner('new.example'), null),
    shown(partner('stale.example'), standing('stale.example', { examinedMs: nowMs - 7_200_000 })),
    shown(partner('moving.example'), standing('moving.example', {}), nowMs + 3_600_000),
    broken,
  ],
};

describe('fedmon partners', () => {
  test('the list begins with the worst', () => {
    const states = partnerLine(snapshot).map(({ domain, state }) => `${domain} ${state}`);
    assert.deepEqual(states, [
      'fabrikam.com unreachable',
      'stale.example unknown',
      'new.example unknown',
      'moving.example maintenance',
      'contoso.com healthy',
    ]);
    golden('partners.txt', renderPartners(snapshot, plain));
  });

  test('one partner in full, before its first route is stored', () => {
    golden('partner.txt', renderPartner(broken, nowMs, { vantage: 'paris-1', writer }, plain));
    const { latest, code, since, lastGood } = partnerObject(broken, nowMs, { vantage: 'paris-1', writer });
    assert.deepEqual(
      { latest, code, since, lastGood },
      { latest: null, code: 'tcp_refused', since: '2026-03-01T09:55:00.000Z', lastGood: '2026-03-01T09:54:00.000Z' },
    );
  });
});
