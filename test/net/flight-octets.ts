// Octets of a server's first flight, put together by hand (RFC 8446 §3.4, §4, §5.1).

/** A length and so many octets; `says`: another length than is there. */
export function vector(lengthOctets: number, contents: readonly Uint8Array[], says?: number): Buffer {
  const content = Buffer.concat(contents);
  const length = Buffer.alloc(lengthOctets);
  length.writeUIntBE(says ?? content.length, 0, lengthOctets);
  return Buffer.concat([length, content]);
}

/** A handshake message. */
export const message = (type: number, ...contents: readonly Uint8Array[]): Buffer =>
  Buffer.concat([Buffer.from([type]), vector(3, contents)]);

/** A record in clear that holds them. */
export const record = (...messages: readonly Uint8Array[]): Buffer =>
  Buffer.concat([Buffer.from([22, 3, 3]), vector(2, messages)]);

/** The Certificate message of TLS 1.2. */
export const certificates = (...chain: readonly Uint8Array[]): Buffer =>
  message(
    11,
    vector(
      3,
      chain.map((each) => vector(3, [each])),
    ),
  );

/** The CertificateRequest of TLS 1.2 before its list of authorities. */
export const requestHead: readonly Buffer[] = [vector(1, [Buffer.from([1])]), vector(2, [Buffer.from([4, 3])])];
