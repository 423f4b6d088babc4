import { plainWebEdge, refusedEdge, silentEdge, sipEdge, tarpitEdge } from '../edges.ts';
import { misconfigured, type Story, unreachable } from './story.ts';

/** Partners whose edge does not get as far as a certificate. */
export const connectionStories: readonly Story[] = [
  {
    domain: 'refused-tcp.example',
    critical: true,
    story: 'nothing listens on the port',
    expects: unreachable('tcp_refused'),
    build: (bench) => bench.single('refused-tcp.example', refusedEdge),
  },
  {
    domain: 'silent-tcp.example',
    story: 'a firewall drops the packets',
    expects: unreachable('tcp_silent'),
    build: (bench) => bench.single('silent-tcp.example', silentEdge),
  },
  {
    domain: 'silent-tls.example',
    story: 'accepts connections and never answers the handshake',
    expects: unreachable('tls_silent'),
    build: (bench) => bench.single('silent-tls.example', tarpitEdge),
  },
  {
    domain: 'hangs-up.example',
    story: 'closes every connection before TLS',
    expects: unreachable('tls_closed'),
    build: (bench) =>
      bench.single('hangs-up.example', (certificate) => sipEdge({ certificate, welcomes: () => false })),
  },
  {
    domain: 'plain-web.example',
    story: 'a web server without TLS on the port',
    expects: unreachable('tls_not_tls'),
    build: (bench) => bench.single('plain-web.example', plainWebEdge),
  },
  {
    domain: 'old-tls.example',
    story: 'speaks nothing newer than TLS 1.1',
    expects: misconfigured('tls_version'),
    build: (bench) =>
      bench.single('old-tls.example', (certificate) =>
        sipEdge({ certificate, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' }),
      ),
  },
  {
    domain: 'narrow-tls.example',
    story: 'accepts only cipher suites that nobody offers',
    expects: misconfigured('tls_no_shared_parameters'),
    build: (bench) =>
      bench.single('narrow-tls.example', (certificate) =>
        // A suite for RSA certificates, and the certificate is not one.
        sipEdge({ certificate, maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' }),
      ),
  },
  {
    domain: 'maintenance.example',
    story: 'broken, and in a maintenance window of the config',
    expects: { state: 'maintenance', code: null },
    once: unreachable('tcp_refused'),
    build: (bench) => bench.single('maintenance.example', refusedEdge),
  },
];
