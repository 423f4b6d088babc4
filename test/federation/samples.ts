import type { Edge } from '../../src/federation/edge.ts';
import type { Finding, Severity } from '../../src/federation/finding.ts';
import type { Layer, Step, StepName } from '../../src/federation/observation.ts';
import type { Partner } from '../../src/federation/partner.ts';
import { explain } from '../../src/probe/registry.ts';

/** Hand-made values for pure tests. */
export function aPartner(domain: string, over: Partial<Partner> = {}): Partner {
  return {
    domain,
    name: null,
    tier: 'standard',
    owner: null,
    contact: null,
    profile: 'microsoft-federation',
    everyMs: 60_000,
    timeoutMs: 30_000,
    route: null,
    ...over,
  };
}

/** Who writes to partners in tests. */
export const writer = { domain: 'mon.example', contact: 'https://mon.example/probing' };

export function anEdge(host: string, over: Partial<Edge> = {}): Edge {
  return { transport: 'tls', host, port: 5061, address: '192.0.2.1', serverName: host, options: true, ...over };
}

export function done(name: StepName, over: Partial<Step> = {}): Step {
  return { name, target: 'x', startedMs: 0, tookMs: 1, failure: null, ...over };
}

/** A finding with a real code; the layer is checked against the catalogue so that samples cannot drift. */
export function finding(
  code: string,
  layer: Layer,
  severity: Severity = 'fail',
  endpoint: string | null = null,
): Finding {
  const row = explain(code);
  if (row?.layer !== layer || row.severity !== severity) throw new Error(`the catalogue says otherwise of ${code}`);
  return { code, severity, layer, endpoint, args: {}, summary: code };
}
