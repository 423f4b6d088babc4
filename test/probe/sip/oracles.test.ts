import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { torture } from '../../corpus/sip/torture.ts';
import { oracles, ours, type Reading } from './oracles.ts';

/** Where a public parser reads otherwise, and what makes us right. Names are those of the corpus, up to the colon. */
const disagreements: Readonly<Record<keyof typeof oracles, Readonly<Record<string, string>>>> = {
  sip: {
    'IPv6 host and received address': 'it finds no branch; the form is that of RFC 5118 §4.5',
    'multi01: all of them twice, the same': 'it joins the two; Call-ID is not a list (RFC 3261 §7.3.1)',
    'the version in lower case': 'it refuses; the version is compared without regard to case (RFC 3261 §7.1)',
  },
  'sip.js': {
    'wsinv: white space, folding, compact forms and case wherever allowed':
      'it takes the last of a list of Via values; the first is the top-most (RFC 3261 §7.3.1)',
    'badinv01: separators only in headers nobody needs':
      'it refuses the message for its Contact; what is not needed is not judged (RFC 4475 §3.1.2.1 leaves it to the element)',
    'regbadct: Contact with unquoted question mark': 'as above (RFC 4475 §3.1.2.13 lets an element accept it)',
    'badaspec: white space inside the brackets': 'as above, for To (RFC 4475 §3.1.2.14 lets an element accept it)',
    'baddn: a display name that is no token': 'as above, for To (RFC 4475 §3.1.2.15 lets an element accept it)',
    'unksm2: an unknown scheme in To':
      'it knows sip: and sips: only; To takes any URI (RFC 3261 §20.39, RFC 4475 §3.3.4)',
  },
};

const whole = ({ branch, callId, cseq }: Reading): boolean => branch !== null && callId !== null && cseq !== null;

for (const [name, read] of Object.entries(oracles)) {
  test(`the parser of the package ${name} reads what identifies an answer as we do`, (t: TestContext) => {
    const known = disagreements[name as keyof typeof oracles];
    let compared = 0;
    const found: string[] = [];
    for (const { name: message, text, expected } of torture) {
      const own = ours(text);
      // Only what we take, as ours or as somebody else's: that others are more lenient proves nothing.
      if (own === null || !whole(own) || (typeof expected !== 'number' && expected !== 'ignored')) continue;
      compared += 1;
      const theirs = read(text);
      if (message in known) assert.notDeepEqual(theirs, own, `${message}: the two agree now`);
      else if (!isSame(own, theirs)) found.push(`${message}: ${JSON.stringify(theirs)}, ours ${JSON.stringify(own)}`);
    }
    assert.deepEqual(found, []);
    assert.ok(compared >= 30, `only ${String(compared)} messages were compared`);
    const agreed = compared - Object.keys(known).length;
    t.diagnostic(`${String(compared)} of ${String(torture.length)} messages compared, ${String(agreed)} read alike`);
  });
}

function isSame(own: Reading, theirs: Reading | null): boolean {
  return theirs !== null && JSON.stringify(own) === JSON.stringify(theirs);
}

test('every disagreement is about a message of the corpus', () => {
  const names = new Set(torture.map(({ name }) => name));
  const unknown = Object.values(disagreements).flatMap((rows) => Object.keys(rows).filter((each) => !names.has(each)));
  assert.deepEqual(unknown, []);
});
