import { within, type Expectations } from './expected.ts';

/** What the Certificates dashboard shows of the demo. */
export const expectedCertificates: Expectations = {
  'Our own certificates left': within(1, 0.01, 1),
  'Our own certificates ends': within(1, Date.now(), Date.now() * 2),
  'Our own certificates client': within(1, 1, 1),
  'Our own certificates readable': within(1, 1, 1),
  'Edges by share of lifetime left left': (rows) => {
    const expired = rows.filter(({ labels, value }) => (labels['edge'] ?? '').includes('expired.example') && value < 0);
    return rows.length >= 20 && expired.length === 1 ? null : JSON.stringify(rows);
  },
  'Edges by share of lifetime left ends': (rows) => (rows.length >= 20 ? null : `${String(rows.length)} rows`),
  'Calendar: certificates that end within week': within(1, 2, 50),
  'Calendar: certificates that end within month': within(1, 2, 50),
  'Calendar: certificates that end within quarter': within(1, 2, 100),
  'Issuers A': (rows) => (rows.length === 1 && rows[0]?.labels['issuer'] === 'other' ? null : JSON.stringify(rows)),
  'Rotations in this time range A': 0,
  'Partners that fail because of TLS, by code A': (rows) => (rows.length >= 5 ? null : JSON.stringify(rows)),
};
