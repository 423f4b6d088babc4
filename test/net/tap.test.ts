import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, it } from 'node:test';
import { maxRecorded, maxTurn, Tap } from '../../src/net/tap.ts';
import { openSockets, peer, type Peer } from './loopback.ts';

/** Octets that tell their place: a part that is lost or changed places is seen. */
const octets = (count: number): Buffer =>
  Buffer.from(Array.from({ length: count }, (_, at) => (at * 7 + (at >> 8)) & 255));

const peers: Peer[] = [];
afterEach(async () => {
  await Promise.all(peers.splice(0).map((each) => each.stop()));
  assert.equal(await openSockets(), 0, 'no socket is left open');
});

async function tapOn(serve: (socket: Socket) => void): Promise<{ readonly tap: Tap; readonly raw: Socket }> {
  const made = await peer(serve);
  peers.push(made);
  const raw = connect(made.port, made.address);
  await once(raw, 'connect');
  return { tap: new Tap(raw), raw };
}

/** What was read until the end, and the code of the error that ended it. */
async function all(
  tap: Tap,
): Promise<{ readonly read: Buffer; readonly error: string | null; readonly ended: boolean }> {
  const read: Buffer[] = [];
  let [error, ended]: [string | null, boolean] = [null, false];
  tap.on('error', (each: NodeJS.ErrnoException) => (error = `${each.syscall ?? ''} ${each.code ?? ''}`));
  tap.on('end', () => (ended = true)).on('data', (bytes: Buffer) => read.push(bytes));
  tap.resume();
  if (!tap.closed) await new Promise((resolve) => tap.once('close', resolve));
  return { read: Buffer.concat(read), error, ended };
}

/** Long enough for all that was sent to lie in our kernel: a reset takes away only what did not get there. */
const settledMs = 100;

describe('the tap', () => {
  const sent = octets(300_000);

  it('passes everything on that came before an orderly end, also to one who reads late', async () => {
    for (const lateMs of [0, settledMs]) {
      const { tap } = await tapOn((socket) => void socket.end(sent));
      tap.pause();
      await pause(lateMs);
      const { read, error, ended } = await all(tap);
      assert.deepEqual([read.equals(sent), error, ended], [true, null, true]);
    }
  });

  it('passes everything on that came before a reset, and then the same error', async () => {
    for (const count of [1, 16_385, 65_537, 120_000]) {
      const { tap, raw } = await tapOn((socket) => {
        socket.write(sent.subarray(0, count));
        setTimeout(() => socket.resetAndDestroy(), settledMs);
      });
      tap.on('error', () => undefined).pause();
      const gone = new Promise((resolve) => raw.once('close', resolve));
      // One who does not read at all would not hear of the reset either.
      setTimeout(() => void tap.read(0), settledMs / 2);
      await Promise.race([gone, pause(4 * settledMs)]);
      const { read, error, ended } = await all(tap);
      assert.deepEqual(
        [read.equals(sent.subarray(0, count)), error, ended],
        [true, 'read ECONNRESET', false],
        String(count),
      );
    }
  });

  it('holds back a peer that sends more than is read', async () => {
    const { tap, raw } = await tapOn((socket) => void socket.write(Buffer.alloc(64 * 1024 * 1024)));
    tap.pause();
    await pause(settledMs);
    assert.ok(raw.bytesRead <= 512 * 1024, String(raw.bytesRead));
    tap.destroy();
  });

  it('an error of writing does not go before what was not read yet', async () => {
    const { tap, raw } = await tapOn((socket) => {
      socket.write(sent.subarray(0, 1_000));
      setTimeout(() => socket.resetAndDestroy(), settledMs / 2);
    });
    tap.on('error', () => undefined).pause();
    await pause(settledMs);
    tap.write('x');
    tap.write('x');
    await pause(settledMs);
    assert.equal(raw.destroyed, true);
    const { read, error } = await all(tap);
    assert.equal(read.length, 1_000);
    assert.match(error ?? '', /ECONNRESET|EPIPE/);
  });

  it(`keeps the first ${String(maxRecorded)} octets, and not one more`, async () => {
    for (const count of [maxRecorded - 1, maxRecorded, maxRecorded + 1]) {
      const { tap } = await tapOn((socket) => void socket.end(sent.subarray(0, count)));
      let recorded: Buffer = Buffer.alloc(0);
      tap.on('end', () => (recorded = tap.recorded()));
      await all(tap);
      assert.ok(recorded.equals(sent.subarray(0, Math.min(count, maxRecorded))), String(count));
      assert.equal(tap.recorded().length, 0);
    }
  });

  it(`passes on ${String(maxTurn)} octets in one turn of the event loop, and not one more`, async () => {
    for (const [count, least] of [
      [maxTurn, 1],
      [maxTurn + 1, 2],
      [10 * maxTurn, 10],
    ] as const) {
      const { tap } = await tapOn((socket) => void socket.end(sent.subarray(0, count)));
      tap.pause();
      await pause(settledMs);
      const turns: number[] = [];
      let turn = 0;
      let next = setImmediate(function tick() {
        turn += 1;
        next = setImmediate(tick);
      });
      tap.on('data', (bytes: Buffer) => (turns[turn] = (turns[turn] ?? 0) + bytes.length));
      const { read } = await all(tap);
      clearImmediate(next);
      assert.ok(read.equals(sent.subarray(0, count)), String(count));
      const passed = turns.filter((each) => each > 0);
      assert.ok(Math.max(...passed) <= maxTurn, passed.join(' '));
      assert.ok(passed.length >= least, passed.join(' '));
      if (least === 1) assert.equal(passed.length, 1);
    }
  });

  it('what we send last gets there', async () => {
    const got: Buffer[] = [];
    const made = await peer((socket) => {
      socket.on('data', (bytes) => got.push(bytes));
      socket.write('first');
    });
    peers.push(made);
    const raw = connect(made.port, made.address);
    await once(raw, 'connect');
    const tap = new Tap(raw);
    await once(tap, 'data');
    tap.end('last');
    await all(tap);
    assert.equal(Buffer.concat(got).toString(), 'last');
  });
});
