import type { Edge } from '../federation/edge.ts';
import type { LedgerEntry, Sending } from '../federation/ledger.ts';
import type { EdgeEvidence, Observation, Restraint, Step } from '../federation/observation.ts';
import type { SipFacts } from './sip/facts.ts';
import { sampleRequest, type Sender } from './sip/request.ts';
import type { TlsFacts } from './tls/facts.ts';

/** After these nothing left this machine. */
const unsent = ['egress_denied', 'identity_unknown', 'sip_request_too_long'];

const outcomeOf = ({ failure }: Step): string => failure?.code ?? 'done';

function handshake(edge: Edge, step: Step, { offeredCertificate }: TlsFacts): Sending {
  const identity = offeredCertificate ? (edge.identity ?? 'default') : null;
  return { what: 'tls_handshake', outcome: outcomeOf(step), identity };
}

function options(edge: Edge, step: Step, { status, sent = 1, random = [] }: SipFacts, sender: Sender): Sending | null {
  if (sent === 0) return null;
  const outcome = status === null ? outcomeOf(step) : String(status);
  const text = sampleRequest(edge, sender);
  const octets = Buffer.byteLength(text);
  return { what: 'sip_options', outcome, octets, ...(sent === 1 ? {} : { times: sent }), text, random };
}

function sendingOf(edge: Edge, step: Step, { facts }: Observation<unknown>, sender: Sender): Sending | null {
  if (unsent.includes(step.failure?.code ?? '')) return null;
  switch (step.name) {
    case 'tcp_connect':
      return { what: 'tcp_connect', outcome: outcomeOf(step) };
    case 'tls_handshake':
      return handshake(edge, step, facts as TlsFacts);
    case 'sip_options':
      return options(edge, step, facts as SipFacts, sender);
    case 'srv_lookup':
    case 'address_lookup':
    case 'admission':
      // Questions to resolvers are not sent to the edge, and admission only listens.
      return null;
  }
}

/**
 * What an examination sent to its edge; null: nothing left this machine. `evidence` is as the examination made it, with
 * no answer of an earlier one in it; `sender` and `restraint` are those it was made with. Pure.
 */
export function ledgerEntryOf(
  evidence: EdgeEvidence,
  sender: Sender,
  vantage: string,
  restraint: Restraint | null = null,
): LedgerEntry | null {
  const { edge, slotMs, at, observations } = evidence;
  const sendings = observations
    .flatMap((each) => each.steps.map((step) => sendingOf(edge, step, each, sender)))
    .filter((each) => each !== null);
  const why = edge.options ? (restraint?.why ?? null) : null;
  return sendings.length === 0 ? null : { slotMs, at, vantage, sendings, ...(why === null ? {} : { held: why }) };
}
