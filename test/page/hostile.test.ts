import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startHttp } from '../../src/http/server.ts';
import { canaries, mark } from '../hostile/canaries.ts';
import { canaryDomains, canaryServers } from '../hostile/canary-partners.ts';
import { canaryService } from '../hostile/canary-service.ts';
import { authority } from '../lab/certificates.ts';
import { trustFile } from '../net/test-certificates.ts';
import { quiet } from '../queue/rig.ts';
import { browserFor, openPage } from './browser.ts';

/** Texts that would be something else than text in a browser. */
const markup = [
  'script',
  'image',
  'attribute end',
  'quote end',
  'comment',
  'style end',
  'script URL',
  'template literal',
];
const places = markup.map((name) => canaries.findIndex(([each]) => each === name));
const wanted = canaryDomains.filter((domain) =>
  places.some((at) => new RegExp(`\\.[cs]${String(at)}\\.`).test(domain)),
);

test('what strangers say in certificates, DNS and SIP stays text in a browser: nothing runs, nothing is fetched', async (t) => {
  const browser = await browserFor(t);
  if (browser === null) return;
  t.after(() => browser.close());
  const root = await authority('Canary Lab');
  const trust = trustFile(root.certPem);
  t.after(() => trust.remove());
  const servers = await canaryServers(root);
  t.after(() => servers.stop());
  assert.ok(wanted.length >= 40, String(wanted.length));
  const service = canaryService(wanted, servers.port, trust.path);
  await service.round();
  await service.round();
  const { views } = service.exporter;
  const server = await startHttp(
    {
      healthy: () => true,
      ready: () => Promise.resolve(true),
      metrics: () => Promise.resolve(''),
      views,
      listen: { host: '127.0.0.1', port: 0 },
    },
    quiet,
  );
  t.after(() => server.stop());

  const { page, complaints } = await openPage(browser);
  const [dialogs, strange]: [string[], string[]] = [[], []];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url)) strange.push(request.url());
  });
  await page.addInitScript(`window.ran = []; window.${mark} = () => window.ran.push(location.href);`);
  let told = 0;
  const ledgers = wanted.slice(0, 8).map((domain) => `/ledger/${domain}`);
  for (const path of ['/', ...wanted.map((domain) => `/partners/${domain}`), ...ledgers]) {
    await page.goto(server.url + path, { waitUntil: 'domcontentloaded' });
    const seen = await page.evaluate<{ scripts: number; handlers: number; ran: string[]; text: string }>(`({
      scripts: document.scripts.length,
      handlers: [...document.querySelectorAll('*')].filter((each) => each.getAttributeNames().some((name) => name.startsWith('on') || name === 'style')).length,
      ran: window.ran,
      text: document.body.innerText,
    })`);
    assert.ok(seen.scripts <= 1, path);
    assert.deepEqual([seen.handlers, seen.ran], [0, []], path);
    if (seen.text.includes(mark)) told += 1;
  }
  assert.ok(told >= wanted.length / 2, `${String(told)} pages show such a text: else nothing was proven`);
  assert.deepEqual({ dialogs, strange, complaints }, { dialogs: [], strange: [], complaints: [] });
});
