import { leaf, type Authority, type Leaf } from '../lab/certificates.ts';
import { takeRequest, responseTo, type SipRequest } from '../lab/sip-answer.ts';
import { brokenOctets, canaries } from './canaries.ts';
import { canaryLeaf } from './canary-certificate.ts';
import { answering, asked, dnsServer, dotted, loopback, record, srv, types, wireName } from './dns-server.ts';
import { tlsEdge } from './edge-server.ts';
import type { Served } from './script.ts';

/** What an edge says; each says the canary at every place that this leads to. */
type Says = (request: SipRequest, text: string) => string;

/** One line of a header; line ends would make several of it, so they are folded as SIP allows. */
const folded = (text: string): string => text.replace(/[\r\n]+/g, '\r\n ');
const oneLine = (text: string): string => text.replace(/[\r\n]+/g, ' ');

const final =
  (status: number): Says =>
  (request, text) =>
    responseTo(request, {
      status,
      reason: oneLine(text),
      headers: {
        Server: folded(text),
        Warning: `399 edge.example "${folded(text).replaceAll(/["\\]/g, '\\$&')}"`,
        Reason: `SIP ;cause=503 ;text="${folded(text).replaceAll(/["\\]/g, '\\$&')}"`,
        Allow: folded(text),
        'ms-diagnostics': `1034;reason="${folded(text).replaceAll(/["\\]/g, '\\$&')}";source="${folded(text).replaceAll(/["\\]/g, '\\$&')}"`,
        'ms-diagnostics-public': folded(text),
        Contact: folded(text),
      },
    })
      .toString()
      .replace('Server: fedmon-lab/1.0\r\n', '')
      .replace(
        ';rport',
        `;rport;x-${oneLine(text)
          .replace(/[^a-z]/g, '')
          .slice(0, 40)}`,
      );

/** The ways to speak, by the first label of the partner's domain. */
const ways: Readonly<Record<string, Says>> = {
  fine: final(200),
  refusing: final(403),
  gone: final(480),
  overloaded: final(503),
  ambiguous: final(504),
  unwell: final(500),
  foreign: (_, text) => `${text}\r\n\r\n`,
  broken: (request, text) => final(200)(request, 'x').replace('Content-Length', `${text}: x\r\nContent-Length`),
  version: (_, text) => `SIP/2.0 ${text}\r\n\r\n`,
};

/** An alias with the canary in it instead of an address; no edge. */
const alias = 'alias';

/** The first letter of the second label: an edge with a certificate full of canaries, or one with a sound certificate. */
type Kind = 'c' | 's';

const spoken: readonly Buffer[] = [...canaries.map(([, text]) => Buffer.from(text)), brokenOctets];

/** Every canary at every place: a partner for each canary and each way to say it. */
export const canaryDomains: readonly string[] = spoken.flatMap((_, at) => [
  ...Object.keys(ways).map((way) => `${way}.s${String(at)}.example`),
  `refusing.c${String(at)}.example`,
  `${alias}.s${String(at)}.example`,
]);

/** The edges of all canaries and the resolver that leads to them, with the canary in its names. */
export async function canaryServers(root: Authority): Promise<Served> {
  const made = await Promise.all(
    spoken.map(async (octets, at) => {
      const names = Object.keys(ways).map((way) => `sip.${way}.s${String(at)}.example`);
      const [c, s] = await Promise.all([
        canaryEdge(await canaryLeaf(octets), octets),
        canaryEdge(await leaf({ names, issuer: root }), octets),
      ]);
      return { c, s };
    }),
  );
  const resolver = await dnsServer(
    answering(({ name, type }) => {
      const [, kind = 's', digits = '0'] = /\.([cs])(\d+)\.example$/.exec(name) ?? [];
      const at = Number(digits);
      // Never a host name: that would rightly be followed, and named in a label.
      const label = Buffer.concat([Buffer.from('!'), spoken[at] ?? Buffer.alloc(0)]).subarray(0, 63);
      if (type === types.SRV) {
        const domain = name.split('.').slice(2);
        const port = made[at]?.[kind as Kind].port ?? 0;
        const good = srv(dotted(['sip', ...domain].join('.')), port);
        return [good, srv(wireName(label, ...domain), 5061, 20), srv(wireName('x', label), 5061, 20)];
      }
      if (name.startsWith(`sip.${alias}.`)) return [record(asked, types.CNAME, wireName(label, 'example'))];
      return type === types.A ? [record(asked, types.A, loopback)] : [];
    }),
  );
  const all = [resolver, ...made.flatMap(({ c, s }) => [c, s])];
  return { ...resolver, stop: () => Promise.all(all.map((each) => each.stop())) };
}

/** Answers as the Request-URI wants; text goes as the octets it is. */
function canaryEdge(certificate: Leaf, octets: Buffer): Promise<Served> {
  const text = octets.toString('latin1');
  return tlsEdge(certificate, (socket) => {
    let held: Buffer = Buffer.alloc(0);
    socket.on('data', (bytes: Buffer) => {
      held = Buffer.concat([held, bytes]);
      const taken = takeRequest(held);
      if (taken === null) return;
      held = taken.rest;
      const way = /^sip:sip\.([a-z]+)\./.exec(taken.request.uri)?.[1] ?? '';
      socket.write(Buffer.from(ways[way]?.(taken.request, text) ?? '', 'latin1'));
    });
  });
}
