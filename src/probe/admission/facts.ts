/** How the peer showed that it admits us. */
export interface AdmissionFacts {
  readonly shownBy: 'tls12_handshake' | 'session_ticket' | 'application_data' | null;
  readonly offeredCertificate: boolean;
}
