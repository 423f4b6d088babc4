import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, test, type TestContext } from 'node:test';
import type { Browser } from 'playwright-core';
import { partnerStates } from '../../src/federation/state.ts';
import type { PartnerRow } from '../../src/http/api.ts';
import { operations } from '../../src/http/openapi.ts';
import { sideWords } from '../../src/http/words.ts';
import { eventually, json, startService, type Service } from '../e2e/service.ts';
import { progressOf } from '../lab/settled.ts';
import { browserFor, firstScreen, openPage, squeezed } from './browser.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe('the page in a real browser, on the demo', { timeout: 300_000 }, () => {
  let service: Service;
  let browser: Browser | null = null;
  let rows: readonly PartnerRow[] = [];
  const root = (): string => service.urls.exporter;
  const partners = async (): Promise<readonly PartnerRow[]> =>
    ((await json(`${root()}/api/v1/partners`)) as { partners: PartnerRow[] }).partners;

  before(async (t) => {
    browser = await browserFor(t as TestContext);
    if (browser === null) return;
    service = await startService(5_000);
    rows = await eventually(80_000, partners, (seen) => {
      const { everyState, others } = progressOf(service.fleet.partners, seen);
      return everyState && others.length === 0;
    });
  });
  after(async () => {
    if (browser === null) return;
    await browser.close();
    await service.stop();
  });
  const open = (options?: Parameters<typeof openPage>[1]) => {
    assert.ok(browser !== null);
    return openPage(browser, options);
  };

  test('from the fleet one click leads to cause, side and next step on the first screen, for every broken partner', async () => {
    const broken = rows.filter(({ cause }) => cause !== null);
    assert.ok(broken.length > 15, String(broken.length));
    const { page, complaints } = await open();
    for (const { domain, cause } of broken) {
      assert.ok(cause !== null);
      await page.goto(`${root()}/`);
      await page.getByRole('link', { name: domain, exact: true }).first().click();
      await page.getByRole('heading', { level: 1, name: domain }).waitFor();
      const seen = await firstScreen(page);
      for (const part of [cause.title, sideWords(cause.side, cause.confidence), cause.action]) {
        assert.ok(seen.includes(squeezed(part)), `${domain}: "${part}" is not on the first screen:\n${seen}`);
      }
    }
    assert.deepEqual(complaints, []);
  });

  test('the fleet page and the page of a partner in every state have no serious fault for people who cannot see, point or hear', async () => {
    const { page } = await open({ bypassCSP: true });
    const inBoth = ['/', '/?q=', '/partners/half-dead.example', '/explain/tcp_refused', '/ledger/healthy.example'];
    const ofStates = partnerStates.map(
      (state) => `/partners/${rows.find((each) => each.state === state)?.domain ?? ''}`,
    );
    for (const path of [...inBoth, '/explain/', ...ofStates]) {
      for (const colorScheme of inBoth.includes(path) ? (['light', 'dark'] as const) : (['light'] as const)) {
        await page.emulateMedia({ colorScheme });
        assert.equal((await page.goto(root() + path))?.status(), 200, path);
        await page.addScriptTag({ content: axe });
        const { violations } = await page.evaluate<{
          violations: { id: string; impact: string; nodes: { html: string }[] }[];
        }>('axe.run()');
        const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
        assert.deepEqual(
          grave.map(({ id, nodes }) => `${path} ${colorScheme}: ${id}: ${nodes[0]?.html ?? ''}`),
          [],
        );
      }
    }
  });

  test('every answer of the API has the shape that /api/v1/openapi.json describes', async () => {
    const described = (await json(`${root()}/api/v1/openapi.json`)) as { paths: Record<string, unknown> };
    assert.deepEqual(Object.keys(described.paths).slice(0, -1), Object.keys(operations));
    for (const [path, { answer }] of Object.entries(operations)) {
      for (const { domain } of path.includes('{') ? rows : rows.slice(0, 1)) {
        const read = answer.safeParse(await json(root() + path.replace('{domain}', domain)));
        assert.ok(read.success, `${path} of ${domain}: ${JSON.stringify(read.error?.issues[0])}`);
      }
    }
  });

  test('narrow screens: nothing is wider than the screen', async () => {
    const { page } = await open({ viewport: { width: 360, height: 740 } });
    for (const path of ['/', '/partners/half-dead.example', '/partners/expired.example']) {
      await page.goto(root() + path);
      const [wide, screen] = await page.evaluate<[number, number]>(
        '[document.documentElement.scrollWidth, innerWidth]',
      );
      assert.equal(wide, screen, path);
    }
  });

  test('the skip link is the first stop of the keyboard, and a partner can be opened without a mouse', async () => {
    const { page } = await open();
    await page.goto(`${root()}/?refresh=off`);
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to the content');
    await page.getByRole('link', { name: 'half-dead.example', exact: true }).first().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'half-dead.example' }).waitFor();
  });

  test('without scripts everything is there, and the page asks for itself again', async () => {
    const { page, complaints } = await open({ javaScriptEnabled: false });
    await page.goto(`${root()}/partners/half-dead.example`);
    await page.getByText('Next step').first().waitFor();
    const again = page.waitForRequest(/half-dead/, { timeout: 9_000 });
    await again;
    assert.deepEqual(complaints, []);
  });

  test('an edge that dies is seen without loading the page anew, and what is marked stays marked', async () => {
    const { page, complaints } = await open();
    await page.goto(`${root()}/`);
    await page.evaluate('void (window.loadedOnce = true)');
    const heading = (): Promise<string> => page.locator('h1').innerText();
    const before = await heading();
    await Promise.all(service.fleet.edges('mutual.example').map((edge) => edge.stop()));
    const after = await eventually(40_000, heading, (seen) => seen !== before);
    assert.notEqual(after, before);
    assert.equal(await page.evaluate('window.loadedOnce'), true, 'it is the same page');
    await page.goto(`${root()}/partners/mutual.example`);
    const selected = 'getSelection().toString()';
    await page.evaluate("getSelection().selectAllChildren(document.querySelector('h1'))");
    const marked = await page.evaluate(selected);
    assert.equal(marked, 'mutual.example');
    await page.waitForTimeout(6_500);
    assert.equal(await page.evaluate(selected), marked);
    assert.deepEqual(complaints, []);
  });
});
