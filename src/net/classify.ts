import { NetworkFailure, type Failure, type FailureCode } from '../federation/failure.ts';
import type { StepName } from '../federation/observation.ts';
import { DeadlineExceeded, stoodStillMs } from './deadline.ts';
import { openSslFailure } from './openssl-failure.ts';

type ByStep = Readonly<Record<StepName, FailureCode>>;

/** What a code means where a step decides it. The admission step runs inside TLS, so its silence is TLS silence. */
function perStep(
  dns: FailureCode,
  tcp: FailureCode,
  tls: FailureCode,
  admission: FailureCode,
  sip: FailureCode,
): ByStep {
  return {
    srv_lookup: dns,
    address_lookup: dns,
    tcp_connect: tcp,
    tls_handshake: tls,
    admission,
    sip_options: sip,
  };
}

const everywhere = (code: FailureCode): ByStep => perStep(code, code, code, code, code);

const silence = perStep('dns_timeout', 'tcp_timeout', 'tls_timeout', 'tls_timeout', 'sip_timeout');
const reset = perStep('dns_unreachable', 'tcp_reset', 'tls_reset', 'connection_reset', 'connection_reset');
const closed = perStep('dns_unreachable', 'tcp_reset', 'tls_closed', 'connection_closed', 'connection_closed');
const refused = perStep('dns_unreachable', 'tcp_refused', 'tls_reset', 'connection_reset', 'connection_reset');
const unreachable = perStep(
  'dns_unreachable',
  'tcp_unreachable',
  'tcp_unreachable',
  'tcp_unreachable',
  'tcp_unreachable',
);

const errnos: ReadonlyMap<string, ByStep> = new Map([
  ['ETIMEDOUT', silence],
  ['ECONNRESET', reset],
  ['ECONNABORTED', reset],
  ['EPIPE', reset],
  ['ENOTCONN', closed],
  ['ERR_STREAM_DESTROYED', closed],
  ['ERR_STREAM_WRITE_AFTER_END', closed],
  ['ERR_STREAM_PREMATURE_CLOSE', closed],
  ['ERR_SOCKET_CLOSED', closed],
  ['ERR_SOCKET_DGRAM_NOT_RUNNING', closed],
  ['ECONNREFUSED', refused],
  ['EHOSTUNREACH', unreachable],
  ['ENETUNREACH', unreachable],
  ['EHOSTDOWN', unreachable],
  ['ENETDOWN', unreachable],
  ['ENONET', unreachable],
  ['EMFILE', everywhere('local_resource')],
  ['ENFILE', everywhere('local_resource')],
  ['EADDRNOTAVAIL', everywhere('local_resource')],
  ['EADDRINUSE', everywhere('local_resource')],
  ['ENOBUFS', everywhere('local_resource')],
  ['ENOMEM', everywhere('local_resource')],
  // A firewall of our own says no; the packet never left.
  ['EPERM', everywhere('local_resource')],
  ['EACCES', everywhere('local_resource')],
]);

export interface FailureContext {
  /** Whether the server's certificate had arrived: a bare handshake_failure alert then means that ours was refused. */
  readonly certificateSeen: boolean;
}

/** A failure with its detail made printable and short. */
function failure(code: FailureCode, detail: string): Failure {
  return new NetworkFailure(code, detail).failure;
}

/** A peer can only be called silent by a process that listened. */
function silenceOf({ message, lateMs }: DeadlineExceeded, step: StepName): Failure {
  if (lateMs < stoodStillMs) return failure(silence[step], message);
  return failure('local_resource', `our process stood still, the deadline fired ${String(Math.round(lateMs))} ms late`);
}

/** What happens by itself to a peer that is not answered: it waits, gives up, or is gone. */
const ofTime: readonly FailureCode[] = [
  'dns_timeout',
  'tcp_timeout',
  'tcp_reset',
  'tls_timeout',
  'tls_closed',
  'tls_reset',
  'sip_timeout',
  'sip_no_final',
  'connection_closed',
  'connection_reset',
  'deadline',
];

/** What a failure means when our process stood still meanwhile: what the peer said stands, its silence and its end are ours. */
export function withoutUs(found: Failure, stoodMs: number): Failure {
  if (!ofTime.includes(found.code)) return found;
  return failure('local_resource', `our process stood still for ${String(Math.round(stoodMs))} ms meanwhile`);
}

/**
 * The one table from deadlines, Node's errno and OpenSSL's codes to our words. Null means that the error does not
 * come from the network (a bug, or the process is stopping): the caller throws it on.
 */
export function failureOf(error: unknown, step: StepName, context?: FailureContext): Failure | null {
  if (error instanceof NetworkFailure) return error.failure;
  if (error instanceof DeadlineExceeded) return silenceOf(error, step);
  if (!(error instanceof Error)) return null;
  if (error.name === 'AbortError') return error.cause === undefined ? null : failureOf(error.cause, step, context);
  if (isBug(error) || !('code' in error) || typeof error.code !== 'string') return null;
  const { code } = error;
  if (code.startsWith('ERR_SSL_')) {
    return openSslFailure(error, code, step, context?.certificateSeen ?? step !== 'tls_handshake');
  }
  const syscall = 'syscall' in error && typeof error.syscall === 'string' ? `${error.syscall} ` : '';
  // Node reports a FIN inside the handshake as ECONNRESET without a system call.
  if (code === 'ECONNRESET' && syscall === '') return failure(closed[step], 'the peer closed the connection');
  const known = errnos.get(code);
  if (known !== undefined) return failure(known[step], `${syscall}${code}`);
  return isSystemCode(code) ? failure('unclassified', `${syscall}${code}`) : null;
}

/**
 * What a failed connect to a numeric address means. Without a route or an address of its family, IPv6 is missing on
 * our side, and that says nothing about the peer.
 */
export function connectFailureOf(error: unknown, address: string): Failure | null {
  return familyFailureOf(error, address) ?? failureOf(error, 'tcp_connect');
}

/** What an error of a UDP socket towards a numeric address means; a closed port is told by ICMP (RFC 3261 §18.4). */
export function datagramFailureOf(error: unknown, address: string): Failure | null {
  if (errnoOf(error) === 'ECONNREFUSED') return failure('udp_refused', 'ICMP: port unreachable');
  const known = familyFailureOf(error, address) ?? failureOf(error, 'sip_options');
  return known?.code === 'tcp_unreachable' ? { ...known, code: 'udp_unreachable' } : known;
}

function familyFailureOf(error: unknown, address: string): Failure | null {
  const code = errnoOf(error);
  const missing = address.includes(':') && (code === 'ENETUNREACH' || code === 'EADDRNOTAVAIL');
  return missing ? failure('no_route_of_family', `no IPv6 route from here (${code})`) : null;
}

function errnoOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** Ranges and types are only ever wrong in our own code; an errno is not a reason to excuse them. */
function isBug(error: Error): boolean {
  const kinds = [TypeError, ReferenceError, SyntaxError, RangeError, EvalError];
  return kinds.some((kind) => error instanceof kind) || error.name === 'AssertionError';
}

function isSystemCode(code: string): boolean {
  return /^E[A-Z0-9]{2,}$/.test(code) || code.startsWith('ERR_TLS_') || code.startsWith('ERR_SOCKET_');
}
