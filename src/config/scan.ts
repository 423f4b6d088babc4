import { Lexer } from 'yaml';

/** A place in a text that stops it from being read, found before anything is built from it. */
export interface Obstacle {
  readonly offset: number;
  readonly message: string;
}

const deepest = 16;
/** No more than this are looked for. */
export const enough = 100;
const tooDeep = `nested deeper than ${String(deepest)} levels; a configuration needs 5`;
const controls: ReadonlySet<string> = new Set(['\x02', '\x18']);
const scalarFollows = '\x1f';

const refusals: Readonly<Record<string, string>> = {
  '&': 'anchors (&name) are not supported; write the value out, or set it once under `defaults`',
  '*': 'aliases (*name) are not supported; write the value out, or set it once under `defaults`',
  '!': 'tags (!name) are not supported; put a text that starts with ! into quotes',
  '%': 'directives (%…) are not supported',
};

/**
 * Reads only tokens, in linear time and constant memory: refuses what makes YAML expensive (aliases, depth) or
 * surprising (tags, directives) before the parser, whose cost such a text can raise, sees it.
 */
export function obstacles(text: string): readonly Obstacle[] {
  const found: Obstacle[] = [];
  let offset = 0;
  let flow = 0;
  let onLine = 0;
  let scalar = false;
  for (const token of new Lexer().lex(text)) {
    if (token === scalarFollows) {
      scalar = true;
      continue;
    }
    if (controls.has(token)) continue;
    if (!scalar) {
      const refusal = refusals[token.charAt(0)];
      if (refusal !== undefined) found.push({ offset, message: refusal });
      if (token === '\n' || token === '\r\n') onLine = 0;
      else if (token === '-' || token === '?') onLine += 1;
      else if (token === '[' || token === '{') flow += 1;
      else if (token === ']' || token === '}') flow -= 1;
      if (flow > deepest || onLine > deepest) return [...found, { offset, message: tooDeep }];
      if (found.length >= enough) return found;
    }
    scalar = false;
    offset += token.length;
  }
  return found;
}
