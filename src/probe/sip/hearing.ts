import { NetworkFailure } from '../../federation/failure.ts';
import { match } from './matching.ts';
import type { SipResponse } from './message.ts';
import type { TransactionIds } from './request.ts';
import type { Message } from './stream.ts';

/** How many finals behind the first are looked at for a contradiction. */
const maxLater = 8;

/** The answer to one request. */
export interface Answer {
  readonly final: SipResponse;
  readonly provisional: number;
  /** Status codes of later finals that say something else than the first. */
  readonly contradicted: readonly number[];
}

/** What was heard in one transaction, whatever carries it: the first final answer counts. */
export class Hearing {
  readonly #ids: TransactionIds;
  readonly #later = new Set<number>();
  #final: SipResponse | null = null;
  #provisional = 0;
  #taken = 0;

  constructor(ids: TransactionIds) {
    this.#ids = ids;
  }

  get provisional(): number {
    return this.#provisional;
  }

  /** Messages so far. */
  get taken(): number {
    return this.#taken;
  }

  get answer(): Answer | null {
    const later = [...this.#later].filter((status) => status !== this.#final?.status);
    return this.#final === null
      ? null
      : { final: this.#final, provisional: this.#provisional, contradicted: later.slice(0, maxLater) };
  }

  /** Takes one message of theirs; what is not an answer to us is passed over. Throws NetworkFailure for a broken one of ours. */
  take({ response }: Message): void {
    this.#taken += 1;
    if (response === null) return;
    const found = match(response, this.#ids);
    if (found.kind === 'other') return;
    if (found.kind === 'broken') throw new NetworkFailure('sip_malformed', `in an answer to us, ${found.why}`);
    if (response.status < 200) this.#provisional += 1;
    else if (this.#final === null) this.#final = response;
    else this.#later.add(response.status);
  }
}
