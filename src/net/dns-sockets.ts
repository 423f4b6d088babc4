import { randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { NetworkFailure } from '../federation/failure.ts';
import type { DnsServer } from './net.ts';

/** When a query is sent again, milliseconds after the one before: a lost datagram must not cost the whole deadline. */
const resendAfterMs = [500, 1_000, 2_000] as const;
/** So many datagrams that are no answer are looked at, of one query, and of those that belong to none of a socket. */
const maxStrangers = 64;
/** Sockets of one server among which each query takes one by chance. */
export const socketsEach = 8;
/** A socket, and with it its port, serves so many queries and lives so long. */
export const queriesEach = 100;
export const livesMs = 10_000;
/** Of all servers together; beyond, a query has a socket of its own. */
const mostKept = 64;

/** What was sent before was refused over there, and the kernel tells it to whoever sends next. */
const isOfSocket = (error: Error): boolean => 'code' in error && error.code === 'ECONNREFUSED';

/** What a transport tells of its exchange; the first answer or failure counts, the rest is too late. */
export interface Ends {
  /** Whether these octets ended it. */
  readonly look: (bytes: Uint8Array) => boolean;
  readonly fail: (error: Error) => void;
}

interface UnderWay extends Ends {
  readonly query: Uint8Array;
  turn: number;
  timer: NodeJS.Timeout | undefined;
  answered: boolean;
  /** Datagrams with its id that did not answer it. */
  strangers: number;
}

/**
 * A UDP socket on a random port for some queries to one server. It is connected, so the kernel drops what comes from
 * another address or port and reports a closed port as ECONNREFUSED: to all queries that are under way.
 */
class QuerySocket {
  readonly #socket: Socket;
  readonly #underWay = new Map<number, UnderWay>();
  /** Ids that are no longer waited for: what comes for them is late, or a second time, and says nothing. */
  readonly #past = new Set<number>();
  readonly #retired: (socket: QuerySocket) => void;
  readonly #life: NodeJS.Timeout;
  #left: number;
  #connected = false;
  #over = false;
  #closed = false;
  /** Datagrams with an id that nobody uses. */
  strangers = 0;

  /** `retired` is told once that it takes no more queries, after so many at the latest. */
  constructor({ address, port }: DnsServer, most: number, retired: (socket: QuerySocket) => void) {
    this.#left = most;
    this.#retired = retired;
    this.#socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('message', (bytes) => this.#heard(bytes));
    this.#socket.on('connect', () => {
      this.#connected = true;
      for (const each of this.#underWay.values()) this.#send(each);
    });
    this.#socket.connect(port, address);
    this.#life = setTimeout(() => this.#retire(), livesMs).unref();
  }

  /** Whether a query with this id could be told from all others it sent. */
  takes(id: number): boolean {
    return !this.#underWay.has(id) && !this.#past.has(id);
  }

  /** Returns what ends it. */
  ask(id: number, query: Uint8Array, ends: Ends): () => void {
    const one: UnderWay = { ...ends, query, turn: 0, timer: undefined, answered: false, strangers: 0 };
    this.#underWay.set(id, one);
    this.#left -= 1;
    if (this.#left <= 0) this.#retire();
    this.#socket.ref();
    if (this.#connected) this.#send(one);
    return () => this.#end(id, one);
  }

  #send(one: UnderWay): void {
    // Nothing came for so long: that may be the path of this socket, and who asks now takes another.
    if (one.turn > 0) this.#retire();
    this.#socket.send(one.query, (error) => {
      if (error === null) return;
      if (isOfSocket(error)) {
        this.#fail(error);
        return;
      }
      // What the machine refused is this datagram; the others have left.
      one.fail(error);
      this.#retire();
    });
    const wait = resendAfterMs[one.turn];
    one.turn += 1;
    if (wait !== undefined) one.timer = setTimeout(() => this.#send(one), wait);
  }

  #heard(bytes: Buffer): void {
    const id = bytes.length < 2 ? -1 : bytes.readUInt16BE(0);
    const one = this.#underWay.get(id);
    if (one?.look(bytes) === true) {
      one.answered = true;
      return;
    }
    if (this.#past.has(id)) return;
    const counted = one ?? this;
    counted.strangers += 1;
    if (counted.strangers <= maxStrangers) return;
    // One question that is answered wrongly is not the trouble of the others.
    const failure = new NetworkFailure('dns_malformed', 'too many datagrams that are no answer');
    if (one === undefined) this.#fail(failure);
    else one.fail(failure);
  }

  #fail(error: Error): void {
    for (const one of this.#underWay.values()) one.fail(error);
    this.#retire();
  }

  #end(id: number, one: UnderWay): void {
    clearTimeout(one.timer);
    this.#underWay.delete(id);
    this.#past.add(id);
    if (!one.answered) this.#retire();
    if (this.#underWay.size > 0) return;
    if (this.#over) this.#close();
    // Between queries it keeps no process from ending.
    else this.#socket.unref();
  }

  /** It takes no more queries, and goes with the last that is under way. */
  #retire(): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#life);
    this.#retired(this);
    if (this.#underWay.size === 0) this.#close();
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
  }
}

/** Sends queries from a few sockets a server, each for a short time: to make one costs more than a query. */
export class QuerySockets {
  readonly #kept = new Map<string, QuerySocket[]>();
  #count = 0;

  /** Sends a query until what is returned is called. Nobody may foresee its id. */
  ask(server: DnsServer, id: number, query: Uint8Array, ends: Ends): () => void {
    return this.#socketFor(server, id).ask(id, query, ends);
  }

  #socketFor(server: DnsServer, id: number): QuerySocket {
    const key = `${server.address} ${String(server.port)}`;
    const kept = this.#kept.get(key) ?? [];
    if (kept.length < socketsEach && this.#count < mostKept) return this.#keep(server, key, kept);
    const able = kept.length === socketsEach ? kept.filter((each) => each.takes(id)) : [];
    const one = able.length === 0 ? undefined : able[randomInt(able.length)];
    return one ?? new QuerySocket(server, 1, () => undefined);
  }

  #keep(server: DnsServer, key: string, kept: QuerySocket[]): QuerySocket {
    const socket = new QuerySocket(server, queriesEach, (gone) => {
      kept.splice(kept.indexOf(gone), 1);
      this.#count -= 1;
      if (kept.length === 0) this.#kept.delete(key);
    });
    kept.push(socket);
    this.#kept.set(key, kept);
    this.#count += 1;
    return socket;
  }
}
