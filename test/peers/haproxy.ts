import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Leaf } from '../lab/certificates.ts';
import type { Tool } from '../lab/debian.ts';
import { freePort } from '../lab/ports.ts';
import { startPeer, type Peer } from './program.ts';

export interface HaproxyOptions {
  readonly certificate: Leaf;
  /** PEM of the authorities whose client certificates are let in; a certificate is required. */
  readonly clients: string;
  readonly version: 'TLSv1.2' | 'TLSv1.3';
}

/** Starts a haproxy on a free port of 127.0.0.1 that requires a client certificate and passes nothing on. */
export function startHaproxy(tool: Tool, { certificate, clients, version }: HaproxyOptions): Promise<Peer<number>> {
  return startPeer(tool, async (folder) => {
    const port = await freePort();
    const store = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const own = store('edge.pem', certificate.chainPem + certificate.keyPem);
    const trusted = store('clients.pem', clients);
    const limits = `ssl-min-ver ${version} ssl-max-ver ${version}`;
    const config = `global
  maxconn 50
defaults
  mode tcp
  timeout connect 1s
  timeout client 10s
  timeout server 10s
frontend edge
  bind 127.0.0.1:${String(port)} ssl crt ${own} ca-file ${trusted} verify required ${limits}
  tcp-request inspect-delay 5s
  tcp-request content reject if { req.len gt 0 }
`;
    return {
      args: ['-db', '-f', store('haproxy.cfg', config)],
      answers: async () => ((await accepts(port)) ? port : null),
    };
  });
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
