import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { diagnosticIds } from '../../../src/probe/sip/diagnostic-ids.ts';
import { readDiagnostic, withoutSource } from '../../../src/probe/sip/diagnostics.ts';

describe('readDiagnostic', () => {
  test('id, reason, source and what else is there', () => {
    assert.deepEqual(
      readDiagnostic('1010;reason="Certificate; \\"x\\" not trusted";HRESULT="0x80090325";source="edge.in.example"'),
      {
        id: 1010,
        reason: 'Certificate; "x" not trusted',
        source: 'edge.in.example',
        parameters: [{ name: 'HRESULT', value: '0x80090325' }],
      },
    );
  });

  test('lenient: smart quotes, spaces, no quotes, a quote that stays open', () => {
    assert.deepEqual(readDiagnostic(' 1034 ; Reason = \u201cPrevious hop; no reason\u201d ; domain = a.example '), {
      id: 1034,
      reason: 'Previous hop; no reason',
      source: null,
      parameters: [{ name: 'domain', value: 'a.example' }],
    });
    assert.deepEqual(readDiagnostic('1003;reason="User does not exist;source=x'), {
      id: 1003,
      reason: 'User does not exist',
      source: 'x',
      parameters: [],
    });
  });

  test('what is no number is no id; names and counts are bounded', () => {
    for (const line of ['', ';', 'x;reason="y"', '-1', '123456', '1 2'])
      assert.equal(readDiagnostic(line).id, null, line);
    const many = readDiagnostic(`1;${Array.from({ length: 20 }, (_, at) => `p${String(at)}=v`).join(';')}`);
    assert.equal(many.parameters.length, 8);
    assert.deepEqual(readDiagnostic(`1;${'n'.repeat(65)}=v;=w;flag`).parameters, []);
    assert.deepEqual(readDiagnostic('1;__proto__=x').parameters, [{ name: '__proto__', value: 'x' }]);
  });
});

test('a line for everybody does not name the server that wrote it', () => {
  assert.equal(withoutSource('1008;source="edge.in.example";reason="No; source=x"'), '1008;reason="No; source=x"');
  assert.equal(withoutSource('1008; SOURCE = \u201cedge.in.example\u201d ;reason="No"'), '1008;reason="No"');
  assert.equal(withoutSource('1008;reason="cut sho;source=edge.in.example'), '1008;reason="cut sho');
  assert.equal(withoutSource('1027;reason="Cannot route this"'), '1027;reason="Cannot route this"');
});

test('the table: confirmed ids only, each with words, a side and a next step', () => {
  const confirmed = [
    ...Array.from({ length: 14 }, (_, at) => 1001 + at),
    ...[1017, 1027, 1034, 1047, 4005, 10003, 17001, 17002, 17003, 17004],
  ];
  assert.deepEqual([...diagnosticIds.keys()], confirmed);
  for (const [id, { means, side, action }] of diagnosticIds) {
    assert.match(means, /^\S.{8,90}[^.]$/, String(id));
    assert.match(action, /\.$/, String(id));
    assert.ok(['ours', 'theirs', 'path', 'unknown'].includes(side), String(id));
  }
  assert.equal(diagnosticIds.has(1043), false, 'nobody confirms what 1043 means');
});
