/** Ports above the reserved ones where something else is at home. */
const foreignPorts: readonly number[] = [1433, 1521, 1723, 2049, 3306, 3389, 5222, 5269, 5432, 5900, 6379, 8080, 27017];
const firstFree = 1024;
/** Edges share it with the web. */
const https = 443;

/** Whether a port belongs to another service than SIP: mail, shells, databases. */
export function isForeignPort(port: number): boolean {
  return port !== https && (port < firstFree || foreignPorts.includes(port));
}
