import type { Edge } from '../federation/edge.ts';
import type { EdgeEvidence, Observation } from '../federation/observation.ts';
import { budgetOf, type Budget } from './budget.ts';
import { Connection, type EdgeTarget } from './connection.ts';
import { examination, type ExaminationSettings, type World } from './examination.ts';
import type { ProbeIo } from './probe.ts';
import { probes } from './registry.ts';
import type { TlsFacts, VersionAnswer } from './tls/facts.ts';
import type { Recording } from './tls/recording.ts';
import { observeVersions } from './tls/versions.ts';

/** Failed for good at this step: what lies above cannot be tried. */
function failed(observation: Observation<unknown>): boolean {
  return observation.steps.some((step) => step.failure !== null);
}

/** The handshake ended after they had shown their certificate: it is ours that they do not want. */
function hungUpOnUs({ steps, facts }: Observation<TlsFacts>): boolean {
  const ends = ['peer_refused_certificate', 'tls_closed', 'tls_reset'];
  return facts.chain.length > 0 && steps.some((step) => ends.includes(step.failure?.code ?? ''));
}

/** How one look at an edge differs from the usual one. */
export interface EdgeLook {
  /** Without asking SIP, because they asked us not to; an edge over UDP is then sent nothing. */
  readonly quiet?: boolean;
  /** Why the first flight of a TLS server is recorded; absent or null: it is not. */
  readonly record?: Recording | null;
}

/** The kinds on one connection, bottom up. Admission is watched while SIP gives the peer something to answer. */
async function climb(
  target: EdgeTarget,
  budget: Budget,
  settings: ExaminationSettings,
  io: ProbeIo,
  { quiet = false, record = null }: EdgeLook,
): Promise<readonly Observation<unknown>[]> {
  const { edge } = target;
  const asks = edge.options && !quiet;
  if (edge.transport === 'udp' && quiet) return [];
  if (edge.transport === 'udp') {
    return [await probes.sip.examine(target, { ...settings.sip, limitMs: budget.udpMs }, io)];
  }
  const tcp = await probes.tcp.examine(target, { limitMs: budget.tcpMs }, io);
  if (failed(tcp)) return [tcp];
  const talk = { ...settings.sip, limitMs: budget.sipMs };
  if (edge.transport === 'tcp' && quiet) return [tcp];
  if (edge.transport === 'tcp') return [tcp, await probes.sip.examine(target, talk, io)];

  const tls = await probes.tls.examine(target, { limitMs: budget.tlsMs, record }, io);
  const refused = failed(tls) && hungUpOnUs(tls);
  if (failed(tls) && !refused) return [tcp, tls];
  const admission = probes.admission.examine(target, { limitMs: asks ? budget.sipMs : budget.admissionMs }, io);
  if (refused || !asks) return [tcp, tls, await admission];
  const [admitted, sip] = await Promise.all([admission, probes.sip.examine(target, talk, io)]);
  return [tcp, tls, admitted, sip];
}

/** Examines one edge over one connection, for all partners behind it. Rejects only with ShuttingDown or for a bug. */
export function examineEdge(
  edge: Edge,
  slotMs: number,
  timeoutMs: number,
  settings: ExaminationSettings,
  world: World,
  look: EdgeLook = {},
): Promise<EdgeEvidence> {
  const connection = new Connection();
  return examination(world, timeoutMs, async (io) => {
    try {
      const at = new Date(world.clock.wall()).toISOString();
      const observations = await climb({ edge, connection }, budgetOf(timeoutMs), settings, io, look);
      return { edge, slotMs, at, observations };
    } finally {
      connection.close();
    }
  });
}

/** Asks an edge which TLS versions it takes, over connections of its own. Rejects only with ShuttingDown or for a bug. */
export function examineVersions(edge: Edge, timeoutMs: number, world: World): Promise<readonly VersionAnswer[]> {
  return examination(world, timeoutMs, (io) => observeVersions(edge, budgetOf(timeoutMs).tlsMs, io));
}
