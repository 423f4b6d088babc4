import { sipEdge, webEdge } from '../edges.ts';
import { degraded, refused, type Story, unreachable } from './story.ts';

/** Partners whose edge says the wrong thing over a sound TLS connection, or nothing. */
export const answerStories: readonly Story[] = [
  {
    domain: 'forbidden.example',
    story: 'answers 403: closed federation',
    expects: refused('sip_forbidden'),
    build: (bench) =>
      bench.single('forbidden.example', (certificate) =>
        sipEdge({ certificate, react: () => ({ status: 403, reason: 'Forbidden' }) }),
      ),
  },
  {
    domain: 'overloaded.example',
    story: 'answers 503 with Retry-After: 30',
    expects: degraded('sip_unavailable'),
    build: (bench) =>
      bench.single('overloaded.example', (certificate) =>
        sipEdge({
          certificate,
          react: () => ({ status: 503, reason: 'Service Unavailable', headers: { 'Retry-After': '30' } }),
        }),
      ),
  },
  {
    domain: 'web.example',
    story: 'a web server with TLS on the port',
    expects: unreachable('sip_not_sip'),
    build: (bench) => bench.single('web.example', (certificate) => webEdge({ certificate })),
  },
  {
    domain: 'silent-sip.example',
    story: 'TLS works, OPTIONS is never answered',
    expects: unreachable('sip_silent'),
    build: (bench) =>
      bench.single('silent-sip.example', (certificate) => sipEdge({ certificate, react: () => 'silence' })),
  },
  {
    domain: 'server-error.example',
    story: 'answers 500',
    expects: degraded('sip_server_error'),
    build: (bench) =>
      bench.single('server-error.example', (certificate) =>
        sipEdge({ certificate, react: () => ({ status: 500, reason: 'Server Internal Error' }) }),
      ),
  },
  {
    domain: 'unfinished.example',
    story: 'answers 100 Trying and never more',
    expects: unreachable('sip_no_final'),
    build: (bench) =>
      bench.single('unfinished.example', (certificate) =>
        sipEdge({ certificate, react: () => ({ status: 100, reason: 'Trying' }) }),
      ),
  },
  {
    domain: 'garbled.example',
    story: 'answers SIP with a length that is no number',
    expects: unreachable('sip_malformed'),
    build: (bench) =>
      bench.single('garbled.example', (certificate) =>
        sipEdge({ certificate, react: () => Buffer.from('SIP/2.0 200 OK\r\nContent-Length: many\r\n\r\n') }),
      ),
  },
  {
    domain: 'cut-short.example',
    story: 'takes the request and hangs up',
    expects: unreachable('sip_closed'),
    build: (bench) =>
      bench.single('cut-short.example', (certificate) => sipEdge({ certificate, react: () => 'close' })),
  },
];
