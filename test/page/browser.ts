import type { TestContext } from 'node:test';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { needs } from '../lab/debian.ts';

/** A page of a real browser, and what it complained about: console errors, refused resources, uncaught errors. */
export interface Watched {
  readonly page: Page;
  readonly complaints: readonly string[];
}

/** Debian's Chromium without a window; null after the test was skipped with a reason. */
export async function browserFor(t: TestContext): Promise<Browser | null> {
  const tools = await needs(t, 'chromium');
  if (tools === null) return null;
  const [{ path, env }] = tools;
  return chromium.launch({
    executablePath: path,
    env: { ...process.env, ...env },
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
  });
}

export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, complaints };
}

// Scripts of a page are texts here: this project knows no types of a browser.
const visibleText = `(() => {
  const seen = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(node);
    const { bottom, height, width } = range.getBoundingClientRect();
    if (height > 0 && width > 0 && bottom <= innerHeight) seen.push(node.textContent);
  }
  return seen.join(' ');
})()`;

/** The text that a person sees without scrolling, spaces made one. */
export async function firstScreen(page: Page): Promise<string> {
  return squeezed(await page.evaluate<string>(visibleText));
}

/** Spaces and soft breaks as a reader sees them. */
export function squeezed(text: string): string {
  return text
    .replace(/\u200b|\u00ad/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
