/** A hosting provider whose proxy may stand in the SRV record of every domain it hosts (facts §2.2, §2.3). */
export interface Provider {
  readonly id: string;
  readonly name: string;
  readonly hosts: readonly string[];
}

export const providers: readonly Provider[] = [
  { id: 'microsoft-365', name: 'Microsoft 365 (worldwide, GCC)', hosts: ['sipfed.online.lync.com'] },
  { id: 'microsoft-gcc-high', name: 'Microsoft 365 GCC High', hosts: ['sipfed.online.gov.skypeforbusiness.us'] },
  { id: 'microsoft-dod', name: 'Microsoft 365 DoD', hosts: ['sipfed.online.dod.skypeforbusiness.us'] },
  { id: 'microsoft-21vianet', name: 'Microsoft 365 operated by 21Vianet', hosts: ['sipfed.online.partner.lync.cn'] },
];

/** The provider that runs this host, or null. */
export function providerOf(host: string): Provider | null {
  return providers.find((each) => each.hosts.includes(host)) ?? null;
}
