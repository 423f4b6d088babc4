import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect, createSecureContext } from 'node:tls';
import type { Edge } from '../../src/federation/edge.ts';
import type { EdgeEvidence } from '../../src/federation/observation.ts';
import { systemClock } from '../../src/net/clock.ts';
import { createNet } from '../../src/net/node-net.ts';
import { watchStandstill } from '../../src/net/standstill.ts';
import { settingsOf } from '../../src/probe/examination.ts';
import { examineEdge } from '../../src/probe/examine.ts';
import { troublesOfEdge } from '../../src/probe/review.ts';
import { optionsRequest } from '../../src/probe/sip/request.ts';
import type { World } from './world.ts';

/** One way to look at an edge; rejects when it is not as it should be. */
export type Way = (edge: Edge) => Promise<void>;

/** The ways to compare, by name. */
export interface Ways {
  /** `tls.connect` with one secure context for all, OPTIONS written, its first octets read. */
  readonly bare: Way;
  /** `examineEdge` as a worker calls it. */
  readonly examined: Way;
  /** The same, judged as a worker judges it. */
  readonly judged: Way;
  stop(): void;
}

const identity = { domain: 'mon.example', contact: 'https://mon.example/probing' };
const timeoutMs = 30_000;

export function waysTo({ caFile, certFile, keyFile }: Pick<World, 'caFile' | 'certFile' | 'keyFile'>): Ways {
  const [cert, key] = [readFileSync(certFile), readFileSync(keyFile)];
  const examine = examiner(caFile, { cert, key });
  return {
    bare: bareClient({ ca: readFileSync(caFile), cert, key, minVersion: 'TLSv1.2' }),
    examined: async (edge) => {
      await examine(edge);
    },
    judged: async (edge) => assert.deepEqual(troublesOfEdge(await examine(edge)), []),
    stop: () => examine.stop(),
  };
}

function examiner(
  trust: string,
  certificate: { readonly cert: Buffer; readonly key: Buffer },
): { (edge: Edge): Promise<EdgeEvidence>; stop(): void } {
  const net = createNet({ egressAllow: ['127.0.0.0/8'], trust, certificate });
  const standstill = watchStandstill(systemClock);
  const { signal } = new AbortController();
  const settings = settingsOf({ dns: { servers: [] }, identity });
  const world = { net, clock: systemClock, signal, standstill };
  const examine = async (edge: Edge): Promise<EdgeEvidence> => {
    const evidence = await examineEdge(edge, systemClock.wall(), timeoutMs, settings, world);
    const kinds = evidence.observations.map(({ kind, steps }) =>
      steps.every((each) => each.failure === null) ? kind : '',
    );
    if (kinds.join(' ') !== 'tcp tls admission sip') throw new Error(JSON.stringify(evidence));
    return evidence;
  };
  return Object.assign(examine, { stop: () => standstill.stop() });
}

function bareClient(options: Parameters<typeof createSecureContext>[0]): Way {
  const secureContext = createSecureContext(options);
  const { sip } = settingsOf({ dns: { servers: [] }, identity });
  let asked = 0;
  return async (edge) => {
    const [host, port, servername] = [edge.address, edge.port, edge.serverName];
    const socket = connect({ host, port, servername, secureContext });
    await once(socket, 'secureConnect');
    asked += 1;
    const ids = {
      branch: `z9hG4bK${String(asked)}`,
      tag: String(asked),
      callId: `${String(asked)}@${identity.domain}`,
    };
    socket.write(optionsRequest(edge, sip, ids));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    if (!answer.toString('latin1').startsWith('SIP/2.0 200 ')) throw new Error(answer.toString('latin1'));
  };
}
