import type { Bench } from '../bench.ts';
import { refusedEdge, sipEdge, type LabEdge } from '../edges.ts';
import { degraded, healthy, inDays, type Story } from './story.ts';

const provider = 'sipfed.online.lync.com';

/** The twins live behind one edge of a hosting provider: whoever is built first opens it. */
const sharedEdges = new WeakMap<Bench, Promise<LabEdge>>();

async function twin(bench: Bench, domain: string): Promise<LabEdge[]> {
  const opening =
    sharedEdges.get(bench) ?? bench.certificate({ names: [provider] }).then((certificate) => sipEdge({ certificate }));
  sharedEdges.set(bench, opening);
  const edge = await opening;
  bench.srv(domain, [{ host: provider, port: edge.port }]);
  bench.address(provider);
  return [edge];
}

/** Two targets at one domain: the first works, `second` says what is at the other. */
async function pair(bench: Bench, domain: string, second: (host: string) => Promise<LabEdge>): Promise<LabEdge[]> {
  const hosts = [`sip.${domain}`, `sip2.${domain}`] as const;
  const certificate = await bench.certificate({ names: hosts });
  const edges = [await sipEdge({ certificate }), await second(hosts[1])] as const;
  bench.srv(domain, [
    { host: hosts[0], port: edges[0].port },
    { host: hosts[1], port: edges[1].port },
  ]);
  bench.address(hosts[0]);
  return [...edges];
}

/** Partners that can be reached, some of them with a blemish. */
export const workingStories: readonly Story[] = [
  {
    domain: 'healthy.example',
    critical: true,
    story: 'everything works',
    expects: healthy,
    build: (bench) => bench.single('healthy.example', (certificate) => sipEdge({ certificate })),
  },
  {
    domain: 'mutual.example',
    story: 'asks for our certificate and accepts it',
    expects: healthy,
    build: (bench) =>
      bench.single('mutual.example', (certificate) => sipEdge({ certificate, clientAuthority: bench.trusted.certPem })),
  },
  {
    domain: 'twin-a.example',
    story: 'hosted: shares one edge with twin-b',
    expects: healthy,
    build: (bench) => twin(bench, 'twin-a.example'),
  },
  {
    domain: 'twin-b.example',
    story: 'hosted: shares one edge with twin-a',
    expects: healthy,
    build: (bench) => twin(bench, 'twin-b.example'),
  },
  {
    domain: 'pinned.example',
    critical: true,
    story: 'no SRV record; the config pins its host',
    expects: healthy,
    async build(bench) {
      const edge = await sipEdge({ certificate: await bench.certificate({ names: ['sip.pinned.example'] }) });
      bench.address('sip.pinned.example');
      return [edge];
    },
    config: ([edge]) => ({ route: { host: 'sip.pinned.example', port: edge?.port } }),
  },
  {
    domain: 'alias.example',
    story: 'the SRV target is an alias, which most follow',
    expects: healthy,
    async build(bench) {
      const host = 'sip.alias.example';
      const edge = await sipEdge({ certificate: await bench.certificate({ names: [host] }) });
      bench.srv('alias.example', [{ host, port: edge.port }]);
      bench.zone.set(`${host} CNAME`, [{ type: 'CNAME', data: 'edge.hosting.example' }]);
      bench.address('edge.hosting.example');
      return [edge];
    },
  },
  {
    domain: 'apex.example',
    story: 'the SRV target is the domain itself',
    expects: degraded('dns_srv_shape'),
    async build(bench) {
      const host = 'apex.example';
      const edge = await sipEdge({ certificate: await bench.certificate({ names: [host] }) });
      bench.srv(host, [{ host, port: edge.port }]);
      bench.address(host);
      return [edge];
    },
  },
  {
    domain: 'typo.example',
    story: 'two SRV targets, one is not a host name',
    expects: degraded('dns_srv_invalid'),
    async build(bench) {
      const host = 'sip.typo.example';
      const edge = await sipEdge({ certificate: await bench.certificate({ names: [host] }) });
      bench.srv('typo.example', [
        { host, port: edge.port },
        { host: 'sip2!.typo.example', port: edge.port },
      ]);
      bench.address(host);
      return [edge];
    },
  },
  {
    domain: 'half-dead.example',
    critical: true,
    story: 'two SRV targets, one refuses connections',
    expects: degraded('tcp_refused'),
    build: (bench) =>
      pair(bench, 'half-dead.example', (host) => {
        bench.address(host);
        return refusedEdge();
      }),
  },
  {
    domain: 'half-published.example',
    story: 'two SRV targets, one has no address',
    expects: degraded('dns_target_without_address'),
    build: (bench) => pair(bench, 'half-published.example', refusedEdge),
  },
  {
    domain: 'expiring.example',
    story: 'the certificate is in its last twelfth',
    expects: degraded('tls_certificate_expiring'),
    build: (bench) =>
      bench.single('expiring.example', (certificate) => sipEdge({ certificate }), {
        notBefore: inDays(-90),
        notAfter: inDays(6),
      }),
  },
  {
    domain: 'flapping.example',
    story: 'every second connection is closed',
    expects: degraded('partner_flapping'),
    once: null,
    build: (bench) =>
      bench.single('flapping.example', (certificate) =>
        sipEdge({ certificate, welcomes: (connection) => connection % 2 === 1 }),
      ),
  },
];
