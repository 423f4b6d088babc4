import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { createOwnMetrics } from '../../src/metrics/own-prometheus.ts';
import { systemClock, type Clock } from '../../src/net/clock.ts';
import { createNet } from '../../src/net/node-net.ts';
import { identityPeriodMs, keepIdentities, type IdentityKeeper } from '../../src/role/identities.ts';
import { authority, leaf, type Authority, type Leaf } from '../lab/certificates.ts';
import { tlsPeer, type Peer } from '../net/loopback.ts';

const dayMs = 86_400_000;
const inDays = (days: number): Date => new Date(Date.now() + days * dayMs);

let folder: string;
let root: Authority;
let server: Leaf;
let asking: Peer;
const shown: (string | null)[] = [];

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fedmon-identities-'));
  root = await authority('Identity Root');
  server = await leaf({ names: ['sip.a.example'], issuer: root });
  writeFileSync(join(folder, 'root.pem'), root.certPem);
  const asks = { cert: server.chainPem, key: server.keyPem, requestCert: true, rejectUnauthorized: false };
  asking = await tlsPeer(asks, (socket: TLSSocket) => {
    const { subject } = socket.getPeerCertificate() as { readonly subject?: { readonly CN?: string } };
    shown.push(subject?.CN ?? null);
    socket.end('seen');
  });
});
after(async () => {
  await asking.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => shown.splice(0));

const at = (name: string): string => join(folder, name);

/** As a careful renewal does it: each file is replaced at once, never written in place. */
function put(name: string, text: string): void {
  writeFileSync(at(`${name}.new`), text);
  renameSync(at(`${name}.new`), at(name));
}

const later = (change: () => void) => (): Promise<void> => {
  change();
  return Promise.resolve();
};

const put2 = (name: string, made: Leaf): void => {
  put(`${name}.pem`, made.chainPem);
  put(`${name}.key`, made.keyPem);
};

function keeper(names: readonly string[], clock: Clock = systemClock) {
  const said: string[] = [];
  const own = createOwnMetrics();
  const note = (fields: object, message: string): void => void said.push(`${message} ${JSON.stringify(fields)}`);
  const kept = keepIdentities(
    {
      identity: {
        domain: 'mon.example',
        contact: 'noc@mon.example',
        certFile: at('usual.pem'),
        keyFile: at('usual.key'),
      },
      identities: names.map((name) => ({ name, certFile: at(`${name}.pem`), keyFile: at(`${name}.key`) })),
    },
    { clock, own, log: { debug: note, info: note, warn: note, error: note } },
  );
  const state = async (name: string): Promise<string | undefined> => {
    const line = `fedmon_identity_last_reload_successful{identity="${name}"} `;
    return (await own.text())
      .split('\n')
      .find((each) => each.startsWith(line))
      ?.slice(line.length);
  };
  return { kept, said, state };
}

/** Shows itself to a server that asks everybody for a certificate and takes any. */
async function present(kept: IdentityKeeper, identity?: string): Promise<string | null | undefined> {
  const net = createNet({
    egressAllow: ['127.0.0.1'],
    trust: at('root.pem'),
    certificate: null,
    identities: kept.identities,
  });
  const signal = AbortSignal.timeout(5_000);
  const link = await net.connect(asking, signal);
  try {
    const as = { serverName: 'sip.a.example', ...(identity === undefined ? {} : { identity }) };
    await link.secure(as, signal);
    await link.receive(signal);
    assert.equal(link.seen()?.offeredCertificate, shown.at(-1) !== null);
    return shown.at(-1);
  } finally {
    link.close();
  }
}

test('each partner is shown the identity it chose, and another one nothing though it asks', async () => {
  put2('usual', await leaf({ names: ['usual.example'], issuer: root }));
  put2('lab', await leaf({ names: ['lab.example'], issuer: root }));
  const { kept } = keeper(['lab']);
  assert.equal(await present(kept), 'usual.example');
  assert.equal(await present(kept, 'lab'), 'lab.example');
  assert.equal(await present(kept, 'none'), null);
  await assert.rejects(present(kept, 'gone'), { message: 'identity_unknown: no identity gone in the configuration' });
  assert.deepEqual(shown, ['usual.example', 'lab.example', null]);
});

test('a renewed certificate is taken without a restart, and its context is kept until then', async () => {
  put2('usual', await leaf({ names: ['first.example'], issuer: root }));
  const { kept, said, state } = keeper([]);
  const before = kept.identities(undefined);
  await kept.look();
  assert.equal(kept.identities(undefined), before, 'nothing changed: the same object');
  put2('usual', await leaf({ names: ['second.example'], issuer: root }));
  assert.equal(await present(kept), 'first.example');
  await kept.look();
  assert.equal(await present(kept), 'second.example');
  assert.equal(await state('default'), '1');
  assert.equal(said.length, 1);
  assert.match(said[0] ?? '', /^a renewed identity is in use .*"identity":"default"/);
});

test('half a renewal, an expired one, one of the future and none at all leave the old one in use, and are said once', async () => {
  const broken: readonly (readonly [string, () => Promise<void>, RegExp])[] = [
    [
      'the key of another',
      async () => {
        put('usual.key', (await leaf({ names: ['x.example'] })).keyPem);
      },
      /does not belong/,
    ],
    ['no PEM', later(() => put('usual.pem', 'nothing')), /no PEM certificate/],
    ['encrypted', later(() => put('usual.key', '-----BEGIN ENCRYPTED PRIVATE KEY-----')), /encrypted/],
    [
      'expired',
      async () => {
        put2('usual', await leaf({ names: ['x.example'], notAfter: inDays(-1) }));
      },
      /expired at/,
    ],
    [
      'not yet valid',
      async () => {
        put2('usual', await leaf({ names: ['x.example'], notBefore: inDays(1) }));
      },
      /valid only from/,
    ],
    ['gone', later(() => rmSync(at('usual.pem'))), /ENOENT/],
  ];
  for (const [what, change, because] of broken) {
    put2('usual', await leaf({ names: ['old.example'], issuer: root }));
    const { kept, said, state } = keeper([]);
    await change();
    await kept.look();
    await kept.look();
    assert.equal(said.length, 1, `${what}: ${said.join('\n')}`);
    assert.match(said[0] ?? '', because, what);
    assert.equal(await state('default'), '0', what);
    assert.equal(await present(kept), 'old.example', what);
    put2('usual', await leaf({ names: ['new.example'], issuer: root }));
    await kept.look();
    assert.equal(await present(kept), 'new.example', `after ${what}`);
    assert.equal(await state('default'), '1', what);
  }
});

test('another configuration adds and removes identities; one that stays is kept as it is', async () => {
  put2('usual', await leaf({ names: ['usual.example'], issuer: root }));
  put2('lab', await leaf({ names: ['lab.example'], issuer: root }));
  const { kept, state } = keeper(['lab']);
  const before = kept.identities(undefined);
  const identity = {
    domain: 'mon.example',
    contact: 'noc@mon.example',
    certFile: at('usual.pem'),
    keyFile: at('usual.key'),
  };
  kept.use({ identity, identities: [{ name: 'more', certFile: at('lab.pem'), keyFile: at('lab.key') }] });
  assert.equal(kept.identities(undefined), before);
  assert.equal(kept.identities('lab'), undefined);
  assert.equal(await present(kept, 'more'), 'lab.example');
  assert.deepEqual([await state('default'), await state('lab'), await state('more')], ['1', undefined, '1']);
});

test('the files are looked at every 30 seconds until it is stopped', async () => {
  put2('usual', await leaf({ names: ['first.example'], issuer: root }));
  const due: { readonly ms: number; readonly run: () => void; cancelled: boolean }[] = [];
  const { kept, said } = keeper([], {
    ...systemClock,
    after(ms, run) {
      const timer = { ms, run, cancelled: false };
      due.push(timer);
      return () => void (timer.cancelled = true);
    },
  });
  kept.start();
  put2('usual', await leaf({ names: ['second.example'], issuer: root }));
  due[0]?.run();
  while (due.length < 2) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(said.length, 1);
  kept.stop();
  assert.deepEqual(
    due.map(({ ms, cancelled }) => [ms, cancelled]),
    [
      [identityPeriodMs, false],
      [identityPeriodMs, true],
    ],
  );
});

test('an identity that cannot be used to begin with is named', async () => {
  put2('usual', await leaf({ names: ['first.example'] }));
  put2('lab', await leaf({ names: ['lab.example'] }));
  put('lab.key', (await leaf({ names: ['x.example'] })).keyPem);
  assert.throws(() => keeper(['lab']), /^Error: identity lab: .*lab\.key: the key does not belong to the certificate/);
});
