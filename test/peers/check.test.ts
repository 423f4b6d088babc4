import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import type { CheckReport } from '../../src/probe/report.ts';
import { authority, leaf, type Authority, type Leaf } from '../lab/certificates.ts';
import { needs, type Tool } from '../lab/debian.ts';
import { freePort } from '../lab/ports.ts';
import { startKamailio } from './kamailio.ts';
import { startKnot } from './knot.ts';
import { Shared } from './program.ts';

// The command as a person or a script starts it, in a process of its own, against a federation of real programs.

const program = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

let folder: string;
let root: Authority;
let edge: Leaf;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fedmon-check-'));
  root = await authority('Peers Root');
  const hosts = ['healthy', 'closed', 'half'].map((name) => `sip.${name}.example`);
  edge = await leaf({ names: hosts, issuer: root });
  const ours = await leaf({ names: ['mon.example'], issuer: root });
  writeFileSync(join(folder, 'root.pem'), root.certPem);
  writeFileSync(join(folder, 'client.pem'), ours.chainPem);
  writeFileSync(join(folder, 'client.key'), ours.keyPem);
});

let tools: readonly [Tool, Tool];
const shared = new Shared(async () => {
  const kamailio = await startKamailio(tools[1], {
    tls: { edge: { certificate: edge, clients: root.certPem } },
    script: 'if ($rd == "sip.closed.example") { sl_send_reply("403", "Forbidden"); exit; }',
  });
  const { edge: port } = kamailio.serves.tls;
  const nobody = await freePort();
  const service = (priority: number, at: number, target: string): string =>
    `_sipfederationtls._tcp SRV ${String(priority)} 0 ${String(at)} ${target}\n${target} A 127.0.0.1\n`;
  const knot = await startKnot(tools[0], {
    'healthy.example': service(10, port, 'sip'),
    'closed.example': service(10, port, 'sip'),
    'half.example': service(10, port, 'sip') + service(20, nobody, 'spare'),
    'broken.example': service(10, nobody, 'sip'),
  });
  return [knot, kamailio] as const;
});
after(async () => {
  await shared.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `fedmon ARGS` in the folder with the certificates, with a limit of its own on time. */
function fedmon(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd: folder, timeout: 20_000, env: { ...process.env, NO_COLOR: '1' } };
    execFile(process.execPath, [program, ...args], options, (error, out, err) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, out, err });
    });
  });
}

const identity = ['--cert', 'client.pem', '--key', 'client.key'] as const;

interface Rig {
  readonly dns: string;
  /** The flags for this federation, without our certificate. */
  readonly world: readonly string[];
}

async function rigFor(t: TestContext): Promise<Rig | null> {
  const found = await needs(t, 'knotd', 'kamailio');
  if (found === null) return null;
  tools = found;
  const [knot] = await shared.for(t);
  const dns = `127.0.0.1:${String(knot.serves.port)}`;
  return { dns, world: ['--dns', dns, '--allow', '127.0.0.0/8', '--ca', 'root.pem'] };
}

const reportsIn = (out: string): readonly CheckReport[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as CheckReport);

test('0: every partner passes, warnings allowed', async (t) => {
  const rig = await rigFor(t);
  if (rig === null) return;
  const ended = await fedmon('check', 'healthy.example', 'half.example', ...rig.world, ...identity, '--json');
  assert.equal(ended.code, 0, ended.out);
  assert.deepEqual(
    reportsIn(ended.out).map(({ domain, state, cause }) => [domain, state, cause?.code ?? null]),
    [
      ['healthy.example', 'healthy', null],
      ['half.example', 'degraded', 'tcp_refused'],
    ],
  );
});

test('1: at least one partner fails; the others are told of all the same', async (t) => {
  const rig = await rigFor(t);
  if (rig === null) return;
  const domains = ['broken.example', 'healthy.example', 'closed.example', 'gone.example'];
  const ended = await fedmon('check', ...domains, ...rig.world, ...identity, '--json');
  assert.equal(ended.code, 1);
  assert.deepEqual(
    reportsIn(ended.out).map(({ domain, state, cause }) => [domain, state, cause?.layer, cause?.code, cause?.side]),
    [
      ['broken.example', 'unreachable', 'tcp', 'tcp_refused', 'theirs'],
      ['healthy.example', 'healthy', undefined, undefined, undefined],
      ['closed.example', 'refused', 'policy', 'sip_forbidden', 'unknown'],
      ['gone.example', 'unknown', 'dns', 'dns_resolver_silent', 'unknown'],
    ],
  );
});

test('1: without what the federation asks of us, it says what is missing on our side', async (t) => {
  const rig = await rigFor(t);
  if (rig === null) return;
  const causeOf = async (...flags: readonly string[]): Promise<readonly unknown[]> => {
    const ended = await fedmon('check', 'healthy.example', ...flags, '--json');
    const cause = reportsIn(ended.out)[0]?.cause;
    return [ended.code, cause?.code, cause?.side];
  };
  assert.deepEqual(
    {
      certificate: await causeOf(...rig.world),
      trust: await causeOf('--dns', rig.dns, '--allow', '127.0.0.0/8', '--ca', 'mozilla', ...identity),
      egress: await causeOf('--dns', rig.dns, '--ca', 'root.pem', ...identity),
    },
    {
      certificate: [1, 'admission_certificate_required', 'ours'],
      trust: [1, 'tls_untrusted', 'theirs'],
      egress: [1, 'egress_denied', 'ours'],
    },
  );
});

test('2: a wrong command line says what is wrong and touches nothing', async (t) => {
  const rig = await rigFor(t);
  if (rig === null) return;
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['not a domain'], /not a domain/],
    [['healthy.example', ...rig.world, '--cert', 'client.pem'], /--key/],
    [['healthy.example', ...rig.world, '--cert', 'client.pem', '--key', 'missing.key'], /missing\.key/],
    [['healthy.example', ...rig.world, '--ca', 'client.key'], /client\.key/],
    [['healthy.example', ...rig.world, '--dns', 'localhost'], /localhost/],
    [['healthy.example', ...rig.world, '--sideways'], /--sideways/],
  ];
  for (const [args, says] of cases) {
    const ended = await fedmon('check', ...args);
    assert.deepEqual([ended.code, ended.out], [2, ''], args.join(' '));
    assert.match(ended.err, says);
  }
});

test('3: nothing could be run: no resolver answers', async (t) => {
  const rig = await rigFor(t);
  if (rig === null) return;
  const dead = `127.0.0.1:${String(await freePort())}`;
  const ended = await fedmon('check', 'healthy.example', '--dns', dead, '--allow', '127.0.0.0/8', '--json');
  const [seen] = reportsIn(ended.out);
  assert.deepEqual([ended.code, seen?.state, seen?.cause?.code], [3, 'unknown', 'dns_resolver_silent']);
});

/** The keys that the contract names, by where they stand. */
const contract = {
  report: [
    ...['schema', 'domain', 'profile', 'vantage', 'at', 'tookMs', 'state', 'cause', 'consequences'],
    ...['layers', 'route', 'edges', 'findings', 'steps'],
  ],
  cause: ['layer', 'code', 'side', 'summary', 'action', 'runbook'],
  layers: ['dns', 'tcp', 'tls', 'admission', 'sip', 'policy'],
  edge: ['host', 'port', 'transport', 'address', 'serverName', 'tls', 'sip', 'findings'],
  sip: ['status', 'reason'],
  finding: ['code', 'severity', 'layer', 'endpoint', 'args', 'summary'],
  step: ['name', 'target', 'startedMs', 'tookMs', 'failure'],
  failure: ['code', 'detail'],
};

function missing(keys: readonly string[], value: object | null | undefined): readonly string[] {
  return keys.filter((key) => value == null || !Object.hasOwn(value, key));
}

test('--json has every key of the contract', async (t) => {
  const rig = await rigFor(t);
  if (rig === null) return;
  const ended = await fedmon('check', 'closed.example', 'half.example', ...rig.world, ...identity, '--json');
  const reports = reportsIn(ended.out);
  assert.equal(reports.length, 2);
  for (const report of reports) {
    assert.deepEqual(missing(contract.report, report), []);
    assert.deepEqual(missing(contract.cause, report.cause), []);
    assert.deepEqual(Object.keys(report.layers), contract.layers);
    for (const proof of Object.values(report.layers)) assert.match(proof, /^(proven|failed|not_proven)$/);
    for (const each of report.edges) assert.deepEqual(missing(contract.edge, each), []);
    for (const each of report.findings) assert.deepEqual(missing(contract.finding, each), []);
    for (const each of report.steps) {
      assert.deepEqual(missing(contract.step, each), []);
      if (each.failure !== null) assert.deepEqual(missing(contract.failure, each.failure), []);
    }
    assert.match(report.at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.ok(report.tookMs > 0);
  }
  const [closed, half] = reports;
  assert.deepEqual(missing(contract.sip, closed?.edges[0]?.sip), []);
  assert.equal(closed?.edges[0]?.tls?.protocol, 'TLSv1.3');
  assert.deepEqual(
    closed.steps.map((step) => step.name),
    ['srv_lookup', 'address_lookup', 'address_lookup', 'tcp_connect', 'tls_handshake', 'admission', 'sip_options'],
  );
  assert.deepEqual(
    half?.edges.map(({ host, tls, sip }) => [host, tls === null, sip === null]),
    [
      ['sip.half.example', false, false],
      ['spare.half.example', true, true],
    ],
  );
});

test('a person reads verdict, cause, side and next step', async (t) => {
  const rig = await rigFor(t);
  if (rig === null) return;
  const broken = await fedmon('check', 'broken.example', ...rig.world, ...identity);
  assert.equal(broken.code, 1);
  assert.match(broken.out, /^broken\.example {2}unreachable$/m);
  assert.match(broken.out, /^ {2}Cause +sip\.broken\.example:\d+ \(127\.0\.0\.1\) .+/m);
  assert.match(broken.out, /^ {2}Side +theirs, most likely$/m);
  assert.match(broken.out, /^ {2}Next +\S.+/m);
  assert.match(broken.out, /^ {2}More +fedmon explain tcp_refused$/m);

  const healthy = await fedmon('check', 'healthy.example', ...rig.world, ...identity, '--trace');
  assert.equal(healthy.code, 0, healthy.out);
  assert.match(healthy.out, /^healthy\.example {2}healthy$/m);
  assert.match(healthy.out, /TLSv1\.3/);
  assert.match(healthy.out, /SIP +200 OK, kamailio/);
  assert.match(healthy.out, /sip_options +sip\.healthy\.example/);

  const explained = await fedmon('explain', 'tcp_refused');
  assert.equal(explained.code, 0, 'the command that was named works');
});
