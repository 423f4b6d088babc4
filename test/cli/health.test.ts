import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { folderWithKeys, type Folder } from '../config/files.ts';
import { freePort } from '../lab/ports.ts';
import { fedmon } from './run-cli.ts';

let folder: Folder;
let silent: Server;
before(async () => {
  folder = await folderWithKeys();
  silent = createServer((request) => request.socket.destroy());
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
});
after(() => {
  silent.close();
  folder.remove();
});

/** A service as `health` sees it; returns its port. */
async function service(t: { after(end: () => void): void }, answers: Readonly<Record<string, string>>) {
  const server = createServer(({ url = '' }, response) => {
    const reason = answers[url];
    response.writeHead(reason === 'ok' ? 200 : 503).end(`${reason ?? 'never asked for'}\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

const listening = (port: number, host = '127.0.0.1') => ({ FEDMON_LISTEN: `${host}:${String(port)}` });

describe('fedmon health', () => {
  test('well: 0; with FEDMON_LISTEN no file is needed, and an address for everybody is asked on the loopback', async (t) => {
    const port = await service(t, { '/-/healthy': 'ok' });
    for (const host of ['127.0.0.1', '0.0.0.0']) {
      assert.deepEqual(await fedmon(['health'], folder.path, listening(port, host)), {
        code: 0,
        out: `127.0.0.1:${String(port)} is well\n`,
        err: '',
      });
    }
  });

  test('not well: 1 and the reason, without what a terminal would obey', async (t) => {
    const port = await service(t, { '/-/healthy': 'ok', '/-/ready': 'The store\u001b[2J is away.' });
    const { code, out, err } = await fedmon(['health', '--ready'], folder.path, listening(port));
    assert.deepEqual({ code, out }, { code: 1, out: '' });
    assert.match(err, /^fedmon: 127\.0\.0\.1:\d+ answers 503: The store.*is away\.\n$/);
    assert.ok(!err.includes('\u001b'));
    assert.equal((await fedmon(['health'], folder.path, listening(port))).code, 0);
  });

  test('nobody there, or no answer: 1', async () => {
    const port = await freePort();
    const nobody = await fedmon(['health'], folder.path, listening(port));
    assert.deepEqual(nobody, { code: 1, out: '', err: `fedmon: nothing listens on 127.0.0.1:${String(port)}.\n` });
    const mute = await fedmon(['health'], folder.path, listening((silent.address() as AddressInfo).port));
    assert.deepEqual({ code: mute.code, out: mute.out }, { code: 1, out: '' });
    assert.match(mute.err, /^fedmon: 127\.0\.0\.1:\d+ socket hang up\n$/);
  });

  test('the file says where the roles listen, whatever else is wrong in it; all that answer must be well', async (t) => {
    const well = await service(t, { '/-/healthy': 'ok' });
    const ill = await service(t, { '/-/healthy': 'The event loop stands still.' });
    const nobody = await freePort();
    const listen = (worker: number): string =>
      `partners: 7\nlisten: { exporter: '127.0.0.1:${String(well)}', scheduler: '127.0.0.1:${String(nobody)}', worker: '127.0.0.1:${String(worker)}' }\n`;
    folder.write('fedmon.yaml', listen(nobody));
    assert.equal((await fedmon(['health'], folder.path)).code, 0);
    assert.equal((await fedmon(['health', '--role', 'worker'], folder.path)).code, 1);
    folder.write('fedmon.yaml', listen(ill));
    const both = await fedmon(['health'], folder.path);
    assert.equal(both.code, 1);
    assert.match(both.err, /answers 503: The event loop stands still\.\n$/);
    assert.equal((await fedmon(['health', '--role', 'exporter'], folder.path)).code, 0);
  });

  test('a wrong address or file: 2', async () => {
    const wrong = await fedmon(['health'], folder.path, { FEDMON_LISTEN: 'everywhere' });
    assert.equal(wrong.code, 2);
    assert.match(wrong.err, /^environment {2}FEDMON_LISTEN: not an address and a port/);
    folder.write('listen.yaml', 'listen: { exporter: 7 }\n');
    const listen = await fedmon(['health', '--config', 'listen.yaml'], folder.path);
    assert.equal(listen.code, 2);
    assert.match(listen.err, /listen\.yaml:1:21 {2}listen\.exporter: got 7, expected an address and a port/);
    assert.equal((await fedmon(['health', '--role', 'all'], folder.path)).code, 2);
  });
});
