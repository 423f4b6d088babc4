/** A hosting provider whose proxy may stand in the SRV record of every domain it hosts (facts §2.2, §2.3). */
export interface Provider {
  readonly id: string;
  readonly name: string;
  readonly hosts: readonly string[];
}

/** A provider that hosts users, too: the names that their clients are led to by `lyncdiscover`, `sip` and `_sip._tls`. */
export interface Cloud extends Provider {
  readonly clientHosts: readonly string[];
}

/** Microsoft's clouds (facts §2.3). */
export const clouds: readonly Cloud[] = [
  {
    id: 'microsoft-365',
    name: 'Microsoft 365 (worldwide, GCC)',
    hosts: ['sipfed.online.lync.com'],
    clientHosts: ['sipdir.online.lync.com', 'webdir.online.lync.com'],
  },
  {
    id: 'microsoft-gcc-high',
    name: 'Microsoft 365 GCC High',
    hosts: ['sipfed.online.gov.skypeforbusiness.us'],
    clientHosts: ['sipdir.online.gov.skypeforbusiness.us', 'webdir.online.gov.skypeforbusiness.us'],
  },
  {
    id: 'microsoft-dod',
    name: 'Microsoft 365 DoD',
    hosts: ['sipfed.online.dod.skypeforbusiness.us'],
    clientHosts: ['sipdir.online.dod.skypeforbusiness.us', 'webdir.online.dod.skypeforbusiness.us'],
  },
  {
    id: 'microsoft-21vianet',
    name: 'Microsoft 365 operated by 21Vianet',
    hosts: ['sipfed.online.partner.lync.cn'],
    clientHosts: ['sipdir.online.partner.lync.cn', 'webdir.online.partner.lync.cn'],
  },
];

/** Every provider whose proxy is accepted outside the SIP domain. */
export const providers: readonly Provider[] = clouds;

/** The provider that runs this host, or null. */
export function providerOf(host: string): Provider | null {
  return providers.find((each) => each.hosts.includes(host)) ?? null;
}

/** The id of the first known provider among the hosts a partner is reached at, or null. */
export function providerAmong(hosts: readonly string[]): string | null {
  return hosts.map(providerOf).find((each) => each !== null)?.id ?? null;
}

/** Where the SBCs of customers connect to (Direct Routing, Operator Connect): Microsoft's own SIP proxies (facts §5), port 5061. */
export const directRoutingEndpoints: readonly Provider[] = [
  {
    id: 'microsoft-direct-routing',
    name: 'Microsoft Teams Direct Routing (worldwide, GCC)',
    hosts: ['sip.pstnhub.microsoft.com', 'sip2.pstnhub.microsoft.com', 'sip3.pstnhub.microsoft.com'],
  },
  {
    id: 'microsoft-direct-routing-test',
    name: 'Microsoft Teams Direct Routing, test endpoint with the new chains',
    hosts: ['sip.g1.pstnhub.microsoft.com'],
  },
  {
    id: 'microsoft-direct-routing-gcc-high',
    name: 'Microsoft Teams Direct Routing GCC High',
    hosts: ['sip.pstnhub.gov.teams.microsoft.us'],
  },
  {
    id: 'microsoft-direct-routing-dod',
    name: 'Microsoft Teams Direct Routing DoD',
    hosts: ['sip.pstnhub.dod.teams.microsoft.us'],
  },
];

/** Whether everybody may connect to this host; an SBC of a customer usually lets in Microsoft's networks only. */
export function isDirectRoutingEndpoint(host: string): boolean {
  return directRoutingEndpoints.some((each) => each.hosts.includes(host));
}
