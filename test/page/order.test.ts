import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Demanded } from '../../src/http/route-examine.ts';
import { startHttp } from '../../src/http/server.ts';
import { writer } from '../federation/samples.ts';
import * as made from '../metrics/made-up.ts';
import { quiet } from '../queue/rig.ts';
import { browserFor, openPage } from './browser.ts';

const token = 'a-token-of-thirty-two-characters';
const domain = 'refused.example';

test('"Examine now" in a real browser, with scripts and without: the token is in no address and no page', async (t) => {
  const browser = await browserFor(t);
  if (browser === null) return;
  t.after(() => browser.close());
  const asked: string[] = [];
  const snapshot = made.fleet();
  const examine = (each: string): Promise<Demanded> => {
    asked.push(each);
    return Promise.resolve({ is: 'queued', slotMs: made.examinedMs + 5, vantages: ['here-1'] });
  };
  const server = await startHttp(
    {
      metrics: () => Promise.resolve(''),
      healthy: () => true,
      ready: () => Promise.resolve(true),
      views: {
        vantage: 'here-1',
        writer,
        snapshot: () => Promise.resolve(snapshot),
        config: () => '',
        events: () => Promise.resolve([]),
        ledger: () => Promise.resolve(null),
      },
      orders: { token, examine, reload: () => Promise.resolve({ ok: true, diff: {} }) },
      listen: { host: '127.0.0.1', port: 0 },
    },
    quiet,
  );
  t.after(() => server.stop());
  for (const javaScriptEnabled of [true, false]) {
    const { page, complaints } = await openPage(browser, { javaScriptEnabled });
    const addresses: string[] = [];
    page.on('request', (request) => addresses.push(request.url()));
    await page.goto(`${server.url}/partners/${domain}`);
    await page.getByRole('link', { name: 'Examine now' }).click();
    await page.getByLabel('Token').fill(token);
    await page.getByRole('button', { name: `Examine ${domain}` }).click();
    await page.getByRole('status').getByText('it is at the front of the queue').waitFor();
    assert.equal((await page.content()).includes(token), false);
    assert.deepEqual(
      addresses.filter((each) => each.includes(token)),
      [],
    );
    assert.deepEqual(complaints, []);
  }
  assert.deepEqual(asked, [domain, domain]);
});
