import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { createLog, lossy } from '../../src/log/pino.ts';

function captured(): { lines: string[]; write: (line: string) => void } {
  const lines: string[] = [];
  return { lines, write: (line) => void lines.push(line) };
}

test('a line is one JSON object with level, ISO time, role, the fields and a static message', () => {
  const { lines, write } = captured();
  createLog('worker', write).warn({ domain: 'contoso.com', count: 2 }, 'something was put back');
  assert.equal(lines.length, 1);
  assert.ok(lines[0]!.endsWith('\n'));
  const { time, ...rest } = JSON.parse(lines[0]!) as Record<string, unknown>;
  assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.deepEqual(rest, {
    level: 'warn',
    role: 'worker',
    pid: process.pid,
    domain: 'contoso.com',
    count: 2,
    msg: 'something was put back',
  });
});

test('no control, bidi mark or lone surrogate of a stranger is written raw, and nothing is lost by that', () => {
  const { lines, write } = captured();
  const hostile = 'a\u001b[31m\r\nb\u0085c\u202ed\u2028e\u007f\u0000\ud800f';
  createLog('worker', write).info({ hostile }, 'text of a stranger');
  assert.equal(
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\ud800-\udfff]/u.test(lines[0]!),
    false,
  );
  assert.equal(lines[0]!.indexOf('\n'), lines[0]!.length - 1);
  assert.equal((JSON.parse(lines[0]!) as { hostile: string }).hostile.toWellFormed(), hostile.toWellFormed());
});

test('levels below the wanted one are not written', () => {
  const { lines, write } = captured();
  const before = process.env['FEDMON_LOG_LEVEL'];
  process.env['FEDMON_LOG_LEVEL'] = 'error';
  try {
    const log = createLog('worker', write);
    log.warn({}, 'no');
    log.error({}, 'yes');
  } finally {
    if (before === undefined) delete process.env['FEDMON_LOG_LEVEL'];
    else process.env['FEDMON_LOG_LEVEL'] = before;
  }
  assert.deepEqual(
    lines.map((line) => (JSON.parse(line) as { msg: string }).msg),
    ['yes'],
  );
});

test('lines that cannot be written are counted in the next one that can', () => {
  const { lines, write } = captured();
  let broken = true;
  const out = lossy((line) => {
    if (broken) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    write(line);
  });
  out('1\n');
  out('2\n');
  broken = false;
  out('3\n');
  out('4\n');
  assert.equal((JSON.parse(lines[0]!) as { lost: number }).lost, 2);
  assert.deepEqual(lines.slice(1), ['3\n', '4\n']);
});

test('a process whose reader has gone goes on', async () => {
  const module = join(import.meta.dirname, '..', '..', 'src', 'log', 'pino.ts');
  const program = `
    const { createLog } = await import(${JSON.stringify(module)});
    const log = createLog('test');
    log.info({}, 'first');
    process.stdin.once('data', () => {
      for (let at = 0; at < 1000; at += 1) log.info({ at }, 'nobody reads this');
      process.exit(42);
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.stdout.destroy();
  child.stdin.write('go');
  const [code] = (await once(child, 'exit')) as [number | null];
  assert.equal(code, 42);
});
