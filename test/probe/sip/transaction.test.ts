import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { asError } from '../../../src/net/progress.ts';
import { edgeId } from '../../../src/federation/edge.ts';
import { NetworkFailure } from '../../../src/federation/failure.ts';
import type { Link } from '../../../src/net/net.ts';
import { maxHeadOctets } from '../../../src/probe/sip/message.ts';
import { optionsRequest, sendableRequest } from '../../../src/probe/sip/request.ts';
import { maxPieces } from '../../../src/probe/sip/stream.ts';
import { exchange } from '../../../src/probe/sip/transaction.ts';
import { anEdge } from '../../federation/samples.ts';
import { processorMs } from '../../processor-time.ts';

const ids = { branch: 'z9hG4bKours', tag: 'tag1', callId: 'call1@mon.example' };
const sender = { domain: 'mon.example', userAgent: 'fedmon/1 (+https://mon.example)' };

/** What comes after the chunks: an orderly end, or silence until time is up. */
type Then = 'end' | 'silence';

class TimeIsUp extends Error {
  override readonly name = 'TimeIsUp';
}

/** A link that hands out these chunks. Its silence lasts until `timeIsUp`, which no clock decides. */
function link(chunks: readonly string[], then: Then = 'end', timeIsUp: () => void = () => undefined) {
  const left = [...chunks];
  const sent: string[] = [];
  const never = () => Promise.reject(new Error('not part of this test'));
  const made: Link & { readonly sent: readonly string[]; readonly left: readonly string[] } = {
    sent,
    left,
    secure: never,
    seen: () => null,
    admitted: never,
    send: (bytes) => Promise.resolve(void sent.push(Buffer.from(bytes).toString('latin1'))),
    receive: (signal) => {
      const next = left.shift();
      if (next !== undefined) return Promise.resolve(Buffer.from(next, 'latin1'));
      if (then === 'end') return Promise.resolve(null);
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(asError(signal.reason)));
        timeIsUp();
      });
    },
    close: () => undefined,
  };
  return made;
}

function answer(
  status: string,
  over: { branch?: string; cseq?: string; callId?: string; more?: string; body?: string } = {},
): string {
  const { branch = ids.branch, cseq = '1 OPTIONS', callId = ids.callId, more = '', body = '' } = over;
  return (
    `SIP/2.0 ${status}\r\nVia: SIP/2.0/TLS mon.example;branch=${branch};received=192.0.2.9\r\n` +
    `From: <sip:fedmon@mon.example>;tag=tag1\r\nTo: <sip:x>;tag=9\r\nCall-ID: ${callId}\r\nCSeq: ${cseq}\r\n${more}` +
    `Content-Length: ${String(body.length)}\r\n\r\n${body}`
  );
}

async function ask(chunks: readonly string[], then?: Then) {
  const time = new AbortController();
  const peer = link(chunks, then, () => time.abort(new TimeIsUp()));
  const { final, provisional } = await exchange(peer, 'request', ids, time.signal);
  return { status: final.status, provisional };
}

async function code(chunks: readonly string[], then?: Then): Promise<string> {
  const error = await ask(chunks, then).then(
    () => assert.fail('an answer was taken'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof NetworkFailure, String(error));
  return error.failure.code;
}

describe('exchange', () => {
  test('the answer may come octet by octet, with keep-alives before it', async () => {
    const text = `\r\n\r\n${answer('200 OK', { body: 'v=0' })}`;
    assert.deepEqual(await ask(text.split('')), { status: 200, provisional: 0 });
  });

  test('provisional answers are counted and passed over', async () => {
    assert.deepEqual(await ask([answer('100 Trying') + answer('183 Progress') + answer('403 Forbidden')]), {
      status: 403,
      provisional: 2,
    });
  });

  test('answers to somebody else, and requests, are passed over: branch, CSeq and Call-ID must all be ours', async () => {
    const strays = [
      answer('200 OK', { branch: 'z9hG4bKother' }),
      answer('200 OK', { cseq: '2 OPTIONS' }),
      answer('200 OK', { cseq: '1 INVITE' }),
      answer('200 OK', { callId: 'other' }),
      'NOTIFY sip:x SIP/2.0\r\nContent-Length: 2\r\n\r\nhi',
    ];
    assert.deepEqual(await ask([...strays, answer('481 Gone')]), { status: 481, provisional: 0 });
    assert.equal(await code(strays), 'connection_closed');
  });

  test('each way to fail has its own code', async () => {
    assert.equal(await code([]), 'connection_closed');
    assert.equal(await code(['SIP/2.0 200 OK\r\nVia']), 'connection_closed');
    assert.equal(await code(['HTTP/1.1 400 Bad Request\r\n\r\n']), 'sip_not_sip');
    assert.equal(await code(['SIP/2.0 200 OK\r\nbroken\r\n\r\n']), 'sip_malformed');
    assert.equal(
      await code([answer('200 OK').replace('Content-Length: 0', 'Content-Length: 99999999')]),
      'sip_malformed',
    );
    assert.equal(await code([answer('180 Ringing')], 'silence'), 'sip_no_final');
    assert.equal(
      await code([answer('200 OK', { branch: 'other', body: 'x'.repeat(60_000) }).repeat(5)]),
      'sip_too_large',
    );
    const endless = `SIP/2.0 200 OK\r\n${'X: y\r\n'.repeat(maxHeadOctets / 6)}`;
    assert.equal(await code([endless]), 'sip_too_large');
    assert.equal(await code([answer('200 OK', { branch: 'other' }).repeat(40)]), 'sip_malformed');
    assert.equal(await code([answer('100 Trying').repeat(40)]), 'sip_no_final');
  });

  test('an answer in very many pieces is given up at the cap, and costs little', async () => {
    const text = answer('200 OK', { branch: 'other', body: 'b'.repeat(60_000) });
    const before = processorMs();
    assert.equal(await code(text.split('')), 'sip_too_large');
    const cost = processorMs() - before;
    assert.ok(cost < 1_000, `${String(cost)} ms of processor time`);
    const pieces = Array.from({ length: 100 }, (_, at) => text.slice(at * 610, (at + 1) * 610));
    assert.deepEqual(await ask([...pieces, answer('200 OK')]), { status: 200, provisional: 0 });
  });

  test('a flood does not keep the deadline from firing', async () => {
    const time = new AbortController();
    const peer = link(['SIP/2.0 200 OK\r\nX: ', ...Array.from({ length: maxPieces - 2 }, () => 'x')], 'silence');
    // Fires when the loop turns, as a timer would: a reader that never lets it turn takes everything before.
    setImmediate(() => time.abort(new TimeIsUp()));
    await assert.rejects(exchange(peer, 'request', ids, time.signal), TimeIsUp);
    assert.ok(peer.left.length > maxPieces - 10, `${String(peer.left.length)} pieces were left when time was up`);
  });

  test('time that is up between two pieces of a body says that the body is short, as in silence', async () => {
    const time = new AbortController();
    const begun = answer('200 OK').replace('Content-Length: 0', 'Content-Length: 99');
    const peer = link([begun, ...Array.from({ length: 50 }, () => 'b')], 'silence');
    // One turn of the loop for the head, the next for a piece of the body.
    setImmediate(() => setImmediate(() => time.abort(new TimeIsUp())));
    await assert.rejects(exchange(peer, 'request', ids, time.signal), /Content-Length promises more/);
    assert.ok(peer.left.length > 40);
  });

  test('of several finals the first counts; one behind it that contradicts it is told, junk there is not', async () => {
    const finals = async (text: string) => {
      const { final, contradicted } = await exchange(link([text]), 'request', ids, AbortSignal.timeout(10_000));
      return [final.status, contradicted];
    };
    assert.deepEqual(await finals(answer('200 OK') + answer('200 OK')), [200, []]);
    assert.deepEqual(await finals(answer('200 OK') + answer('403 No') + answer('500 No')), [200, [403, 500]]);
    assert.deepEqual(await finals(`${answer('200 OK')}HTTP/1.1 400 Bad Request\r\n\r\n`), [200, []]);
    assert.deepEqual(await finals(answer('200 OK') + answer('403 No', { branch: 'z9hG4bKother' })), [200, []]);
  });

  test('silence ends with the signal’s own reason', async () => {
    await assert.rejects(ask([], 'silence'), TimeIsUp);
  });
});

test('the request is one OPTIONS under 1,300 octets that says who asks', () => {
  const request = optionsRequest(anEdge('sip.partner.example'), sender, ids);
  assert.equal(
    request,
    [
      'OPTIONS sip:sip.partner.example SIP/2.0',
      'Via: SIP/2.0/TLS mon.example;branch=z9hG4bKours;rport',
      'Max-Forwards: 70',
      'From: <sip:fedmon@mon.example>;tag=tag1',
      'To: <sip:sip.partner.example>',
      'Call-ID: call1@mon.example',
      'CSeq: 1 OPTIONS',
      'Contact: <sip:mon.example;transport=tls>',
      'User-Agent: fedmon/1 (+https://mon.example)',
      'Accept: application/sdp',
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n'),
  );
  assert.ok(request.length < 1300);
});

test('over UDP a request has 1,300 octets and not one more; over TCP and TLS length is no matter', () => {
  const edge = anEdge('sip.partner.example', { transport: 'udp' });
  const room = 1_300 - optionsRequest(edge, { ...sender, userAgent: '' }, ids).length;
  const fits = { ...sender, userAgent: 'x'.repeat(room) };
  assert.equal(sendableRequest(edge, fits, ids).length, 1_300);
  const long = { ...sender, userAgent: `${fits.userAgent}x` };
  assert.throws(
    () => sendableRequest(edge, long, ids),
    (error) => error instanceof NetworkFailure && error.failure.code === 'sip_request_too_long',
  );
  for (const transport of ['tcp', 'tls'] as const) {
    assert.ok(sendableRequest({ ...edge, transport }, long, ids).length > 1_300 - 10);
  }
});

test('Max-Forwards is 70 unless the edge says otherwise, and so is the identity of the edge', () => {
  const [usual, first] = [anEdge('a.example'), anEdge('a.example', { maxForwards: 0 })];
  assert.match(optionsRequest(usual, sender, ids), /^Max-Forwards: 70\r$/m);
  assert.match(optionsRequest(first, sender, ids), /^Max-Forwards: 0\r$/m);
  assert.notEqual(edgeId(usual), edgeId(first));
});
