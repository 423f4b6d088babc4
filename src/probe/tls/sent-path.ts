import { maxChain, type CertificateFacts } from '../../federation/certificate.ts';
import type { Finding } from '../../federation/finding.ts';
import type { PresentedCertificate, RootFacts } from '../../federation/handshake.ts';
import type { TlsFacts } from './facts.ts';
import { tlsFindings as findings } from './findings.ts';

/** How what a server sent differs from the path that verification took over it. */
export interface OtherPath {
  /** How many certificates came; a root at the end of the chain may be sent and is not counted. */
  readonly sent: number;
  /** Subjects of those that the path leaves aside, in the order sent. */
  readonly aside: readonly string[];
  /** The authority that what was left aside leads to, where verification found a root of ours before it; else null. */
  readonly leadsTo: string | null;
  /** Whether those on the path came in another order than the path's. */
  readonly shuffled: boolean;
}

const shownNames = 3;

/** Null: no difference, or what is known is not whole enough to tell. Pure. */
export function otherPath(facts: TlsFacts): OtherPath | null {
  const { chain, flight = null } = facts;
  if (flight === null || chain.length === 0 || !isWhole(facts)) return null;
  const sent = flight.presented.filter(({ place }) => place !== 'root');
  const { path, leadsTo } = pathTaken(facts);
  const wanted = path.map(({ fingerprint256 }) => fingerprint256);
  const lost = leadsTo === null ? lostFromChain(facts) : [];
  const came = [...new Set(sent.map(({ fingerprint256 }) => fingerprint256))];
  const onPath = came.filter((each) => wanted.includes(each));
  const order = wanted.filter((each) => came.includes(each));
  const isAgain = (each: string, at: number): boolean =>
    sent.findIndex(({ fingerprint256 }) => fingerprint256 === each) < at;
  const aside = sent
    .filter(
      (each, at) => isAgain(each.fingerprint256, at) || !(wanted.includes(each.fingerprint256) || lost.includes(each)),
    )
    .map(({ subject }) => subject);
  const shuffled = lost.length > 0 || onPath.some((each, at) => each !== order[at]);
  return aside.length === 0 && !shuffled ? null : { sent: sent.length, aside, leadsTo, shuffled };
}

/**
 * Certificates of the path that Node's chain lacks. It follows issuers in what was sent and ends early at one that stands
 * last in the list (Node 24.21, `AddIssuerChainToObject`): so what is lacking was sent before what it signed. One of the
 * same name as a link of the chain is not lacking, it is the other of two.
 */
function lostFromChain({ chain, flight = null }: TlsFacts): readonly PresentedCertificate[] {
  const kept = new Set(chain.map(({ fingerprint256 }) => fingerprint256));
  const presented = flight?.presented ?? [];
  const named = new Set(presented.filter((each) => kept.has(each.fingerprint256)).map(({ subject }) => subject));
  return presented.filter((each) => each.place === 'path' && !named.has(each.subject));
}

/** Whether the chain ends before the path does, so that it does not tell whether that leads to a root of ours. Pure. */
export function endsEarly(facts: TlsFacts): boolean {
  return isWhole(facts) && lostFromChain(facts).length > 0;
}

/** What was cut, by a cap or because the evidence was too large to keep, is compared with nothing. */
function isWhole({ chain, chainDropped = 0, flight = null }: TlsFacts): boolean {
  const sent = flight !== null && flight.unread?.presented === undefined ? flight.presented.length : -1;
  return chainDropped === 0 && chain.length < maxChain && sent === flight?.presentedTotal;
}

/**
 * The chain goes as far as what was sent leads. Where that is to no root of ours and verification passed all the same,
 * OpenSSL met a root of the store before it: of two issuers of one name it takes the trusted one first.
 */
function pathTaken(facts: TlsFacts): { readonly path: readonly CertificateFacts[]; readonly leadsTo: string | null } {
  const { chain, rooted, verification } = facts;
  const whole = { path: chain, leadsTo: null };
  if (rooted || verification !== 'ok') return whole;
  const subjects = configuredRoots(facts).map(({ subject }) => subject);
  const last = chain.findIndex(({ issuer }) => subjects.includes(issuer));
  if (last < 0 || last === chain.length - 1) return whole;
  return { path: chain.slice(0, last + 1), leadsTo: chain.at(-1)?.issuer ?? null };
}

function configuredRoots({ roots = {} }: TlsFacts): readonly RootFacts[] {
  const stores = roots.file === undefined ? [roots.system, roots.mozilla] : [roots.file];
  return stores.filter((each) => each != null);
}

/** Opinion on it: pure. */
export function judgeSentPath(facts: TlsFacts, endpoint: string): readonly Finding[] {
  const other = otherPath(facts);
  if (other === null) return [];
  const { sent, aside, leadsTo, shuffled } = other;
  const more = aside.length > shownNames ? ` and ${String(aside.length - shownNames)} more` : '';
  const names = aside.slice(0, shownNames).map((each) => `"${each}"`);
  const args = { endpoint, sent, aside: names.join(', ') + more, leadsTo, shuffled };
  return [findings.make('tls_other_path', args, endpoint)];
}
