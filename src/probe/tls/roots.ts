/** A root certificate by its SHA-1 fingerprint, as published tables give it. */
interface KnownRoot {
  readonly name: string;
  readonly fingerprint1: string;
}

/** The roots that Microsoft names for SIP peers of Direct Routing, as of 2025-12-12 (facts §3.3). */
export const microsoftRoots: readonly KnownRoot[] = [
  { name: 'DigiCert Global Root CA', fingerprint1: 'A8985D3A65E5E5C4B2D7D66D40C6DD2FB19C5436' },
  { name: 'DigiCert Global Root G2', fingerprint1: 'DF3C24F9BFD666761B268073FE06D1CC8D4F82A4' },
  { name: 'DigiCert Global Root G3', fingerprint1: '7E04DE896A3E666D00E687D33FFAD93BE83D349E' },
  { name: 'DigiCert TLS ECC P384 Root G5', fingerprint1: '17F3DE5E9F0F19E98EF61F32266E20C407AE30EE' },
  { name: 'DigiCert TLS RSA4096 Root G5', fingerprint1: 'A78849DC5D7C758C8CDE399856B3AAD0B2A57135' },
  { name: 'Microsoft ECC Root CA 2017', fingerprint1: '999A64C37FF47D9FAB95F14769891460EEC4C3C5' },
  { name: 'Microsoft RSA Root CA 2017', fingerprint1: '73A5E64A3BFF8316FF0EDCCC618A906E4EAE4D74' },
];

/** Domains whose hosts are Microsoft's side of Direct Routing: worldwide, GCC High, DoD (facts §5). */
const directRouting = ['pstnhub.microsoft.com', 'pstnhub.gov.teams.microsoft.us', 'pstnhub.dod.teams.microsoft.us'];

export function isMicrosoftTrunk(host: string): boolean {
  return directRouting.some((domain) => host.endsWith(`.${domain}`));
}

export function isMicrosoftRoot(fingerprint1: string): boolean {
  return microsoftRoots.some((root) => root.fingerprint1 === fingerprint1);
}
