import { lately, within, type Expectations } from './expected.ts';

const always: Expectations = {
  'Verdict on $partner since': lately(1),
  'Verdict on $partner examined': lately(1),
  'Verdict on $partner day': within(1, 0, 1),
  // The mean of its days: there is none before the first midnight.
  'Verdict on $partner month': (rows) => (rows.length <= 1 ? null : `${String(rows.length)} rows`),
  'Edges by status A': 2,
  'How often we probe A': within(5, 0, 3_600),
  'Age of what is shown age': within(1, 0, 30),
  'Age of what is shown interval': within(1, 1, 30),
};

/** Everything proven, except what is said. */
const layers = (said: Readonly<Record<string, number>> = {}): readonly string[] =>
  ['dns', 'tcp', 'tls', 'admission', 'sip'].map((check) => `${check} ${String(said[check] ?? 1)}`);

const works: Expectations = {
  ...always,
  'Verdict on $partner state': ['healthy.example 0'],
  'Verdict on $partner who': ['healthy.example microsoft-federation critical 1'],
  'Verdict on $partner cause': 0,
  'Verdict on $partner worked': lately(1),
  'What is proven now A': layers(),
  'Alerts about this partner A': 0,
  'State A': ['healthy.example 0'],
  'Layer by edge A': within(4, 1, 1),
  'Edges of the route partners': within(1, 1, 1),
  'Edges of the route up': within(1, 1, 1),
  'Edges of the route addresses': within(1, 1, 1),
  'Edges of the route sip': within(1, 200, 200),
  'Edges of the route left': within(1, 0.1, 1),
  'Edges of the route tls': 1,
  'Layers A': layers(),
  'DNS: where the route led A': within(1, 1, 1),
  'Certificate: which one was shown A': within(1, 1, 1),
  'Certificate: share of lifetime left A': within(1, 0.1, 1),
  'SIP: the answer to our OPTIONS A': within(1, 200, 200),
  'How long each check took A': within(4, 0, 2),
  'Failures by code, in this time range A': 0,
  'Failures by code A': 0,
};

/** One of two targets refuses TCP. */
const halfDead: Expectations = {
  ...works,
  'Verdict on $partner state': ['half-dead.example 3'],
  'Verdict on $partner who': ['half-dead.example microsoft-federation critical 1'],
  'Verdict on $partner cause': ['tcp_refused tcp half-dead.example 1'],
  'Alerts about this partner A': ['FedmonPartnerDegraded pending warning 1'],
  'State A': ['half-dead.example 3'],
  'Layer by edge A': (rows) => {
    const counts = [1, 0, -1].map((proof) => rows.filter(({ value }) => value === proof).length);
    return counts.join() === '4,1,3' ? null : counts.join();
  },
  'Edges of the route partners': within(2, 1, 1),
  'Edges of the route up': (rows) =>
    rows.length === 2 && rows.some(({ value }) => value === 0) ? null : 'none is dead',
  'Edges of the route addresses': within(2, 1, 1),
  'DNS: where the route led A': within(2, 1, 1),
};

/** They refuse our certificate after the handshake, so SIP is not proven either way. */
const refused: Expectations = {
  ...works,
  'Verdict on $partner state': ['refuses-cert-tls13.example 5'],
  'Verdict on $partner who': ['refuses-cert-tls13.example microsoft-federation standard 1'],
  'Verdict on $partner cause': ['admission_refused admission refuses-cert-tls13.example 1'],
  'Verdict on $partner worked': 0,
  'What is proven now A': layers({ admission: 0, sip: -1 }),
  'Alerts about this partner A': ['FedmonPartnerRefused pending warning 1'],
  'State A': ['refuses-cert-tls13.example 5'],
  'Layer by edge A': (rows) => {
    const failed = rows.filter(({ value }) => value === 0).map(({ labels }) => labels['check']);
    return rows.length === 4 && failed.join() === 'admission' ? null : JSON.stringify(rows);
  },
  'Edges of the route up': within(1, 0, 0),
  'Edges of the route sip': 0,
  'Layers A': layers({ admission: 0, sip: -1 }),
  'SIP: the answer to our OPTIONS A': 0,
  'Failures by code, in this time range A': (rows) =>
    rows.length === 1 && rows[0]?.labels['code'] === 'admission_refused' ? null : JSON.stringify(rows),
  'Failures by code A': within(1, 1, 3_600),
};

/** No SRV record: nothing is known beyond DNS. */
const noRoute: Expectations = {
  ...Object.fromEntries(Object.keys(works).map((key) => [key, 0])),
  ...always,
  'Verdict on $partner state': ['no-srv.example 6'],
  'Verdict on $partner who': ['no-srv.example microsoft-federation standard 1'],
  'Verdict on $partner cause': (rows) => (rows[0]?.labels['layer'] === 'dns' ? null : JSON.stringify(rows)),
  'What is proven now A': layers({ dns: 0, tcp: -1, tls: -1, admission: -1, sip: -1 }),
  'Alerts about this partner A': ['FedmonPartnerUnreachable pending warning 1'],
  'State A': ['no-srv.example 6'],
  'Layers A': layers({ dns: 0, tcp: -1, tls: -1, admission: -1, sip: -1 }),
  'How long each check took A': within(1, 0, 2),
  'Failures by code, in this time range A': within(1, 0.1, 1_000),
  'Failures by code A': within(1, 1, 3_600),
};

/** What the Partner dashboard shows of these partners of the demo. */
export const expectedPartner: Readonly<Record<string, Expectations>> = {
  'healthy.example': works,
  'half-dead.example': halfDead,
  'refuses-cert-tls13.example': refused,
  'no-srv.example': noRoute,
};
