import type { CertificateFacts } from '../../federation/certificate.ts';
import type { RootFacts, StoreRoots } from '../../federation/handshake.ts';
import {
  droppedRoots,
  hashSunsets,
  latest,
  letsEncryptLifetimes,
  lifetimeChange,
  microsoftRootMoves,
  ocspEnds,
  type CalendarEntry,
} from './calendar.ts';

// Which dated change of the calendar explains what is seen of a certificate; each is null when none does.

function words(entry: CalendarEntry | null | undefined): string | null {
  return entry == null ? null : `${entry.date}: ${entry.what}`;
}

/** Names are written with an apostrophe of either kind, and escaped or not. */
const plain = (name: string): string => name.replaceAll(/[\\'’]/g, '');

const isIssuedBy = ({ issuer }: CertificateFacts, authority: string): boolean =>
  plain(issuer).includes(`O=${plain(authority)}`);

/** How long its authority makes certificates valid: who renews by a fixed number of days comes too late. */
export function ofLifetime(leaf: CertificateFacts): string | null {
  if (!isIssuedBy(leaf, "Let's Encrypt")) return null;
  return words(lifetimeChange(letsEncryptLifetimes, Date.parse(leaf.notBefore), Date.parse(leaf.notAfter)));
}

/** The authority of a certificate has given up OCSP, by the day on which its response was to be renewed. */
export function ofOcsp(leaf: CertificateFacts, nextUpdate: string): string | null {
  return words(
    ocspEnds.find(({ authority, date }) => isIssuedBy(leaf, authority) && Date.parse(date) <= Date.parse(nextUpdate)),
  );
}

/** The hash that a certificate is signed with is gone from public ones. */
export function ofHash({ details }: CertificateFacts): string | null {
  return words(hashSunsets.find(({ hash }) => hash === details?.signature.hash));
}

/** A store that refuses a root has dropped it. */
export function ofDroppedRoot({ subject }: RootFacts, refusing: readonly (keyof StoreRoots)[]): string | null {
  const names = subject.split(/\n|, /);
  return words(
    droppedRoots.find(
      ({ store, roots }) => refusing.includes(store) && roots.some((each) => names.includes(`CN=${each}`)),
    ),
  );
}

/** The last move of Microsoft's roots that had come by then. */
export function ofMicrosoftRoots(nowMs: number): string | null {
  return words(latest(microsoftRootMoves, nowMs));
}
