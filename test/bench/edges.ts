import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBench } from '../lab/bench.ts';
import { leaf, rsaKeys } from '../lab/certificates.ts';
import { startDnsServer } from '../lab/dns-server.ts';
import { sipEdge, type LabEdge } from '../lab/edges.ts';

export type KeyType = 'rsa-2048' | 'p-256';

/** One partner with an edge of its own. */
export interface BenchEdge {
  readonly domain: string;
  readonly host: string;
  readonly port: number;
}

/** Edges on loopback that want a client certificate and answer OPTIONS, for whoever measures. */
export interface BenchEdges {
  readonly folder: string;
  readonly edges: readonly BenchEdge[];
  readonly dnsPort: number;
  readonly caFile: string;
  /** Of the client that probes. */
  readonly certFile: string;
  readonly keyFile: string;
  /** OPTIONS that were answered so far, on all edges. */
  answered(): number;
  stop(): Promise<void>;
}

/** Each edge has a certificate of its own; of RSA they share one key, which takes long to make and changes no cost. */
export async function startEdges(count: number, keyType: KeyType): Promise<BenchEdges> {
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-bench-'));
  const dns = await startDnsServer();
  const bench = await createBench(dns.zone);
  const keys = keyType === 'rsa-2048' ? { keys: await rsaKeys() } : {};
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const client = await leaf({ names: ['mon.example'], issuer: bench.trusted, ...keys });
  const opened: LabEdge[] = [];
  const edges: BenchEdge[] = [];
  for (let n = 0; n < count; n += 1) {
    const domain = `p${String(n).padStart(4, '0')}.example`;
    const clientAuthority = bench.trusted.certPem;
    const [edge] = await bench.single(domain, (certificate) => sipEdge({ certificate, clientAuthority }), keys);
    if (edge === undefined) continue;
    opened.push(edge);
    edges.push({ domain, host: `sip.${domain}`, port: edge.port });
  }
  return {
    folder,
    edges,
    dnsPort: dns.port,
    caFile: file('ca.pem', bench.trusted.certPem),
    certFile: file('client.pem', client.chainPem),
    keyFile: file('client.key', client.keyPem),
    answered: () => opened.reduce((sum, { requests }) => sum + requests.length, 0),
    async stop() {
      await Promise.all(opened.map((edge) => edge.stop()));
      await dns.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
