import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Leaf } from '../lab/certificates.ts';
import type { Tool } from '../lab/debian.ts';
import { startPeer, type Peer } from './program.ts';

export interface OpensslServerOptions {
  readonly certificate: Pick<Leaf, 'certPem' | 'chainPem' | 'keyPem'>;
  /**
   * What it does with a request: `-rev` sends every line back reversed, which is no SIP; `-www` waits for an HTTP
   * request and says nothing to others.
   */
  readonly speaks?: '-rev' | '-www';
  /** PEM of the authorities whose client certificates it accepts; then one is required. */
  readonly clients?: string;
  /** More flags of `openssl s_server`. */
  readonly flags?: readonly string[];
}

/** Starts `openssl s_server` on a free port of 127.0.0.1, which it chooses itself. */
export function startOpensslServer(tool: Tool, options: OpensslServerOptions): Promise<Peer<number>> {
  const { certificate, speaks = '-rev', clients, flags = [] } = options;
  return startPeer(tool, (folder) => {
    const store = (name: string, text: string): string => {
      const file = join(folder, name);
      writeFileSync(file, text);
      return file;
    };
    const intermediates = certificate.chainPem.slice(certificate.certPem.length);
    return {
      args: [
        ...['s_server', '-accept', '127.0.0.1:0', speaks],
        ...['-cert', store('cert.pem', certificate.certPem), '-key', store('key.pem', certificate.keyPem)],
        ...(intermediates === '' ? [] : ['-cert_chain', store('chain.pem', intermediates)]),
        // Without -verify_return_error it asks for a certificate and takes any.
        ...(clients === undefined
          ? []
          : ['-Verify', '1', '-verify_return_error', '-CAfile', store('clients.pem', clients)]),
        ...flags,
      ],
      answers: (own) => {
        const port = /^ACCEPT 127\.0\.0\.1:(\d+)$/m.exec(own.lastLines(40))?.[1];
        return Promise.resolve(port === undefined ? null : Number(port));
      },
    };
  });
}
