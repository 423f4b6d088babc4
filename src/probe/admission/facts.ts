import { alertIn, type AlertFacts } from '../../federation/alert.ts';
import type { Failure } from '../../federation/failure.ts';
import type { OfferedCertificate } from '../../federation/handshake.ts';

/**
 * The forms of "they refuse us". With TLS 1.2 an alert breaks the handshake; with TLS 1.3 ours is complete by then and the
 * alert comes on the next read; Windows and some filters reset the connection right after our certificate, or close it.
 */
export type RefusalForm = 'alert_in_handshake' | 'alert_after_handshake' | 'reset' | 'closed';

export interface Refusal {
  readonly form: RefusalForm;
  /** What they sent; null for a reset or an end without a word. */
  readonly alert: AlertFacts | null;
}

/** How the peer showed that it admits us, or refused. */
export interface AdmissionFacts {
  readonly shownBy: 'tls12_handshake' | 'session_ticket' | 'application_data' | null;
  readonly offeredCertificate: boolean;
  // The rest is absent in evidence of earlier versions.
  /** Whether the server asked for a client certificate; null when the handshake did not come so far. */
  readonly certificateRequested?: boolean | null;
  /** How long the session ticket may be used that came after the handshake, seconds; null without one. */
  readonly ticketSeconds?: number | null;
  readonly refusal?: Refusal | null;
  /** Our certificate as it was offered to a server that asked for one; null: none was. */
  readonly ours?: OfferedCertificate | null;
}

/** The form of a refusal from how the step failed; null for a failure that refuses nothing, like silence. */
export function refusalOf({ code, detail }: Failure, protocol: string | null): Refusal | null {
  switch (code) {
    case 'peer_refused_certificate': {
      // Only under TLS 1.2 do both sides have to agree before the handshake is complete.
      const form = protocol === 'TLSv1.2' ? 'alert_in_handshake' : 'alert_after_handshake';
      return { form, alert: alertIn(detail) };
    }
    case 'tls_reset':
    case 'connection_reset':
      return { form: 'reset', alert: null };
    case 'tls_closed':
    case 'connection_closed':
      return { form: 'closed', alert: null };
    default:
      return null;
  }
}
