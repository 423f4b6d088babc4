import type { CertificateFacts } from '../../federation/certificate.ts';

/** OIDs of extended key usages (RFC 5280 §4.2.1.12). */
const usages = { any: '2.5.29.37.0', server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' } as const;

/** Whether a certificate may be used as a server or as a client; without the extension it may be used for everything. */
export function serves({ extendedKeyUsage }: CertificateFacts, as: 'server' | 'client'): boolean {
  return extendedKeyUsage === null || extendedKeyUsage.some((each) => each === usages.any || each === usages[as]);
}
