import assert from 'node:assert/strict';
import { BlockList } from 'node:net';
import { describe, it } from 'node:test';
import { egressPolicy } from '../../src/net/egress.ts';
import { rendered, specOf, type Objects } from './rendered.ts';
import { config, full, matrix, single } from './values.ts';

interface Rule {
  readonly ports: readonly { readonly port: number | string; readonly protocol?: string }[];
  readonly to?: readonly { readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] } }[];
}

const egressOf = (objects: Objects, name: string): readonly Rule[] =>
  specOf(objects, `NetworkPolicy/${name}`)['egress'] as readonly Rule[];

function within(address: string, networks: readonly string[]): boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [base = '', bits] = network.split('/');
    list.addSubnet(base, Number(bits), base.includes(':') ? 'ipv6' : 'ipv4');
  }
  return list.check(address, address.includes(':') ? 'ipv6' : 'ipv4');
}

/** Whether an address may be connected to on the ports of partners, as the cluster reads the policy. */
function reachable(rule: Rule | undefined, address: string): boolean {
  const sameFamily = (cidr: string): boolean => cidr.includes(':') === address.includes(':');
  return (rule?.to ?? []).some(({ ipBlock: { cidr, except = [] } = { cidr: '0.0.0.0/32' } }) => {
    return sameFamily(cidr) && within(address, [cidr]) && !within(address, except);
  });
}

const special4 =
  '0.1.2.3 10.1.2.3 100.64.0.1 127.0.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 240.0.0.1 255.255.255.255';
const public4 =
  '1.1.1.1 9.9.9.9 52.112.0.10 100.63.0.1 100.128.0.1 172.32.0.1 192.167.0.1 198.17.0.1 198.20.0.1 223.255.255.1';
const special6 =
  '::1 ::ffff:10.0.0.1 fe80::1 fc00::1 fd00:ec2::254 fec0::1 ff02::1 2001::1 2001:db8::1 2002:a00:1::1 64:ff9b::a00:1 64:ff9b::a9fe:a9fe 64:ff9b::7f00:1 64:ff9b:1::1 100::1 4000::1';
const public6 = '2603:1027::10 2a00:1450:4001::1 2606:4700::1111 64:ff9b::909:909 64:ff9b::3470:a';

describe('network policy', () => {
  const values = { ...single, networkPolicy: { enabled: true } };

  it('lets probes reach exactly what fedmon itself lets them reach', (t) => {
    const objects = rendered(t, values);
    if (objects === null) return;
    const toPartners = egressOf(objects, 'monitor-fedmon')[2];
    const ours = egressPolicy([]);
    const judge = (all: string, may: boolean): void => {
      for (const address of all.split(' ')) {
        const both = { address, policy: reachable(toPartners, address), fedmon: ours(address).allowed };
        assert.deepEqual(both, { address, policy: may, fedmon: may });
      }
    };
    judge(`${special4} ${special6}`, false);
    judge(`${public4} ${public6}`, true);
    // A public address on which a cloud answers its own machines only: no partner has it.
    assert.equal(reachable(toPartners, '168.63.129.16'), false);
  });

  it('opens listed networks, and the ports of the config: partners, canary, controls, resolvers, store', (t) => {
    const objects = rendered(t, full);
    if (objects === null) return;
    const [dns, store, partners, extra, ...more] = egressOf(objects, 'fedmon');
    assert.deepEqual(more, []);
    const both = (port: number): unknown[] => ['UDP', 'TCP'].map((protocol) => ({ port, protocol }));
    assert.deepEqual(dns, { ports: [53, 853].flatMap(both) });
    assert.deepEqual(store, { ports: [6381, 26379, 26380].map((port) => ({ port, protocol: 'TCP' })) });
    const named = partners?.ports.map(({ port, protocol }) => `${String(port)}/${protocol ?? ''}`);
    assert.deepEqual(named, ['5061/TCP', '5063/TCP', '5065/TCP', '5060/UDP']);
    for (const address of ['10.20.3.4', 'fd00::1']) assert.equal(reachable(partners, address), true, address);
    for (const address of ['10.21.3.4', 'fd00::2']) assert.equal(reachable(partners, address), false, address);
    assert.deepEqual(extra, { ports: [{ port: 5062 }] });
    assert.deepEqual(specOf(objects, 'NetworkPolicy/fedmon')['ingress'], [
      { ports: [{ port: 'http', protocol: 'TCP' }], from: [{ namespaceSelector: {} }] },
    ]);
  });

  it('lets resolvers be reached on the ports they are named with', (t) => {
    const servers = '10.0.0.10 10.0.0.11:5353 [2001:db8::53]:5300 2001:db8::1 [2001:db8::2] 10.0.0.12:53'.split(' ');
    const overTls = ['tls://9.9.9.9', 'tls://[2001:db8::3]:8853#dns.example', 'tls://10.0.0.13:5354'];
    const dns = { servers: [...servers.slice(1, 5), ...overTls] };
    const objects = rendered(t, { ...values, config: { ...config, dns } });
    if (objects === null) return;
    const ports = egressOf(objects, 'monitor-fedmon')[0]?.ports.map(({ port }) => port);
    assert.deepEqual([...new Set(ports)], [53, 5353, 5300, 853, 8853, 5354]);
  });

  it('lets nobody but fedmon reach a store of its own', (t) => {
    const objects = rendered(t, matrix['its own store, for a trial']);
    if (objects === null) return;
    const release = { 'app.kubernetes.io/name': 'fedmon', 'app.kubernetes.io/instance': 'monitor' };
    const valkey = { ...release, 'app.kubernetes.io/component': 'valkey' };
    assert.deepEqual(specOf(objects, 'NetworkPolicy/monitor-fedmon-valkey'), {
      podSelector: { matchLabels: valkey },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ ports: [{ port: 'valkey', protocol: 'TCP' }], from: [{ podSelector: { matchLabels: release } }] }],
    });
    assert.deepEqual(egressOf(objects, 'monitor-fedmon')[1], {
      ports: [{ port: 6379, protocol: 'TCP' }],
      to: [{ podSelector: { matchLabels: valkey } }],
    });
  });
});
