import assert from 'node:assert/strict';
import { test } from 'node:test';
import { processorMs } from '../../processor-time.ts';
import { NetworkFailure } from '../../../src/federation/failure.ts';
import { factsOf } from '../../../src/probe/sip/read-facts.ts';
import type { Answer } from '../../../src/probe/sip/hearing.ts';
import { answer, ids, ourVia, torture } from '../../corpus/sip/torture.ts';
import { feed } from './feed.ts';
import { mutant, numbersFrom } from './mutate.ts';

// 100,000 mutants of ten answers from a fixed seed. FUZZ_RUNS=2000000 for more, FUZZ_SEED for others.
const runs = Number(process.env['FUZZ_RUNS'] ?? 100_000);
const seed = Number(process.env['FUZZ_SEED'] ?? 4475);
const limitMs = 50;

const named = (start: string): string => {
  const found = torture.find(({ name }) => name.startsWith(start));
  assert.ok(found, start);
  return found.text;
};

const answers: readonly string[] = [
  answer(),
  answer({
    line: 'SIP/2.0 403 Forbidden',
    more: ['Server: RTC/6.0', 'ms-diagnostics: 1027;source="a.b";reason="No; \\"x\\""'],
  }),
  answer({ line: 'SIP/2.0 503 Busy', more: ['Retry-After: 30 (soon)', 'Warning: 399 a "b", 301 c "d"'] }),
  answer({ line: 'SIP/2.0 100 Trying' }) + answer({ line: 'SIP/2.0 504 Server time-out' }),
  answer({ via: `${ourVia}, SIP/2.0/UDP [2001:db8::1]:5060;branch=z9hG4bKb`, body: 'v=0\r\no=- 1 1 IN IP4 x\r\n' }),
  `\r\n\r\n${answer({ callId: 'Call-ID: another' })}${answer({ line: 'SIP/2.0 481 Gone' })}`,
  answer({ from: `From: "fed \\"mon\\"" <sip:fedmon@mon.example> ; tag = ${ids.tag}` }),
  named('wsinv'),
  named('intmeth'),
  named('mpart'),
];

const allowed = ['sip_malformed', 'sip_not_sip', 'sip_too_large', 'connection_closed'];

/** Says by plain search, without the parser, whether the octets hold an answer with all that makes it ours. */
function couldBeOurs(text: string): boolean {
  const flat = text.replaceAll(/\r\n[ \t]+/g, ' ');
  return (
    /^(?:via|v)[ \t]*:.*;[ \t]*branch[ \t]*=[ \t]*"?z9hG4bKours(?![A-Za-z0-9\-.!%*_+`'~])/im.test(flat) &&
    /^(?:call-id|i)[ \t]*:[ \t]*call1@mon\.example[ \t]*$/im.test(flat) &&
    /^[Cc][Ss][Ee][Qq][ \t]*:[ \t]*0*1[ \t]+OPTIONS[ \t]*$/m.test(flat) &&
    /^(?:from|f)[ \t]*:.*;[ \t]*tag[ \t]*=[ \t]*"?tag1(?![A-Za-z0-9\-.!%*_+`'~])/im.test(flat)
  );
}

/** What is wrong with the outcome; null when nothing is. */
function complaint(text: string, seen: Answer | NetworkFailure): string | null {
  if (seen instanceof NetworkFailure) {
    return allowed.includes(seen.failure.code) ? null : `failed with ${seen.failure.code}`;
  }
  if (!couldBeOurs(text)) return 'an answer that is not ours was taken';
  const first = Array.from(seen.final.headers, ([name, [value = '']]) => `${name}: ${value}`).join('\r\n');
  if (!couldBeOurs(first)) return 'the message that was taken is not ours';
  const { status, reason } = factsOf({ requestUri: 'sip:x' }, seen, 0);
  if (status === null || status < 200 || status > 699) return `status ${String(status)}`;
  return /\p{Cc}/u.test(reason ?? '') ? 'a control character in the reason' : null;
}

/** One to three pieces, so that every state of the stream is met. */
function pieces(text: string, draw: (limit: number) => number): readonly string[] {
  const [one = 0, two = 0] = [draw(text.length + 1), draw(text.length + 1)].sort((a, b) => a - b);
  return [text.slice(0, one), text.slice(one, two), text.slice(two)].filter((each) => each !== '');
}

/** The time of the quickest of three tries: a machine that pauses is not a slow parser. */
async function quickest(text: string, fed: readonly string[], firstMs: number): Promise<number> {
  let best = firstMs;
  for (let tries = 0; tries < 3 && best > limitMs; tries += 1) {
    const started = processorMs();
    complaint(text, await feed(fed));
    best = Math.min(best, processorMs() - started);
  }
  return best;
}

/** A long run says how far it is, and each part has the time of a test. */
const part = 100_000;
const draw = numbersFrom(seed);

for (let from = 0; from < runs; from += part) {
  const until = Math.min(runs, from + part);
  test(`mutants ${String(from)} to ${String(until)}: nothing but our failures, no wrong success, each under ${String(limitMs)} ms`, async () => {
    const tally = { taken: 0, failed: 0 };
    for (let run = from; run < until; run += 1) {
      const text = mutant(answers, draw);
      const fed = pieces(text, draw);
      const started = processorMs();
      const seen = await feed(fed);
      const wrong = complaint(text, seen);
      const took = await quickest(text, fed, processorMs() - started);
      const about = `mutant ${String(run)} of seed ${String(seed)}: ${JSON.stringify(text)}`;
      assert.equal(wrong, null, about);
      assert.ok(took < limitMs, `${String(took)} ms for ${about}`);
      tally[seen instanceof NetworkFailure ? 'failed' : 'taken'] += 1;
    }
    // Mutants that are all refused, or all taken, would prove nothing.
    const least = (until - from) / 10;
    assert.ok(tally.taken > least && tally.failed > least, JSON.stringify(tally));
  });
}

test('what takes long to read when read badly is read in linear time', async () => {
  const hard = [
    answer({ via: `Via: SIP/2.0/TLS a${';x'.repeat(4_000)}` }),
    answer({ via: `Via: SIP/2.0/TLS a;x="${'\\"'.repeat(4_000)}` }),
    answer({ from: `From: ${'<'.repeat(8_000)}` }),
    answer({ from: `From: ${'('.repeat(8_000)}` }),
    answer({ via: `Via: SIP${' '.repeat(8_000)}/` }),
    answer({ cseq: `CSeq: 1${' '.repeat(8_000)}x y` }),
    answer({ more: [`X: a${'\r\n b'.repeat(240)}`] }),
    answer({ line: `OPTIONS ${' SIP/2'.repeat(1_300)}` }),
    answer({ line: `OPTIONS x SIP/2.0${' '.repeat(8_000)}x` }),
    answer({ more: Array.from({ length: 7 }, () => `ms-diagnostics: 1;${'a=";'.repeat(1_900)}`) }),
    `${'\r\n'.repeat(60_000)}${answer()}`,
  ];
  for (const text of hard) {
    const started = processorMs();
    const seen = await feed([text]);
    assert.equal(complaint(text, seen), null);
    const took = await quickest(text, [text], processorMs() - started);
    assert.ok(took < limitMs, `${String(took)} ms: ${text.slice(0, 80)}`);
  }
});
