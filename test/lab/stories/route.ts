import { sipEdge } from '../edges.ts';
import { misconfigured, nothing, type Story, unknown, unreachable } from './story.ts';

/** Partners whose route is broken: DNS, or where it leads. */
export const routeStories: readonly Story[] = [
  {
    domain: 'no-srv.example',
    story: 'the domain exists, its federation record does not',
    expects: unreachable('dns_srv_missing'),
    build: (bench) => {
      bench.address('no-srv.example');
      return nothing();
    },
  },
  {
    domain: 'nxdomain.example',
    story: 'the domain does not exist',
    expects: unreachable('dns_srv_missing'),
    build: nothing,
  },
  {
    domain: 'declined.example',
    story: 'the SRV target is ".": federation is not offered',
    expects: unreachable('dns_declined'),
    build: (bench) => {
      bench.srv('declined.example', [{ host: '.', port: 0 }]);
      return nothing();
    },
  },
  {
    domain: 'servfail.example',
    story: 'its name servers are broken',
    expects: unknown('dns_servfail_alone'),
    build: (bench) => {
      bench.zone.set('_sipfederationtls._tcp.servfail.example SRV', 'servfail');
      return nothing();
    },
  },
  {
    domain: 'no-address.example',
    story: 'the SRV target has no address',
    expects: unreachable('dns_no_address'),
    build: (bench) => {
      bench.srv('no-address.example', [{ host: 'sip.no-address.example', port: 5061 }]);
      return nothing();
    },
  },
  {
    domain: 'foreign-srv.example',
    story: 'the SRV target lies in another domain (and works)',
    expects: misconfigured('dns_srv_foreign'),
    async build(bench) {
      const host = 'edge.elsewhere.example';
      const edge = await sipEdge({ certificate: await bench.certificate({ names: [host] }) });
      bench.srv('foreign-srv.example', [{ host, port: edge.port }]);
      bench.address(host);
      return [edge];
    },
  },
  {
    domain: 'private.example',
    story: 'its host has a private address, which the egress policy refuses',
    expects: unknown('egress_denied'),
    build: (bench) => {
      bench.srv('private.example', [{ host: 'sip.private.example', port: 5061 }]);
      bench.address('sip.private.example', '10.11.12.13');
      return nothing();
    },
  },
  {
    domain: 'silent-dns.example',
    story: 'the question about its record is never answered',
    expects: unknown('dns_resolver_silent'),
    build: (bench) => {
      bench.zone.set('_sipfederationtls._tcp.silent-dns.example SRV', 'silence');
      return nothing();
    },
  },
];
