import type { ShownCause } from '../federation/cause/shown.ts';
import type { Snapshot } from '../store/snapshot.ts';

/** The cause that a partner shares with others; null: none is known. */
export function sharedBy({ causes = [] }: Pick<Snapshot, 'causes'>, domain: string): ShownCause | null {
  return causes.find(({ members }) => members.includes(domain)) ?? null;
}
