import { z } from 'zod';
import { wholeFile } from './schema.ts';

/** The published JSON Schema of the file, for editors; made from the same schema that judges it. */
export function jsonSchema(): string {
  const schema = z.toJSONSchema(wholeFile, { target: 'draft-7', io: 'input', reused: 'inline' });
  const text = JSON.stringify({ title: 'fedmon.yaml', ...schema }, null, 2);
  // Short lists of words on one line, as the formatter of this repository lays them out.
  const compact = text.replace(
    /^( *)(.*)\[\n\s+("[^"\n]*"(?:,\n\s+"[^"\n]*")*)\n\s+\](,?)$/gm,
    (whole, indent: string, key: string, items: string, comma: string) => {
      const oneLine = `${indent}${key}[${items.replaceAll(/,\n\s+/g, ', ')}]${comma}`;
      return oneLine.length <= 120 ? oneLine : whole;
    },
  );
  return `${compact}\n`;
}
