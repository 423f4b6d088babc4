import type { Edge } from '../federation/edge.ts';
import type { Link } from '../net/net.ts';

/** The one connection of an edge examination, handed from kind to kind, bottom up. */
export class Connection {
  #link: Link | null = null;

  /** The open link. Asking before `tcp` opened it is a bug. */
  get link(): Link {
    if (this.#link === null) throw new TypeError('no connection was opened');
    return this.#link;
  }

  opened(link: Link): void {
    this.#link = link;
  }

  close(): void {
    this.#link?.close();
  }
}

/** What the kinds above DNS examine. */
export interface EdgeTarget {
  readonly edge: Edge;
  readonly connection: Connection;
}

export interface StepLimit {
  readonly limitMs: number;
}
