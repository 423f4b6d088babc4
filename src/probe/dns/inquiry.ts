import { NetworkFailure } from '../../federation/failure.ts';
import type { Platform } from '../../federation/platform.ts';
import { ShuttingDown, within, type Stop } from '../../net/deadline.ts';
import { DnsDenial } from '../../net/dns-answer.ts';
import { dnsServerName } from '../../net/dns-server.ts';
import type { DnsAnswer, DnsQuestion, DnsReply, DnsServer } from '../../net/net.ts';
import type { ProbeIo } from '../probe.ts';
import type { Outcome } from '../trail.ts';
import { isDecisive, maxQueries } from './facts.ts';
import type { ZoneMemory } from './zone.ts';

export interface DnsSettings {
  /** Asked in this order; the next one only when the one before gives no usable answer. */
  readonly servers: readonly DnsServer[];
  readonly limitMs: number;
  /** What we run ourselves; absent when the config does not say. */
  readonly ours?: Platform;
  /** Private networks that we reach on purpose; absent: no address is called private. */
  readonly allow?: readonly string[];
  /** Who answers for which zone; absent: nobody asks for that. */
  readonly zones?: ZoneMemory;
}

/** The outcome of one question, and what the last server that answered at all said in the head of its response. */
export interface Heard {
  readonly outcome: Outcome<DnsAnswer>;
  readonly said: { readonly server: DnsServer; readonly reply: DnsReply } | null;
}

/** A second opinion is worth less waiting than the first. */
const secondLimitMs = 2_000;

/** Whether a server gave records or a no: anything but silence and failure. */
export function hasAnswered({ outcome }: Heard): boolean {
  return outcome.ok || isDecisive(outcome.failure);
}

export function hasServfail({ outcome, said }: Heard): boolean {
  return !outcome.ok && outcome.failure.code === 'dns_servfail' && said?.reply.rcode === 'SERVFAIL';
}

/** All questions of one examination: steps in its trail, and never more than 64 queries. */
export class Inquiry {
  readonly servers: readonly DnsServer[];
  readonly #limitMs: number;
  readonly #io: ProbeIo;
  #left = maxQueries;

  constructor({ servers, limitMs }: DnsSettings, io: ProbeIo) {
    this.servers = servers;
    this.#limitMs = limitMs;
    this.#io = io;
  }

  /**
   * Asks the servers in turn. Silence, REFUSED and SERVFAIL let the next one speak; SERVFAIL is the outcome only when
   * every server said it.
   */
  async lookup(step: 'srv_lookup' | 'address_lookup', question: DnsQuestion): Promise<Heard> {
    const heard: { said: Heard['said'] } = { said: null };
    const outcome = await this.#io.trail.step(step, textOf(question), this.#limitMs, async (signal) => {
      const failed: Error[] = [];
      for (const server of this.servers) {
        try {
          return await this.#inTurn(signal, (limit) => this.#ask(server, question, limit, heard));
        } catch (error) {
          if (signal.aborted || error instanceof ShuttingDown) throw error;
          if (error instanceof NetworkFailure && isDecisive(error.failure)) throw error;
          failed.push(error instanceof Error ? error : new Error(String(error)));
        }
      }
      const other = failed.find((each) => !(each instanceof NetworkFailure && each.failure.code === 'dns_servfail'));
      throw other ?? failed[0] ?? new NetworkFailure('dns_unreachable', 'no DNS server is configured');
    });
    return { outcome, said: heard.said };
  }

  /** Gives one of several servers its share of the time; one alone has all of it. */
  #inTurn<T>(signal: Stop, ask: (limit: Stop) => Promise<T>): Promise<T> {
    const { length } = this.servers;
    return length === 1 ? ask(signal) : within(this.#io.clock, this.#limitMs / length, signal, ask);
  }

  /** A server that did not give this answer; undefined when there is none. */
  otherThan(said: NonNullable<Heard['said']>): DnsServer | undefined {
    const name = dnsServerName(said.server);
    return this.servers.find((each) => dnsServerName(each) !== name);
  }

  /** Asks this server and no other, for at most two seconds. */
  async lookupAt(step: 'srv_lookup' | 'address_lookup', server: DnsServer, question: DnsQuestion): Promise<Heard> {
    const heard: { said: Heard['said'] } = { said: null };
    const limitMs = Math.min(secondLimitMs, this.#limitMs);
    const target = `${textOf(question)} @${dnsServerName(server)}`;
    const outcome = await this.#io.trail.step(step, target, limitMs, (signal) =>
      this.#ask(server, question, signal, heard),
    );
    return { outcome, said: heard.said };
  }

  async #ask(
    server: DnsServer,
    question: DnsQuestion,
    signal: Stop,
    heard: { said: Heard['said'] },
  ): Promise<DnsAnswer> {
    if (this.#left <= 0) {
      throw new NetworkFailure('dns_unreachable', `not asked: ${String(maxQueries)} queries are enough`);
    }
    this.#left -= 1;
    try {
      const answer = await this.#io.net.ask(server, question, signal);
      heard.said = { server, reply: replyOf(answer, question) };
      return answer;
    } catch (error) {
      if (error instanceof DnsDenial) heard.said = { server, reply: error.reply };
      throw error;
    }
  }
}

function replyOf({ authoritative, authenticated, records, signatures }: DnsAnswer, { name }: DnsQuestion): DnsReply {
  const isAlias = records.some((each) => each.type === 'CNAME' && each.name === name);
  const reply = { rcode: 'NOERROR', authoritative, authenticated, zone: null, isAlias };
  return signatures === undefined ? reply : { ...reply, signatures };
}

const textOf = ({ name, type, checkingDisabled }: DnsQuestion): string =>
  `${name} ${type}${checkingDisabled === true ? ' +cd' : ''}`;
