import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dashboardQueries, metricsIn, recordedIn, selectorsIn, substitute } from '../../dashboards/src/queries.ts';

describe('dashboardQueries', () => {
  it('replaces variables by their whole name and leaves unknown ones', () => {
    assert.equal(
      substitute('a{j=~"$job"}[$__range] ${partner} $jobs', { job: 'x', __range: '1h', partner: 'p' }),
      'a{j=~"x"}[1h] p $jobs',
    );
  });

  it('finds the queries of panels in rows', () => {
    const nested = {
      panels: [
        {
          title: 'row',
          panels: [{ title: 'inner', targets: [{ refId: 'B', expr: 'up{job=~"$job"}', instant: true }] }],
        },
      ],
    };
    assert.deepEqual(dashboardQueries(nested), [{ panel: 'inner', refId: 'B', expr: 'up{job=~".+"}', instant: true }]);
  });
});

describe('what an expression reads', () => {
  const expr =
    'sum by (le) (rate(fedmon_job_wait_seconds_bucket{a="1"}[1m])) / fedmon_store_up{} + job_tier:fedmon_store_up:avg{b=~"$b"}';

  it('metrics by family, once, recorded series apart', () => {
    assert.deepEqual(metricsIn(expr), ['fedmon_job_wait_seconds', 'fedmon_store_up']);
    assert.deepEqual(recordedIn(expr), ['job_tier:fedmon_store_up:avg']);
  });

  it('selectors with their matchers', () => {
    assert.deepEqual(selectorsIn(expr), [
      { name: 'fedmon_job_wait_seconds_bucket', matchers: 'a="1"' },
      { name: 'fedmon_store_up', matchers: '' },
      { name: 'job_tier:fedmon_store_up:avg', matchers: 'b=~"$b"' },
    ]);
  });
});
