/** Everything that one of those who are compared needs to watch the edges, running. */
export interface Side {
  /** Its processes by what they are; the processor time of all of them is what it costs. */
  readonly processes: Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

/** How often a Prometheus takes what it keeps of fedmon, and what comes with it on the other side. */
export const scrapeEvery = '15s';

/** The OPTIONS that whoever is not fedmon sends, a line each: as long as ours. */
export function requestTo(host: string): readonly string[] {
  return [
    `OPTIONS sip:${host} SIP/2.0`,
    'Via: SIP/2.0/TLS mon.example;branch=z9hG4bK4d7f0a61c2e94b8fa1f3d2c5b6e7a890;rport',
    'Max-Forwards: 70',
    `To: <sip:${host}>`,
    'From: <sip:mon.example>;tag=9f2c61d7',
    'Call-ID: 7a1e5b2c9d3f4e6a8b0c1d2e3f4a5b6c@mon.example',
    'CSeq: 1 OPTIONS',
    'Contact: <sip:mon.example;transport=tls>',
    'User-Agent: bench (+https://mon.example/probing)',
    'Accept: application/sdp',
    'Content-Length: 0',
    '',
  ];
}
