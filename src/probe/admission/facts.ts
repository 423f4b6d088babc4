/** How the peer showed that it admits us. */
export interface AdmissionFacts {
  readonly shownBy: 'tls12_handshake' | 'session_ticket' | 'application_data' | null;
  readonly offeredCertificate: boolean;
  /** Whether the server asked for a client certificate; null when the handshake did not come so far. */
  readonly certificateRequested?: boolean | null;
  /** How long the session ticket may be used that came after the handshake, seconds; null without one. */
  readonly ticketSeconds?: number | null;
}
