import assert from 'node:assert/strict';
import { letterText, maxLetterOctets, type Letter } from '../../src/probe/letter.ts';

const name = '[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9])?';
const place = '(?:[0-9.]+|"\\[[0-9a-fA-F:.]+\\]"?):\\d+"?';
const client = `openssl s_client -connect ${place} -servername ${name}`;
/** Every command line that may stand in a letter: no character that a shell reads as more than itself, but our own. */
const commands = new RegExp(
  `^(?:dig (?:\\+cd )?${name} (?:SRV|A|AAAA)` +
    `|nc -vz [0-9a-fA-F:.]+ \\d+` +
    `|${client}(?: -showcerts| -tls1_2)? </dev/null` +
    `|${client} </dev/null \\| openssl x509 -noout -subject -issuer -serial -dates -ext subjectAltName)$`,
);

/** What must hold of every letter: printable, bounded, with nothing internal, and commands that are only commands. */
export function assertSendable(letter: Letter, internal: readonly string[]): void {
  const { subject, text } = letter;
  assert.doesNotMatch(subject, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]/u, subject);
  assert.doesNotMatch(text.replaceAll('\n', ' '), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]/u, text);
  assert.ok(text.isWellFormed());
  assert.ok(Buffer.byteLength(text) <= maxLetterOctets, `${String(Buffer.byteLength(text))} octets`);
  assert.ok(Buffer.byteLength(letterText(letter)) < 4_900 && subject.length < 700, subject);
  for (const secret of internal) assert.ok(!letterText(letter).includes(secret), `${secret} in\n${text}`);
  for (const line of text.split('\n').filter((each) => /^ {2}(?:dig|nc|openssl) /.test(each))) {
    assert.match(line.slice(2), commands);
  }
}
