// What strangers send is read with regular expressions that take time in proportion to its length, and no more.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';
import { costMs } from './processor-time.ts';

const top = join(import.meta.dirname, '..');

/** Rooms that see what strangers send; the others read our own config and our own command line. */
const rooms = 'src/{federation,net,probe,http,log,metrics,store,role,queue,alert}/**/*.ts';

/** Twice the longest line that is read. */
const octets = 16_384;
/** Less than this is not looked into. */
const cheapMs = 20;
/** A text four times as long costs four times as much, or sixteen times where the time grows with the square. */
const shorter = 4;
const mostGrowth = 8;

/** What a quantifier may be made to run over, and what may end the run, so that it has to go back. */
const pumps = ['a', '0', ' ', '\t', '.', '-', ':', ';', '=', '"', '\\', ',', '<', '/', '@', '\r\n', '\u0000'];
const pairs = ['a.', 'a ', 'a=', ' ,', ';a', '"a', '\\"', 'a-', '://', '=a;', '\r\n '];
const ends = ['', '!', '\u0000', '\n'];

function literalsIn(file: string): readonly RegExp[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ESNext);
  const found: RegExp[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const at = node.text.lastIndexOf('/');
      found.push(new RegExp(node.text.slice(1, at), node.text.slice(at + 1)));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** An attack whose cost grows with more than the length; null: none does. */
function attackOn(regexp: RegExp): string | null {
  const cost = (pump: string, end: string, length: number): number => {
    const text = pump.repeat(length / pump.length) + end;
    return costMs(() => void text.replace(regexp, ''));
  };
  for (const pump of [...pumps, ...pairs]) {
    for (const end of ends) {
      if (cost(pump, end, octets) < cheapMs) continue;
      const [short, long] = [octets / shorter, octets].map((length) =>
        Math.min(...[1, 2, 3].map(() => cost(pump, end, length))),
      );
      if (long !== undefined && long >= cheapMs && long > (short ?? 0) * mostGrowth) return JSON.stringify([pump, end]);
    }
  }
  return null;
}

test('no regular expression takes more than its share of time, whatever it is given', () => {
  const all = globSync(rooms, { cwd: top }).flatMap((file) =>
    literalsIn(join(top, file)).map((regexp) => ({ file, regexp })),
  );
  assert.ok(all.length > 90, `${String(all.length)} expressions`);
  const dear = all
    .map(({ file, regexp }) => ({ file, regexp: String(regexp), attack: attackOn(regexp) }))
    .filter(({ attack }) => attack !== null);
  assert.deepEqual(dear, []);
});

test('one that does would be found', () => {
  assert.notEqual(attackOn(/ +$/), null);
  assert.notEqual(attackOn(/^[0-9a-f:]*:[0-9a-f:]*$/), null);
});
