// What recording the server's first flight costs: CPU of a client's handshakes, with and without it, in turns.
// node test/net/flight-bench.ts        (the server runs in a process of its own)
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { SecureVersion } from 'node:tls';
import { createNet } from '../../src/net/node-net.ts';
import type { Net } from '../../src/net/net.ts';
import { tlsPeer } from './loopback.ts';
import { testCertificates, trustFile } from './test-certificates.ts';

const [rounds, perRound] = [25, 40];
const [, script = '', role, version] = process.argv;

if (role === 'server') await serve(version as SecureVersion);
else await measure();

async function serve(only: SecureVersion): Promise<void> {
  const { root, middle, server } = await testCertificates();
  const options = { cert: server.chainPem, key: server.keyPem, minVersion: only, maxVersion: only };
  const ca = [root.certPem, middle.certPem];
  const { port } = await tlsPeer({ ...options, ca, requestCert: true, rejectUnauthorized: false });
  process.send?.({ port, root: root.certPem });
}

async function measure(): Promise<void> {
  for (const each of ['TLSv1.2', 'TLSv1.3']) {
    const child = fork(script, ['server', each]);
    const [{ port, root }] = (await once(child, 'message')) as [{ port: number; root: string }];
    const trust = trustFile(root);
    const net = createNet({ egressAllow: ['127.0.0.0/8'], trust: trust.path, certificate: null });
    const ways = [false, true].map((record) => ({ record, micros: [] as number[] }));
    const shake = (record: boolean, count: number): Promise<void> => handshakes(net, port, record, count);
    for (const { record } of ways) await shake(record, 200);
    for (let round = 0; round < rounds; round += 1) {
      for (const { record, micros } of ways) {
        const before = process.cpuUsage();
        await shake(record, perRound);
        const { user, system } = process.cpuUsage(before);
        micros.push((user + system) / perRound);
      }
    }
    const [plain = 0, recorded = 0] = ways.map(({ micros }) => Math.round(median(micros)));
    const more = Math.round((recorded / plain - 1) * 100);
    console.log(`${each}: ${String(plain)} µs plain, ${String(recorded)} µs recorded, ${String(more)} % more`);
    trust.remove();
    child.kill();
  }
}

async function handshakes(net: Net, port: number, record: boolean, count: number): Promise<void> {
  const { signal } = new AbortController();
  for (let left = count; left > 0; left -= 1) {
    const link = await net.connect({ address: '127.0.0.1', port }, signal);
    await link.secure({ serverName: 'sip.a.example', record }, signal);
    link.close();
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
