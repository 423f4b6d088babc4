import { endpointName, type Edge } from '../../federation/edge.ts';
import type { Failure } from '../../federation/failure.ts';
import type { Stop } from '../../net/deadline.ts';
import type { Link } from '../../net/net.ts';
import type { ProbeIo } from '../probe.ts';
import { clientHello } from './client-hello.ts';
import type { VersionAnswer } from './facts.ts';
import { maxAnswer, readAnswer, tlsVersions, type HelloAnswer, type TlsVersion } from './hello-answer.ts';

/** One question takes no longer than this, milliseconds. */
const longestMs = 3_000;

/** Reads until the answer can be told, the peer ends the connection, or more came than an answer takes. */
async function answerOf(link: Link, signal: Stop): Promise<HelloAnswer> {
  let heard = Buffer.alloc(0);
  for (;;) {
    const chunk = await link.receive(signal);
    if (chunk === null) return { kind: 'closed' };
    heard = Buffer.concat([heard, chunk]);
    const answer = readAnswer(heard.subarray(0, maxAnswer));
    if (answer !== null) return answer;
    if (heard.length >= maxAnswer) return { kind: 'not_tls' };
  }
}

/** Says hello with one version and hangs up after the answer: no key is agreed on and no certificate of ours is shown. */
async function ask(edge: Edge, version: TlsVersion, limitMs: number, io: ProbeIo): Promise<HelloAnswer | Failure> {
  const trail = io.trail.branch();
  const to = { address: edge.address, port: edge.port };
  const opened = await trail.step('tcp_connect', endpointName(edge), limitMs, (signal) => io.net.connect(to, signal));
  if (!opened.ok) return opened.failure;
  const link = opened.value;
  try {
    const heard = await trail.step('tls_handshake', endpointName(edge), limitMs, async (signal) => {
      await link.send(clientHello(version, edge.serverName), signal);
      return answerOf(link, signal);
    });
    return heard.ok ? heard.value : heard.failure;
  } finally {
    link.close();
  }
}

const isHangUp = ({ code }: Failure): boolean => ['connection_reset', 'connection_closed'].includes(code);

function judged(version: TlsVersion, heard: HelloAnswer | Failure): VersionAnswer {
  if ('code' in heard) return { version, taken: isHangUp(heard) ? false : null, answer: heard.detail };
  switch (heard.kind) {
    case 'server_hello':
      return { version, taken: heard.version === version, answer: `ServerHello ${heard.version}` };
    case 'alert':
      return { version, taken: heard.refusesVersion ? false : null, answer: heard.phrase };
    case 'closed':
      return { version, taken: false, answer: 'the peer closed the connection' };
    case 'not_tls':
      return { version, taken: null, answer: 'something other than TLS' };
  }
}

/**
 * Which TLS versions an edge takes: one ClientHello each, newest first, over connections of their own and one after the
 * other. What could not be told is null; after silence nothing more is asked. Nobody is asked this without being told to.
 */
export async function observeVersions(edge: Edge, limitMs: number, io: ProbeIo): Promise<readonly VersionAnswer[]> {
  const answers: VersionAnswer[] = [];
  for (const version of tlsVersions) {
    const heard = await ask(edge, version, Math.min(limitMs, longestMs), io);
    answers.push(judged(version, heard));
    if ('code' in heard && !isHangUp(heard)) break;
  }
  return answers;
}
