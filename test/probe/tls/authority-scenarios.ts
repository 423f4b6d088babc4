import type { FlightFacts, RootFacts, StapleFacts } from '../../../src/federation/handshake.ts';
import { microsoftRoots } from '../../../src/probe/tls/roots.ts';
import type { EdgeScript } from '../../fakes/scripted-net.ts';
import { addresses, behind, certificate, fromNow, good, hour, type Scenario } from '../scenario.ts';

const day = 24 * hour;
const minute = hour / 60;

const staple: StapleFacts = {
  response: 'successful',
  status: 'good',
  serials: [good.serial],
  producedAt: fromNow(-day),
  thisUpdate: fromNow(-day),
  nextUpdate: fromNow(day),
  revokedAt: null,
  responder: 'CN=Responder',
  signature: 'good',
};
const stapled = (over: Partial<StapleFacts>): Scenario['net'] =>
  behind(certificate({}, { stapled: true, staple: { ...staple, ...over } }));

const root = (name: string, fingerprint1: string): RootFacts => ({
  subject: `CN=${name}`,
  fingerprint256: 'AB:CD',
  fingerprint1,
});
const current = root('Current Root', '01');
const [dropped] = microsoftRoots.map(({ name, fingerprint1 }) => root(name, fingerprint1));

/** Valid for so many days, some of them gone. */
const aged = (days: number, issuedAgoDays: number) => ({
  notBefore: fromNow(-issuedAgoDays * day),
  notAfter: fromNow((days - issuedAgoDays) * day - 1000),
});

/** No rule of any day forbids it. */
const brief = aged(40, 20);

const trunk = (domain: string, tls: NonNullable<EdgeScript['tls']>): Omit<Scenario, 'name' | 'codes' | 'state'> => ({
  net: {
    dns: addresses(domain, '192.0.2.1'),
    edges: {
      '192.0.2.1:5061': {
        tls: { chain: [{ ...good, ...brief, names: { dns: [domain], uri: [], ip: [] } }], ...tls },
        admitted: 'silence',
      },
    },
  },
  partner: { domain, profile: 'direct-routing' },
});

const flight = (...others: readonly string[]): FlightFacts => ({
  authorities: [],
  authoritiesTotal: 0,
  presented: [
    { subject: good.subject, fingerprint256: good.fingerprint256, place: 'leaf' },
    ...others.map((each) => ({ subject: `CN=${each}`, fingerprint256: each, place: 'stray' as const })),
  ],
  presentedTotal: 1 + others.length,
});

/** What authorities and trust stores say of a certificate, and what comes along with it. */
export const authorityScenarios: readonly Scenario[] = [
  { name: 'the leaf alone was sent', net: behind(certificate({}, { flight: flight() })), state: 'healthy', codes: [] },
  {
    name: 'certificates of nobody were sent with it',
    net: behind(certificate({}, { flight: flight('One', 'Two', 'Three', 'Four') })),
    state: 'healthy',
    codes: ['tls_other_path'],
  },
  { name: 'a good staple', net: stapled({}), state: 'healthy', codes: [] },
  {
    name: 'the staple says revoked',
    net: stapled({ status: 'revoked', revokedAt: fromNow(-2 * day) }),
    state: 'misconfigured',
    codes: ['tls_certificate_revoked'],
  },
  {
    name: 'the staple says revoked, and who signed it was not to be found out',
    net: stapled({ status: 'revoked', signature: 'not_checked' }),
    state: 'misconfigured',
    codes: ['tls_certificate_revoked'],
  },
  {
    name: 'the staple says revoked with a wrong signature: it says nothing',
    net: stapled({ status: 'revoked', signature: 'wrong' }),
    state: 'healthy',
    codes: ['tls_staple_useless'],
  },
  {
    name: 'the staple is out of date',
    net: stapled({ nextUpdate: fromNow(-hour) }),
    state: 'healthy',
    codes: ['tls_staple_outdated'],
  },
  {
    name: "a stapled response of Let's Encrypt, which gave up OCSP",
    net: behind(
      certificate(
        { issuer: "C=US, O=Let's Encrypt, CN=R13" },
        { stapled: true, staple: { ...staple, nextUpdate: '2025-08-07T00:00:00.000Z' } },
      ),
    ),
    state: 'healthy',
    codes: ['tls_staple_outdated'],
  },
  {
    name: 'the staple is out of date by less than clocks differ',
    net: stapled({ nextUpdate: fromNow(-4 * minute) }),
    state: 'healthy',
    codes: [],
  },
  { name: 'a staple without end', net: stapled({ nextUpdate: null }), state: 'healthy', codes: [] },
  {
    name: 'the staple is about another certificate',
    net: stapled({ status: null }),
    state: 'healthy',
    codes: ['tls_staple_useless'],
  },
  {
    name: 'the staple says that the certificate is not known',
    net: stapled({ status: 'unknown' }),
    state: 'healthy',
    codes: ['tls_staple_useless'],
  },
  {
    name: 'the staple cannot be read',
    net: stapled({ response: 'unreadable', status: null }),
    state: 'healthy',
    codes: ['tls_staple_useless'],
  },
  {
    name: 'the staple is an error of the responder',
    net: stapled({ response: 'tryLater', status: null }),
    state: 'healthy',
    codes: ['tls_staple_useless'],
  },
  {
    name: 'a staple signed in the future: our clock',
    net: stapled({ producedAt: fromNow(6 * minute) }),
    state: 'healthy',
    codes: ['tls_clock_behind'],
  },
  {
    name: 'a staple signed a little in the future',
    net: stapled({ producedAt: fromNow(4 * minute) }),
    state: 'healthy',
    codes: [],
  },
  {
    name: 'a staple of the future that nobody vouches for',
    net: stapled({ producedAt: fromNow(hour), signature: 'not_checked' }),
    state: 'healthy',
    codes: [],
  },
  {
    name: 'the system trusts the root, Mozilla does not any more',
    net: behind(certificate(brief, { roots: { system: dropped ?? null, mozilla: null } })),
    state: 'healthy',
    codes: ['tls_stores_disagree'],
  },
  {
    name: 'our file trusts nobody, the public stores do',
    net: behind(
      certificate(brief, {
        verification: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
        rooted: false,
        roots: { system: current, mozilla: current, file: null },
      }),
    ),
    state: 'misconfigured',
    codes: ['tls_untrusted', 'tls_stores_disagree'],
  },
  {
    name: 'a root of our own file only is no disagreement',
    net: behind(certificate(brief, { roots: { system: null, mozilla: null, file: current } })),
    state: 'healthy',
    codes: [],
  },
  {
    name: 'a system without a store is not compared',
    net: behind(certificate(brief, { roots: { mozilla: current } })),
    state: 'healthy',
    codes: [],
  },
  {
    name: "Microsoft's trunk endpoint below an announced root",
    ...trunk('sip.pstnhub.microsoft.com', { roots: { system: dropped ?? null } }),
    state: 'healthy',
    codes: [],
  },
  {
    name: "Microsoft's trunk endpoint below another root",
    ...trunk('sip2.pstnhub.microsoft.com', { roots: { system: current, mozilla: current } }),
    state: 'degraded',
    codes: ['tls_root_unlisted'],
  },
  {
    name: 'a border controller may have any root',
    ...trunk('sbc.a.example', { roots: { system: current, mozilla: current } }),
    state: 'healthy',
    codes: [],
  },
  {
    name: 'less than a quarter is left',
    net: behind(certificate({ notBefore: fromNow(-76 * hour), notAfter: fromNow(24 * hour) })),
    state: 'healthy',
    codes: ['tls_renewal_due'],
  },
  {
    name: "a certificate of Let's Encrypt that a job renews by the day",
    net: behind(certificate({ ...aged(45, 40), issuer: "C=US, O=Let's Encrypt, CN=E7" })),
    state: 'degraded',
    codes: ['tls_certificate_expiring'],
  },
  {
    name: 'a quarter and a little is left',
    net: behind(certificate({ notBefore: fromNow(-74 * hour), notAfter: fromNow(26 * hour) })),
    state: 'healthy',
    codes: [],
  },
  {
    name: 'a public certificate for as long as any day allowed',
    net: behind(certificate(brief, { roots: { mozilla: current } })),
    state: 'healthy',
    codes: [],
  },
  {
    name: 'a public certificate for longer than any day allowed',
    net: behind(certificate(aged(826, 400), { roots: { mozilla: current } })),
    state: 'healthy',
    codes: ['tls_lifetime_too_long'],
  },
  {
    name: 'a private certificate for ten years',
    net: behind(certificate(aged(3650, 400), { roots: { system: current, mozilla: null, file: current } })),
    state: 'healthy',
    codes: ['tls_stores_disagree'],
  },
];
