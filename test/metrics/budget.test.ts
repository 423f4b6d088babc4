import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mostSeries, mostSeriesOf, withinBudget } from '../../src/metrics/budget.ts';
import { metrics } from '../../src/metrics/catalogue.ts';
import { written } from '../../src/metrics/exposition.ts';
import { createOwnMetrics } from '../../src/metrics/own-prometheus.ts';
import { sample } from '../../src/metrics/sample.ts';

const part = (series: number) =>
  written(
    Array.from({ length: series }, (_, at) => sample('fedmon_partner_interval_seconds', { partner: String(at) }, 1)),
  );

function kept(
  sizes: readonly number[],
  most: number,
): { readonly series: readonly number[]; readonly dropped: number } {
  let dropped = 0;
  const parts = withinBudget(sizes.map(part), (series) => (dropped += series), most);
  return { series: [...parts].map(({ series }) => series), dropped };
}

test('what fits into the budget is shown, each part whole or not at all, and what is left out is counted', () => {
  assert.deepEqual(kept([4, 4, 2], 10), { series: [4, 4, 2], dropped: 0 });
  assert.deepEqual(kept([4, 4, 3], 10), { series: [4, 4], dropped: 3 });
  assert.deepEqual(kept([4, 7, 6, 1], 10), { series: [4, 6], dropped: 8 });
});

test('the budget holds 10,000 partners with all they can have, 1,000 edges, 16 vantages and us', () => {
  assert.equal(mostSeriesOf('partner'), 44);
  assert.equal(mostSeriesOf('edge'), 17);
  const wanted = 10_000 * mostSeriesOf('partner') + 1_000 * mostSeriesOf('edge') + 16 * mostSeriesOf('vantage');
  assert.ok(wanted + mostSeriesOf('exporter') < mostSeries, String(wanted));
  assert.match(metrics.fedmon_exporter_series_dropped_total.help, new RegExp(mostSeries.toLocaleString('en')));
});

test('series that were left out are counted by the process', async () => {
  const own = createOwnMetrics();
  assert.match(await own.text(), /^fedmon_exporter_series_dropped_total 0$/m);
  own.seriesDropped(12);
  own.seriesDropped(3);
  assert.match(await own.text(), /^fedmon_exporter_series_dropped_total 15$/m);
});
