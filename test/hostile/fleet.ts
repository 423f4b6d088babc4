import { startFront, zoneOf, type Front } from './front.ts';
import { host, type Script } from './script.ts';
import { scripts } from './scripts.ts';
import { startServers } from './servers.ts';

/** A partner whose servers are those of a script. */
export interface HostilePartner {
  readonly domain: string;
  readonly script: Script;
  /** What the configuration says of it. */
  readonly config: Readonly<Record<string, unknown>>;
}

export interface HostileFleet {
  readonly partners: readonly HostilePartner[];
  /** PEM: the roots that issue their certificates. */
  readonly roots: readonly string[];
  /** A resolver for them, and for everybody else that of this port. */
  resolver(behind: number): Promise<number>;
  stop(): Promise<void>;
}

interface Wanted {
  readonly lab: number;
  readonly at: number;
  readonly script: Script;
}

/** Every script, and most of them again; who comes again has servers of its own in another thread. */
function wanted(count: number): readonly Wanted[] {
  const numbered = scripts.map((script, at) => ({ script, at }));
  const again = numbered.filter(({ script }) => script.dear !== true);
  const all: Wanted[] = [];
  for (let lab = 0; all.length < count; lab += 1) {
    for (const each of lab === 0 ? numbered : again) all.push({ lab, ...each });
  }
  return all.slice(0, count);
}

/** So many partners that are hostile in every way there is a script for. */
export async function startHostileFleet(count: number): Promise<HostileFleet> {
  const all = wanted(count);
  const labs = await Promise.all(Array.from({ length: 1 + (all.at(-1)?.lab ?? 0) }, () => startServers()));
  const fronts: Front[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(fronts.map((front) => front.stop()));
    await Promise.all(labs.map((lab) => lab.end()));
  };
  try {
    const ports = await Promise.all(all.map(({ lab, at }) => labs[lab]?.start(at) ?? Promise.resolve(0)));
    const zones = new Map(ports.map((port, nth) => [zoneOf(nth), port]));
    return {
      partners: all.map(({ script }, nth) => partnerOf(script, nth, ports[nth] ?? 0)),
      roots: labs.map(({ root }) => root),
      async resolver(behind) {
        const front = await startFront({ behind, hosts: labs[0]?.dns ?? 0, zones });
        fronts.push(front);
        return front.port;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function partnerOf(script: Script, nth: number, port: number): HostilePartner {
  const domain = `a.${zoneOf(nth)}`;
  const config = {
    domain,
    ...(script.profile === undefined ? {} : { profile: script.profile }),
    ...(script.layer === 'dns' ? {} : { route: { host, port } }),
  };
  return { domain, script, config };
}
