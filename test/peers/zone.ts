/** Zones by name in master file form (RFC 1035 §5), without SOA and NS; null: configured, but its file is missing. */
export type Zones = Readonly<Record<string, string | null>>;

/** A whole zone file: the records below a start of authority of our own. */
export function zoneFile(name: string, records: string): string {
  return `$ORIGIN ${name}.
$TTL 300
@ SOA ns hostmaster 1 3600 600 86400 60
@ NS ns
ns A 127.0.0.1
${records}
`;
}
