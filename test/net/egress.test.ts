import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { checkCidr, egressPolicy, isPrivate, parseCidr } from '../../src/net/egress.ts';
import { createNet } from '../../src/net/node-net.ts';
import { peer } from './loopback.ts';

const strict = egressPolicy([]);

describe('private addresses', () => {
  it('are those that mean another machine in every network, in whatever form', () => {
    const inside = [
      '10.0.0.1',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '100.64.0.1',
      '169.254.1.1',
      '127.0.0.1',
    ];
    const inside6 = ['::1', 'fd00::1', 'fc00::1', 'fe80::1', '::ffff:10.0.0.1', '64:ff9b::192.168.0.1'];
    const outside = [
      '172.32.0.1',
      '192.0.2.1',
      '8.8.8.8',
      '2001:db8::1',
      '2606:4700::1',
      '::ffff:8.8.8.8',
      'a.example',
      '',
    ];
    assert.deepEqual(
      [...inside, ...inside6].filter((each) => !isPrivate(each)),
      [],
    );
    assert.deepEqual(outside.filter(isPrivate), []);
  });
});

describe('egress policy', () => {
  const special: Readonly<Record<string, string>> = {
    '0.0.0.0': 'unspecified',
    '0.1.2.3': 'this network',
    '10.0.0.1': 'private',
    '172.16.0.1': 'private',
    '172.31.255.255': 'private',
    '192.168.1.1': 'private',
    '100.64.0.1': 'carrier-grade NAT',
    '127.0.0.1': 'loopback',
    '127.255.255.254': 'loopback',
    '169.254.169.254': 'metadata service',
    '192.0.0.8': 'IETF protocol assignments',
    '192.0.2.1': 'documentation',
    '198.51.100.7': 'documentation',
    '203.0.113.9': 'documentation',
    '192.88.99.1': '6to4 relay',
    '198.18.0.1': 'benchmark',
    '198.19.255.255': 'benchmark',
    '224.0.0.1': 'multicast',
    '239.255.255.250': 'multicast',
    '240.0.0.1': 'reserved',
    '255.255.255.255': 'broadcast',
    '::': 'unspecified',
    '::1': 'loopback',
    '::127.0.0.1': 'IPv4-compatible',
    '::ffff:127.0.0.1': 'mapped loopback',
    '::ffff:a9fe:a9fe': 'mapped metadata service',
    '::ffff:0:127.0.0.1': 'translated',
    '64:ff9b::10.0.0.1': 'NAT64 of private',
    '64:ff9b:1::1': 'local NAT64',
    '100::1': 'discard',
    '2001::1': 'Teredo',
    '2001:2::1': 'benchmark',
    '2001:10::1': 'ORCHID',
    '2001:20::1': 'ORCHIDv2',
    '2001:db8::1': 'documentation',
    '3fff::1': 'documentation',
    '2002:7f00:1::': '6to4 of loopback',
    '2002:808:808::1': '6to4',
    '5f00::1': 'segment routing',
    'fc00::1': 'unique local',
    'fd12:3456::1': 'unique local',
    'fe80::1': 'link-local',
    'fe80::1%eth0': 'link-local with a zone',
    'fec0::1': 'site-local',
    'ff02::1': 'multicast',
    '4000::1': 'unassigned',
  };

  it('denies every special range', () => {
    const allowed = Object.keys(special).filter((address) => strict(address).allowed);
    assert.deepEqual(allowed, []);
  });

  it('allows public addresses of both families, and NAT64 of a public one', () => {
    const open = ['8.8.8.8', '52.112.0.1', '2a00:1450::1', '2606:4700::1111', '64:ff9b::8.8.8.8', '::ffff:8.8.8.8'];
    assert.deepEqual(
      open.filter((address) => !strict(address).allowed),
      [],
    );
  });

  it('denies what is no plain numeric address', () => {
    const odd = [
      '',
      'localhost',
      'sip.a.example',
      '127.1',
      '0x7f.0.0.1',
      '0177.0.0.1',
      '2130706433',
      '8.8.8.8 ',
      '[::1]',
      '1.2.3.4/8',
    ];
    assert.deepEqual(
      odd.filter((address) => strict(address).allowed),
      [],
    );
  });

  it('says why, and how to allow it', () => {
    assert.deepEqual(strict('::ffff:10.0.0.1'), {
      allowed: false,
      reason:
        '::ffff:10.0.0.1 is not a public address (IPv4-mapped form of 10.0.0.1, private); allow it under egress.allow',
    });
  });

  it('the list wins, for addresses and ranges, also inside a mapped address', () => {
    const policy = egressPolicy(['10.1.0.0/16', '192.168.7.7', 'fd00::/8']);
    const verdicts = [
      '10.1.2.3',
      '10.2.0.1',
      '192.168.7.7',
      '192.168.7.8',
      'fd00::1',
      'fc00::1',
      '::ffff:10.1.2.3',
    ].map((address) => policy(address).allowed);
    assert.deepEqual(verdicts, [true, false, true, false, true, false, true]);
  });

  it('denies ports of other services, unless the operator listed the address', () => {
    const foreign = [0, 1, 21, 22, 23, 25, 53, 80, 110, 445, 636, 1_023, 3_306, 3_389, 5_432, 6_379, 27_017];
    const free = [443, 1_024, 5_060, 5_061, 5_062, 5_063, 8_443, 65_535];
    const public4 = '8.8.8.8';
    for (const policy of [strict, egressPolicy(['10.0.0.0/8'])]) {
      assert.deepEqual(
        foreign.filter((port) => policy(public4, port).allowed),
        [],
      );
      assert.deepEqual(
        free.filter((port) => !policy(public4, port).allowed),
        [],
      );
    }
    assert.deepEqual(strict('::ffff:8.8.8.8', 25), {
      allowed: false,
      reason:
        'port 25 belongs to another service; to connect to it all the same allow ::ffff:8.8.8.8 under egress.allow',
    });
    assert.ok(foreign.every((port) => egressPolicy([public4])(public4, port).allowed));
  });

  it('judges a mapped and a NAT64 form like the address inside', () => {
    const policy = egressPolicy(['10.0.0.0/8']);
    fc.assert(
      fc.property(fc.ipV4(), fc.constantFrom('::ffff:', '64:ff9b::', '::FFFF:'), (inner, prefix) => {
        const hex = inner.split('.').map((octet) => Number(octet).toString(16).padStart(2, '0'));
        const spelled = `${prefix}${hex[0]! + hex[1]!}:${hex[2]! + hex[3]!}`;
        const expected = policy(inner).allowed;
        return policy(prefix + inner).allowed === expected && policy(spelled).allowed === expected;
      }),
      { numRuns: 2_000 },
    );
  });

  it('names what is wrong with an entry', () => {
    assert.deepEqual(['10.0.0.0/8', '10.0.0.1', 'fd00::/8', '::1'].map(checkCidr), [null, null, null, null]);
    const wrong = ['', 'example.com', '10.0.0.0/33', 'fd00::/129', '10.0.0.0/', '10.0.0.0/8/8', '10/8', '10.0.0.0/-1'];
    assert.deepEqual(
      wrong.filter((text) => checkCidr(text) === null),
      [],
    );
    assert.throws(
      () => parseCidr('10.0.0.0/33'),
      /^Error: "10\.0\.0\.0\/33": the prefix length must be a number from 0 to 32$/,
    );
    assert.throws(() => egressPolicy(['nonsense']), /not an IPv4 or IPv6 address/);
  });

  it('a denied address is not even knocked at', async () => {
    const server = await peer();
    const net = createNet({ egressAllow: [], trust: 'mozilla', certificate: null });
    await assert.rejects(net.connect(server, AbortSignal.timeout(2_000)), {
      name: 'NetworkFailure',
      failure: {
        code: 'egress_denied',
        detail: '127.0.0.1 is not a public address (loopback); allow it under egress.allow',
      },
    });
    // A connection made now comes after any that was made before it.
    const link = await createNet({ egressAllow: ['127.0.0.1'], trust: 'mozilla', certificate: null }).connect(
      server,
      AbortSignal.timeout(2_000),
    );
    link.close();
    await server.stop();
    assert.equal(server.accepted(), 1);
  });
});
