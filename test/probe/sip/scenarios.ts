import { answering, behind, sipAnswer, type Scenario } from '../scenario.ts';

const lines = (...values: readonly string[]): string => values.map((each) => `ms-diagnostics: ${each}\r\n`).join('');

/** Scenarios of the answer to OPTIONS beyond its status code. */
export const scenarios: readonly Scenario[] = [
  {
    name: '504 with a diagnostic that is known',
    net: behind(
      sipAnswer(answering('504 Server time-out', lines('1008;source="edge.in.example";reason="Unable to resolve"'))),
    ),
    state: 'degraded',
    codes: ['sip_server_timeout', 'sip_diagnostics'],
  },
  {
    name: '403 with diagnostics of two servers, one of them repeated',
    net: behind(sipAnswer(answering('403 Forbidden', lines('1027;reason="a"', '1043;reason="b"', '1027;reason="c"')))),
    state: 'refused',
    codes: ['sip_forbidden', 'sip_diagnostics', 'sip_diagnostics'],
  },
  {
    name: '200 with a diagnostic: it changes no state',
    net: behind(sipAnswer(answering('200 OK', 'ms-diagnostics-public: 1034;reason="x"\r\n'))),
    state: 'healthy',
    codes: ['sip_diagnostics'],
  },
  {
    name: 'a diagnostic without an id',
    net: behind(sipAnswer(answering('200 OK', lines('none;reason="x"')))),
    state: 'healthy',
    codes: [],
  },
  {
    name: 'an answer of ours that contradicts itself',
    net: behind(sipAnswer(answering('200 OK', 'CSeq: 2 OPTIONS\r\n'))),
    state: 'unreachable',
    codes: ['sip_malformed'],
  },
  {
    name: 'a whole head, and a body that never comes',
    net: behind(
      sipAnswer((request) => answering('200 OK')(request).map((text) => text.replace('Length: 0', 'Length: 9'))),
    ),
    state: 'unreachable',
    codes: ['sip_malformed'],
  },
  {
    name: '408 is made on the way',
    net: behind(sipAnswer(answering('408 Request Timeout'))),
    state: 'degraded',
    codes: ['sip_server_error'],
  },
];
