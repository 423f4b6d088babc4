/** Wall time for instants, monotonic time for durations; both in milliseconds. */
export interface Clock {
  wall(): number;
  monotonic(): number;
  /** Runs once after `ms`; the returned function cancels it. */
  after(ms: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, run) {
    let turn: NodeJS.Immediate | undefined;
    // A loop that was held up runs its timers before it reads its sockets: what came in time is read first.
    const timer = setTimeout(() => (turn = setImmediate(run)), ms);
    return () => {
      clearTimeout(timer);
      clearImmediate(turn);
    };
  },
};
