import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';

export interface LossyRelay {
  readonly port: number;
  /** How many datagrams were dropped, and how many were passed on, in both directions. */
  readonly dropped: () => number;
  readonly passed: () => number;
  stop(): Promise<void>;
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A UDP relay on loopback in front of `target` that loses this share of the datagrams, each way, by a fixed seed; the share may change. */
export async function startLossyRelay(
  target: number,
  loss: number | (() => number),
  seed: number,
): Promise<LossyRelay> {
  const share = typeof loss === 'number' ? (): number => loss : loss;
  const next = seeded(seed);
  const front = createSocket('udp4');
  const backs = new Map<number, Socket>();
  let [dropped, passed] = [0, 0];
  const unlessLost = (send: () => void): void => {
    if (next() < share()) {
      dropped += 1;
      return;
    }
    passed += 1;
    send();
  };
  const backFor = (client: RemoteInfo): Socket => {
    const known = backs.get(client.port);
    if (known !== undefined) return known;
    const back = createSocket('udp4');
    back.on('message', (bytes) => unlessLost(() => front.send(bytes, client.port, client.address)));
    backs.set(client.port, back);
    return back;
  };
  front.on('message', (bytes, client) => unlessLost(() => backFor(client).send(bytes, target, '127.0.0.1')));
  await new Promise<void>((resolve, reject) => {
    front.once('error', reject).bind(0, '127.0.0.1', resolve);
  });
  return {
    port: front.address().port,
    dropped: () => dropped,
    passed: () => passed,
    async stop() {
      await Promise.all(
        [front, ...backs.values()].map((each) => new Promise<void>((done) => each.close(() => done()))),
      );
    },
  };
}
