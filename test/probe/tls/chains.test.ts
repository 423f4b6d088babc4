import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as tcp, isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { connect as tls } from 'node:tls';
import type { Finding } from '../../../src/federation/finding.ts';
import { x509Rules } from '../../../src/federation/x509-rule.ts';
import { systemClock } from '../../../src/net/clock.ts';
import { createNet } from '../../../src/net/node-net.ts';
import { Connection } from '../../../src/probe/connection.ts';
import { tls as kind } from '../../../src/probe/tls/index.ts';
import { Trail } from '../../../src/probe/trail.ts';
import { cases } from '../../corpus/x509/all.ts';
import type { Case, Presented } from '../../corpus/x509/case.ts';
import { host } from '../../corpus/x509/certificate.ts';
import { octetServer, pem, tlsServer } from '../../corpus/x509/server.ts';

// What every verifier must accept and must reject, presented by a real server, looked at by our network and judged by
// the kind. Beside it, what Node answers to the same chains with its own check.

const folder = mkdtempSync(join(tmpdir(), 'fedmon-chains-'));
after(() => rmSync(folder, { recursive: true }));

/** The findings of one examination of a server that presents this. */
async function ours(presented: Presented, wanted: string, port: number): Promise<readonly Finding[]> {
  const trust = join(folder, `${String(port)}.pem`);
  writeFileSync(trust, presented.roots.map(({ der }) => pem(der)).join(''));
  const net = createNet({ egressAllow: ['127.0.0.0/8'], trust, certificate: null });
  const edge = {
    transport: 'tls',
    host: wanted,
    port,
    address: '127.0.0.1',
    serverName: wanted,
    options: true,
  } as const;
  const connection = new Connection();
  connection.opened(await net.connect(edge, AbortSignal.timeout(5_000)));
  const io = { net, trail: new Trail(systemClock), clock: systemClock };
  const observation = await kind.examine({ edge, connection }, { limitMs: 5_000, record: null }, io);
  connection.close();
  const kept: typeof observation = JSON.parse(JSON.stringify(observation)) as never;
  return kind.judge(kept, null);
}

/** `code`, with the broken rules behind it. */
const words = ({ code, args }: Finding): string => {
  const { rules } = args;
  return typeof rules === 'string' ? `${code}: ${rules}` : code;
};

const verdict = (findings: readonly Finding[]): Case['must'] =>
  findings.some(({ severity }) => severity !== 'note') ? 'reject' : 'accept';

/** The answer of `tls.connect` as it comes. */
async function stockNode(presented: Presented, wanted: string, port: number): Promise<Case['must']> {
  const socket = tcp(port, '127.0.0.1').on('error', () => undefined);
  const ca = presented.roots.map(({ der }) => pem(der));
  const secured = tls({ socket, ca, host: wanted, ...(isIP(wanted) === 0 ? { servername: wanted } : {}) });
  const answer = await new Promise<Case['must']>((resolve) => {
    secured.once('secureConnect', () => resolve('accept')).on('error', () => resolve('reject'));
  });
  secured.destroy();
  return answer;
}

const score = { cases: 0, node: 0, ours: 0, byWarning: 0 };
const missed: string[] = [];

for (const [about, list] of Object.entries(cases)) {
  describe(`chains: ${about}`, () => {
    for (const { must, source, what, by, present, wanted = host, unpresentable } of list) {
      test(`${what} (${source}): ${must}`, async () => {
        const presented = present();
        const server = await (unpresentable === true ? octetServer : tlsServer)(presented);
        const findings = await ours(presented, wanted, server.port);
        const node = await stockNode(presented, wanted, server.port);
        await server.close();
        score.cases += 1;
        score.ours += verdict(findings) === must ? 1 : 0;
        score.node += node === must ? 1 : 0;
        if (node !== must) missed.push(`${what}: ${node}`);
        score.byWarning += must === 'reject' && !findings.some(({ severity }) => severity === 'fail') ? 1 : 0;
        assert.deepEqual(findings.map(words), by);
        assert.equal(verdict(findings), must);
      });
    }
  });
}

after(() => {
  const of = (right: number): string => `${String(right)} of ${String(score.cases)}`;
  process.stdout.write(`chains: Node ${process.versions.node} alone ${of(score.node)}, ours ${of(score.ours)}`);
  process.stdout.write(` (${String(score.byWarning)} of them refused by a warning only)\n`);
  for (const each of missed) process.stdout.write(`  Node alone, wrong: ${each}\n`);
});

test('the table is of a size worth the name, says everything once, and shows every rule', () => {
  const all = Object.values(cases).flat();
  const count = (must: Case['must']): number => all.filter((each) => each.must === must).length;
  assert.ok(
    count('reject') >= 84 && count('accept') >= 29,
    `${String(count('reject'))} and ${String(count('accept'))}`,
  );
  assert.equal(new Set(all.map(({ source, what }) => `${source} ${what}`)).size, all.length);
  const shown = new Set(all.flatMap(({ by }) => by).flatMap((each) => (each.split(': ')[1] ?? '').split(', ')));
  assert.deepEqual(
    Object.keys(x509Rules).filter((rule) => !shown.has(rule)),
    [],
  );
});
