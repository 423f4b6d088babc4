import { randomUUID } from 'node:crypto';
import type { Edge } from '../federation/edge.ts';
import type { Clock } from '../net/clock.ts';
import { NotYet } from '../queue/put-back.ts';
import { inTurn, type Plan, type TurnPorts } from './turn.ts';

/** Who waits for a turn asks again at least so often, milliseconds: it may have come sooner than was said. */
const askEveryMs = 500;
/** Several workers may look at the same instant. */
const asker = randomUUID();

/**
 * Runs `work` when it is this edge's turn at its address and port, like an examination from the queue, but waits for it
 * here. Null: it did not come within `withinMs`, and nothing was done. Rejects with the reason of the signal.
 */
export async function lookInTurn<Result>(
  ports: TurnPorts & { readonly world: { readonly clock: Clock } },
  edge: Edge,
  plan: Omit<Plan, 'asker'>,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result | null> {
  const { clock } = ports.world;
  const endMs = clock.monotonic() + plan.withinMs;
  for (;;) {
    signal.throwIfAborted();
    const withinMs = Math.max(0, Math.round(endMs - clock.monotonic()));
    try {
      return await inTurn(ports, edge, { ...plan, withinMs, asker }, async (begins) => {
        await begins();
        return work();
      });
    } catch (error) {
      if (!(error instanceof NotYet)) throw error;
      await new Promise<void>((done) => void clock.after(Math.min(error.afterMs, askEveryMs), done));
    }
  }
}
