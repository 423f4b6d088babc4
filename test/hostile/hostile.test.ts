import assert from 'node:assert/strict';
import { channel } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { openSockets } from '../net/loopback.ts';
import { watchBurden, type Burden } from './burden.ts';
import { examiner, timeoutMs, type Examined } from './examined.ts';
import { startServers, type Servers } from './servers.ts';
import { scripts } from './scripts.ts';

const atOnce = 16;

/** What every object, list and function has. */
const sharedKeys = (): readonly PropertyKey[] =>
  [Object.prototype, Array.prototype, Function.prototype].flatMap((each) => Reflect.ownKeys(each));
const keysBefore = sharedKeys();

describe(`${String(scripts.length)} hostile servers`, () => {
  let servers: Servers;
  let burden: Burden;
  const seen = new Map<string, Examined>();
  /** Every address that a TCP socket of ours was opened to. */
  const dialled = new Set<string>();
  const opened = channel('net.client.socket');
  const note = (message: unknown): void => {
    const { socket } = message as { readonly socket: Socket };
    socket.on('connectionAttempt', (address: string) => dialled.add(address));
  };

  before(async () => {
    servers = await startServers();
    const partners = examiner(servers);
    // All of them first: what it costs to make a certificate is not part of an examination.
    const ports = await Promise.all(scripts.map((_, at) => servers.start(at)));
    const left = scripts.map((script, at) => ({ script, at, port: ports[at] ?? 0 }));
    opened.subscribe(note);
    const stop = watchBurden();
    const work = async (): Promise<void> => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        seen.set(`${next.script.layer}: ${next.script.name}`, await partners.examine(next.script, next.at, next.port));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    burden = stop();
    opened.unsubscribe(note);
    partners.end();
  });
  after(() => servers.end());

  for (const script of scripts) {
    const title = `${script.layer}: ${script.name}`;
    test(title, () => {
      const examined = seen.get(title);
      assert.ok(examined !== undefined, 'names are unique');
      const { report, tookMs, counts } = examined;
      const codes = [report.cause?.code, ...report.findings.map(({ code }) => code)].filter(
        (each) => each !== undefined,
      );
      assert.deepEqual(
        { state: report.state, codes: [...new Set(codes)] },
        { state: script.state, codes: script.codes },
      );
      assert.ok(tookMs <= timeoutMs + 1_000, `${String(Math.round(tookMs))} ms`);
      assert.ok(script.counted?.(counts) ?? true, JSON.stringify(counts));
      const failures = report.steps.map(({ failure }) => failure?.code);
      assert.ok(!failures.includes('unclassified'), JSON.stringify(report.steps));
    });
  }

  test('the event loop turns, memory is given back and no promise is lost', (t) => {
    t.diagnostic(JSON.stringify(burden));
    assert.deepEqual(burden.rejections, []);
    assert.ok(burden.longestMs < 100, `${String(burden.longestMs)} ms without a turn`);
    assert.ok(burden.grownBy < 16 * 1024 * 1024, `${String(burden.grownBy)} octets more`);
  });

  test('nothing that was said became a property of all objects', () => {
    assert.deepEqual(sharedKeys(), keysBefore);
  });

  test('nothing but the allowed address was ever dialled', () => {
    assert.deepEqual([...dialled], ['127.0.0.1']);
  });

  test('no socket stays open', async () => {
    assert.equal(await openSockets(), 0);
  });
});
