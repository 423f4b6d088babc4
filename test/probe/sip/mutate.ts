/** A stream of numbers that is the same for the same seed (mulberry32); each call gives one below `limit`. */
export function numbersFrom(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

type Draw = (limit: number) => number;

/** What breaks readers of such texts. */
const dictionary = [
  ...[
    '\r\n',
    '\r\n\r\n',
    '\n',
    '\r',
    '\0',
    ' ',
    '\t',
    '"',
    '\\',
    '<',
    '>',
    '(',
    ')',
    ',',
    ';',
    '=',
    ':',
    '%00',
    '[',
    ']',
  ],
  ...[
    '\r\n ',
    '\\"',
    ';branch=',
    ';tag=',
    'z9hG4bK',
    'SIP/2.0 ',
    'SIP/2.0 200 OK\r\n',
    'HTTP/1.1 ',
    '1 OPTIONS',
    '2 OPTIONS',
  ],
  ...[
    '\r\nContent-Length: -1',
    '\r\nl: 99999',
    '\r\nl: 0',
    '\r\nCSeq: 2 INVITE',
    '\r\nv: SIP/2.0/TLS x;branch=z9hG4bKx',
  ],
  ...['\xFF', '\xC0\xAF', '\xE2\x80\xAE', '4294967301', '-1', '\x1B[2J', '__proto__: x\r\n'],
];

const spliced = (text: string, at: number, removed: number, put: string): string =>
  text.slice(0, at) + put + text.slice(at + removed);

/** One change of a text; each gives a text again. */
const changes: readonly ((text: string, draw: Draw, others: readonly string[]) => string)[] = [
  (text, draw) => spliced(text, draw(text.length + 1), 1, String.fromCharCode(draw(256))),
  (text, draw) => spliced(text, draw(text.length + 1), draw(12), ''),
  (text, draw) => spliced(text, draw(text.length + 1), 0, dictionary[draw(dictionary.length)] ?? ''),
  (text, draw) => spliced(text, draw(text.length + 1), draw(4), dictionary[draw(dictionary.length)] ?? ''),
  (text, draw) => {
    const at = draw(text.length + 1);
    return spliced(text, at, 0, text.slice(at, at + draw(80)));
  },
  (text, draw) => {
    const lines = text.split('\r\n');
    const [one, other] = [draw(lines.length), draw(lines.length)];
    return lines.map((line, at) => (at === one ? lines[other] : at === other ? lines[one] : line)).join('\r\n');
  },
  (text, draw) => {
    const lines = text.split('\r\n');
    const one = draw(lines.length);
    return lines
      .flatMap((line, at) => (at === one ? Array.from({ length: draw(3) }, () => line) : [line]))
      .join('\r\n');
  },
  (text, draw) => text.slice(0, draw(text.length + 1)),
  (text, draw, others) => text.slice(0, draw(text.length + 1)) + (others[draw(others.length)] ?? '').slice(draw(200)),
  (text, draw) => {
    const piece = dictionary[draw(dictionary.length)] ?? '';
    return spliced(text, draw(text.length + 1), 0, piece.repeat(draw(400)));
  },
  // A single octet of an identifier: what looks most like ours and is not.
  (text, draw) => {
    const marks = [...text.matchAll(/z9hG4bKours|call1@mon|tag1|1 OPTIONS/g)];
    const mark = marks[draw(Math.max(1, marks.length))];
    if (mark === undefined) return text;
    return spliced(text, mark.index + draw(mark[0].length), draw(2), 'xX0Z '.charAt(draw(5)));
  },
];

/** A text changed one to four times. */
export function mutant(texts: readonly string[], draw: Draw): string {
  let text = texts[draw(texts.length)] ?? '';
  for (let left = 1 + draw(4); left > 0; left -= 1) text = changes[draw(changes.length)]?.(text, draw, texts) ?? text;
  return text;
}
