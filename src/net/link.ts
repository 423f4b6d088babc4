import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { NetworkFailure, printable } from '../federation/failure.ts';
import type { OfferedCertificate, StoreRoots } from '../federation/handshake.ts';
import type { StepName } from '../federation/observation.ts';
import { failureOf } from './classify.ts';
import type { Stop } from './deadline.ts';
import type { Admission, Link, SecureOptions, TlsSeen } from './net.ts';
import { asError, Progress } from './progress.ts';
import { FlightRecorder } from './flight-recorder.ts';
import { earlyVerification, verificationWord, type PresentedChain, type TlsClient } from './tls-client.ts';
import { sessionFacts, ticketFacts } from './tls-session.ts';

/** How many unread octets of one peer are held; beyond that it has to wait until they were read. */
export const maxUnread = 128 * 1024;

/**
 * How many octets of a TLS connection may be anything but an answer: more than the largest handshake that OpenSSL takes.
 * What floods us with key updates or tickets would keep a processor busy for as long as an examination may last.
 */
export const maxBesides = 128 * 1024;
/** So often that is looked at, milliseconds: most connections end before the first time. */
const besidesEveryMs = 20;

/** One connection over TCP, with TLS on top after `secure`. Only this object listens to its sockets. */
export class NodeLink implements Link {
  readonly #tls: TlsClient;
  readonly #raw: Socket;
  readonly #progress = new Progress();
  readonly #inbox: Uint8Array[] = [];
  /** What is read from and written to: the TLS socket once there is one. */
  #socket: Socket;
  /** What that stands on: the connection, or the tap on it, which ends only when all was read. */
  #below: Duplex;
  #reading = false;
  #unread = 0;
  /** Octets that TLS gave us. */
  #heard = 0;
  #besides: NodeJS.Timeout | undefined;
  #received = false;
  #ticket = false;
  /** The last one that came, not read yet. */
  #session: Buffer | null = null;
  #shaken = false;
  #staple: Buffer | null = null;
  #recorder: FlightRecorder | null = null;
  #chain: PresentedChain | null = null;
  #ended = false;
  #error: Error | null = null;
  #seen: TlsSeen | null = null;
  #offered: OfferedCertificate | null = null;

  /** Takes over a connected socket. */
  constructor(socket: Socket, tls: TlsClient) {
    this.#tls = tls;
    this.#raw = socket;
    this.#socket = socket;
    this.#below = socket;
    this.#watch(socket);
  }

  async secure({ serverName, identity, record = false }: SecureOptions, signal: Stop): Promise<void> {
    signal.throwIfAborted();
    this.#offered = this.#tls.offers(identity);
    this.#seen = {
      protocol: null,
      cipher: null,
      keyExchange: null,
      stapled: false,
      chain: [],
      verification: null,
      rooted: false,
      offeredCertificate: this.#offered !== null,
      ours: this.#offered,
    };
    if (!this.#isOver()) {
      if (record) this.#recorder = new FlightRecorder(this.#raw);
      if (this.#recorder !== null) this.#below = this.#recorder.transport;
      const socket = this.#tls.start(this.#below, serverName, identity);
      this.#recorder?.follow(socket);
      this.#socket = socket;
      this.#reading = true;
      if (this.#below !== this.#raw) this.#watch(this.#below);
      this.#watch(socket);
      socket.on('OCSPResponse', (response: Buffer | null) => {
        this.#staple = response !== null && response.length > 0 ? response : null;
        this.#look(socket, earlyVerification(socket));
      });
      socket.on('secureConnect', () => this.#sawHandshake(socket));
      socket.on('session', (session: Buffer) => {
        this.#ticket = true;
        this.#session = session;
        this.#progress.changed();
      });
      this.#listen(socket);
    }
    await this.#progress.until(() => {
      if (this.#shaken) return true;
      if (this.#isOver()) throw this.#failed('tls_handshake');
      return undefined;
    }, signal);
  }

  seen(): TlsSeen | null {
    if (this.#seen !== null && this.#session !== null) {
      this.#seen = { ...this.#seen, session: ticketFacts(this.#seen, this.#session) };
      this.#session = null;
    }
    const seen = this.#seen;
    // Of a handshake that ended before OpenSSL showed us the chain, the record shows what had come.
    return seen === null || seen.flight !== undefined ? seen : { ...seen, flight: this.#recorder?.flight() ?? null };
  }

  async admitted(signal: Stop): Promise<Admission> {
    this.#startReading();
    return this.#progress.until(() => {
      if (this.#shaken && this.#seen?.protocol === 'TLSv1.2') return 'tls12_handshake';
      if (this.#received) return 'application_data';
      if (this.#ticket) return 'session_ticket';
      if (this.#isOver()) throw this.#failed(this.#seen !== null && !this.#shaken ? 'tls_handshake' : 'admission');
      return undefined;
    }, signal);
  }

  async send(bytes: Uint8Array, signal: Stop): Promise<void> {
    signal.throwIfAborted();
    // Over a tap our flight goes out in pieces: a server may have refused it by now, and a write that fails drops its word.
    if (this.#recorder !== null) await pollOnce();
    signal.throwIfAborted();
    if (this.#isOver()) throw this.#failed('sip_options');
    let written = false;
    this.#socket.write(bytes, (error) => {
      written = error === null || error === undefined;
      this.#progress.changed();
    });
    await this.#progress.until(() => {
      if (written) return true;
      if (this.#error !== null || this.#socket.destroyed) throw this.#failed('sip_options');
      return undefined;
    }, signal);
  }

  async receive(signal: Stop): Promise<Uint8Array | null> {
    this.#startReading();
    return this.#progress.until(() => {
      const chunk = this.#inbox.shift();
      if (chunk !== undefined) {
        this.#unread -= chunk.length;
        if (this.#unread <= maxUnread) this.#socket.resume();
        return chunk;
      }
      if (this.#error !== null) throw this.#failed('sip_options');
      return this.#isOver() ? null : undefined;
    }, signal);
  }

  close(): void {
    clearInterval(this.#besides);
    this.#socket.end();
    this.#socket.destroy();
    this.#raw.destroy();
  }

  #isOver(): boolean {
    return this.#error !== null || this.#ended || this.#socket.destroyed;
  }

  /** Notes how a stream ends. 'close' counts too: a peer can vanish without 'error' and without 'end'. */
  #watch(stream: Duplex): void {
    stream.on('error', (error) => {
      // TLS learns only afterwards how the tap below it ended.
      if (stream === this.#socket || (stream === this.#below && this.#recorder !== null)) this.#over(error);
    });
    stream.on('end', () => {
      if (stream === this.#socket) this.#over(null);
    });
    stream.on('close', () => {
      if (stream === this.#socket || stream === this.#below) this.#over(null);
    });
  }

  #weighBesides(): void {
    // What waits to be read may be an answer.
    const streams = new Set<Duplex>([this.#raw, this.#below, this.#socket]);
    const waiting = [...streams].reduce((sum, { readableLength }) => sum + readableLength, 0);
    if (this.#raw.bytesRead - this.#heard - waiting <= maxBesides) return;
    this.#over(new NetworkFailure('sip_too_large', `more than ${String(maxBesides)} octets and no answer`));
    this.close();
  }

  #over(error: Error | null): void {
    clearInterval(this.#besides);
    if (error === null) this.#ended = true;
    else this.#error ??= error;
    this.#progress.changed();
  }

  /** Plain TCP is read from the first moment somebody waits for it; before that TLS may still be put on top. */
  #startReading(): void {
    if (this.#reading) return;
    this.#reading = true;
    this.#listen(this.#raw);
  }

  #listen(socket: Socket): void {
    socket.on('data', (bytes: Uint8Array) => {
      this.#received = true;
      this.#unread += bytes.length;
      this.#heard += bytes.length;
      this.#inbox.push(bytes);
      if (this.#unread > maxUnread) socket.pause();
      this.#progress.changed();
    });
  }

  #sawHandshake(socket: TLSSocket): void {
    this.#shaken = true;
    if (!this.#isOver()) this.#besides ??= setInterval(() => this.#weighBesides(), besidesEveryMs);
    this.#look(socket, verificationWord(socket.authorizationError));
    this.#progress.changed();
  }

  /** Called when their certificate came, and when the handshake is complete. */
  #look(socket: TLSSocket, verification: string | null): void {
    this.#chain ??= this.#tls.chain(socket);
    const { facts } = this.#chain;
    // Of TLS 1.3 all parameters are known before the certificate comes; they cost more to ask for than the rest.
    const before = this.#seen?.protocol === 'TLSv1.3' ? this.#seen : this.#parameters(socket);
    this.#seen = {
      ...before,
      stapled: this.#staple !== null,
      chain: facts.certificates,
      verification,
      rooted: facts.rooted,
      brokenRules: facts.brokenRules,
      alpn: typeof socket.alpnProtocol === 'string' ? printable(socket.alpnProtocol) : null,
      staple: this.#staple === null ? null : this.#chain.staple(this.#staple),
      // A path that OpenSSL found and we did not: Node ends some chains early (`src/probe/tls/sent-path.ts`).
      roots: verification === 'ok' && leadsNowhere(facts.roots) ? {} : facts.roots,
      flight: this.#recorder?.flight() ?? null,
    };
  }

  #parameters(socket: TLSSocket): Omit<TlsSeen, keyof PresentedFacts> {
    return {
      protocol: socket.getProtocol(),
      cipher: cipherName(socket),
      keyExchange: keyExchange(socket),
      offeredCertificate: this.#offered !== null,
      ours: this.#offered,
      // OpenSSL compares signature algorithms with a server only when that asks for a certificate (RFC 8446 §4.3.2).
      certificateRequested: socket.getSharedSigalgs().length > 0,
      session: sessionFacts(socket),
    };
  }

  /** Why the connection is over, in the words of a step. An error that is not the network's is given back as it is. */
  #failed(step: StepName): Error {
    const error = this.#error;
    if (error instanceof NetworkFailure) return error;
    if (error === null) {
      const code = step === 'tls_handshake' ? 'tls_closed' : 'connection_closed';
      return new NetworkFailure(code, 'the peer closed the connection');
    }
    const known = failureOf(error, step, { certificateSeen: (this.#seen?.chain.length ?? 0) > 0 });
    return known === null ? asError(error) : new NetworkFailure(known.code, known.detail, { cause: error });
  }
}

/** Until the loop has looked at its sockets once more: the first turn may end the round that is under way. */
const pollOnce = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

type PresentedFacts = Pick<TlsSeen, 'stapled' | 'chain' | 'verification' | 'rooted'>;

const leadsNowhere = (roots: StoreRoots): boolean => Object.values(roots).every((each) => each === null);

/** The group of the key exchange as OpenSSL calls it; null for a finite field, of which it tells the size only. */
function keyExchange(socket: TLSSocket): string | null {
  const name = (socket.getEphemeralKeyInfo() as { readonly name?: string } | null)?.name;
  return name === undefined ? null : printable(name);
}

/** The IANA name; OpenSSL has none before the handshake is done in TLS 1.2, whatever the type says. */
function cipherName(socket: TLSSocket): string | null {
  const cipher = socket.getCipher() as { readonly standardName?: string } | undefined;
  return cipher?.standardName === undefined ? null : printable(cipher.standardName);
}
