import { edgeId, type Edge } from '../../src/federation/edge.ts';
import { checks } from '../../src/federation/observation.ts';
import type { JudgedState } from '../../src/federation/state.ts';
import { claimsAtOnce, type Store } from '../../src/store/store.ts';
import {
  baseline,
  driftChange,
  edge,
  edgeEvidence,
  keepMs,
  routeEvidence,
  sent,
  standing,
  standingChange,
} from '../store/values.ts';

/** A fleet whose examinations are committed as workers do it, without a network. */
export interface CommitPlan {
  readonly partners: number;
  /** Edges that stay; each partner has one of them. */
  readonly edges: number;
  /** Of the partners so many are led to another name at every slot, at the same address: the old edge is forgotten. */
  readonly restless: number;
}

/** Time between two slots: evidence of weeks is written in minutes, all of it in the past. */
const everyMs = 600_000;
const atOnce = 100;
const states: readonly JudgedState[] = ['healthy', 'unreachable', 'misconfigured', 'refused'];
const codes = ['tcp_refused', 'tls_expired', 'sip_forbidden', 'dns_servfail'];

async function inLots<T>(all: readonly T[], work: (each: T, at: number) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < all.length; at += atOnce) {
    await Promise.all(all.slice(at, at + atOnce).map((each, next) => work(each, at + next)));
  }
}

/** One turn at an address, as a worker asks for it; it is over at once. */
async function takeTurn(store: Store, { address, port }: Edge, id: string, slotMs: number): Promise<void> {
  const place = `${address}:${String(port)}`;
  const pace = { gapMs: 0, leaseMs: 60_000, withinMs: 60_000, everyMs: 1_000 };
  await store.takeTurn({ place, holder: `${id} ${String(slotMs)}`, sharer: id, slotMs, ...pace });
  await store.endTurn(place, `${id} ${String(slotMs)}`);
}

/** Commits one slot after the other; each call is one slot and answers how many examinations that were. */
export function committer(store: Store, plan: CommitPlan, slots: number): () => Promise<number> {
  const domains = Array.from({ length: plan.partners }, (_, at) => `partner-${String(at)}.example.com`);
  const staying = Array.from({ length: plan.edges }, (_, at) => edge(at));
  const firstMs = Math.floor(Date.now() / everyMs) * everyMs - slots * everyMs;
  let slot = 0;
  let fresh = plan.edges;

  const advance = async (domain: string, at: number, slotMs: number): Promise<void> => {
    const state = states[(slot + at) % states.length] ?? 'healthy';
    const now = standing(domain, slotMs, state);
    const failed = state === 'healthy' ? null : (codes[(slot + at) % codes.length] ?? null);
    const ticks = checks.map((check) => ({ check, code: check === 'sip' ? failed : null }));
    const next = baseline(domain, slotMs);
    const before = slot === 0 ? null : slotMs - everyMs;
    const followed = { baseline: next, previousSlotMs: before, changes: [driftChange(next)] };
    if (!(await store.advance(now, before, standingChange(now), ticks, followed)))
      throw new Error(`${domain}: not committed`);
  };

  return async () => {
    const slotMs = firstMs + slot * everyMs;
    const used = [...staying];
    for (let at = 0; at < plan.restless; at += 1)
      used.push({ ...edge((fresh += 1)), address: `198.51.100.${String(at % 256)}` });
    for (let from = 0; from < domains.length; from += claimsAtOnce)
      await store.settleClaims(
        await store.claimPartners(domains.slice(from, from + claimsAtOnce).map((id) => ({ id, slotMs }))),
      );
    await inLots(domains, (domain, at) => {
      const own = [staying[at % staying.length], at < plan.restless ? used[plan.edges + at] : undefined];
      return store.recordRoute(
        routeEvidence(
          domain,
          slotMs,
          own.filter((each) => each !== undefined),
        ),
        keepMs,
      );
    });
    await store.claimEdges(used.slice(0, claimsAtOnce).map((each) => ({ id: edgeId(each), slotMs })));
    await inLots(used, async (each) => {
      const id = edgeId(each);
      await takeTurn(store, each, id, slotMs);
      if (!(await store.recordEdge(edgeEvidence(each, slotMs), keepMs, sent(slotMs))))
        throw new Error(`${id}: not kept`);
    });
    await inLots(domains, (domain, at) => advance(domain, at, slotMs));
    slot += 1;
    return domains.length + used.length;
  };
}
