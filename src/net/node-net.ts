import { connect as openSocket, type Socket } from 'node:net';
import { noIdentity } from '../federation/edge.ts';
import { NetworkFailure } from '../federation/failure.ts';
import { askedTogether } from './asked-together.ts';
import { connectFailureOf } from './classify.ts';
import { openDatagrams } from './datagram-link.ts';
import type { Stop } from './deadline.ts';
import { QuerySockets } from './dns-sockets.ts';
import { ask, askOverTls, isSecure } from './dns-wire.ts';
import { egressPolicy } from './egress.ts';
import { NodeLink } from './link.ts';
import type { Net, To } from './net.ts';
import { asError } from './progress.ts';
import { createTlsClient, type ClientCertificate, type Identities } from './tls-client.ts';

export interface NetOptions {
  /** Addresses and CIDRs that may be connected to although they are not public. */
  readonly egressAllow: readonly string[];
  /** `system`, `mozilla`, or the path of a PEM file. */
  readonly trust: string;
  /** What we present to a peer that asks for a certificate, where no identity is named. */
  readonly certificate: ClientCertificate | null;
  /** Several identities, and such as change while we run: goes before `certificate`. */
  readonly identities?: Identities;
}

/** The real network. Throws when the allow list, the trust store or our certificate cannot be used. */
export function createNet({ egressAllow, trust, certificate, identities }: NetOptions): Net {
  const egress = egressPolicy(egressAllow);
  const onlyOne: Identities = (name) => (name === undefined ? certificate : name === noIdentity ? null : undefined);
  const tls = createTlsClient(trust, identities ?? onlyOne);
  const sockets = new QuerySockets();
  const judge = ({ address, port }: To): void => {
    const verdict = egress(address, port);
    if (!verdict.allowed) throw new NetworkFailure('egress_denied', verdict.reason);
  };
  return {
    ask: askedTogether((server, question, signal) =>
      isSecure(server) ? askOverTls(server, question, signal, tls) : ask(server, question, signal, sockets),
    ),
    async connect(to, signal) {
      judge(to);
      return new NodeLink(await open(to, signal), tls);
    },
    async datagrams(to, signal) {
      judge(to);
      return openDatagrams(to, signal);
    },
  };
}

async function open(to: To, signal: Stop): Promise<Socket> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = openSocket({ host: to.address, port: to.port, noDelay: true, autoSelectFamily: false });
  const stop = (): void => reject(asError(signal.reason));
  const connected = (): void => resolve(socket);
  const failed = (error: Error): void => reject(connectError(error, to.address));
  const closed = (): void => reject(new NetworkFailure('tcp_reset', 'the connection was closed while it was opened'));
  signal.addEventListener('abort', stop, { once: true });
  socket.once('connect', connected).once('error', failed).once('close', closed);
  try {
    return await promise;
  } catch (error) {
    // An error that comes after the first has no one left to tell.
    socket.on('error', () => undefined).destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    socket.off('connect', connected).off('error', failed).off('close', closed);
  }
}

function connectError(error: Error, address: string): Error {
  const known = connectFailureOf(error, address);
  return known === null ? error : new NetworkFailure(known.code, known.detail, { cause: error });
}
