import { edgeName, type Edge } from '../federation/edge.ts';

/** Host and port as a label: checked again here, since the host comes from a stranger's DNS. Null: not shown. */
export function edgeLabel(edge: Edge): string | null {
  return /^[a-z0-9._:-]{1,253}$/.test(edge.host) ? edgeName(edge) : null;
}

/** The edges of a route by label, each once, in route order; those that are not shown are left out. */
export function edgeLabels(edges: readonly Edge[]): readonly string[] {
  return [...new Set(edges.map(edgeLabel))].filter((label) => label !== null);
}
