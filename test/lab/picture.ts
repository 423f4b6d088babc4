// `npm run picture`: draws the pictures of the README from the demo's fleet, with a real browser.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startService, eventually, json } from '../e2e/service.ts';
import { tool } from './debian.ts';
import { progressOf, rowsOf } from './settled.ts';

const run = promisify(execFile);
const folder = join(import.meta.dirname, '..', '..', 'dashboards', 'pictures');

/** A browser that talks to nobody but the page. */
const quiet =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync --hide-scrollbars';

const pictures = [
  { name: 'fleet.png', path: '/', size: '1360,900' },
  { name: 'partner.png', path: '/partners/refuses-cert-tls13.example', size: '1200,820' },
] as const;

const chromium = await tool('chromium');
if (chromium === null) throw new Error('chromium is not on PATH: apt-get install chromium');
mkdirSync(folder, { recursive: true });
const profile = mkdtempSync(join(tmpdir(), 'fedmon-picture-'));
const service = await startService(5_000);
try {
  await eventually(
    90_000,
    async () => progressOf(service.fleet.partners, rowsOf(await json(`${service.urls.exporter}/api/v1/partners`))),
    ({ everyState, others }) => everyState && others.length === 0,
  );
  for (const { name, path, size } of pictures) {
    const file = join(folder, name);
    const about = [`--user-data-dir=${profile}`, `--window-size=${size}`, `--screenshot=${file}`];
    const env = { ...process.env, ...chromium.env };
    await run(chromium.path, [...quiet.split(' '), ...about, service.urls.exporter + path], { timeout: 60_000, env });
    process.stdout.write(`${file}\n`);
  }
} finally {
  await service.stop();
  rmSync(profile, { recursive: true, force: true });
}
