import { Document, isMap, isSeq } from 'yaml';
import type { PartnerEntry } from './schema.ts';

/** A file of partners for `include`, one line each. */
export function printPartners(entries: readonly Partial<PartnerEntry>[], remark: string): string {
  const document = new Document({ partners: entries });
  document.commentBefore = ` ${remark}`;
  const list = document.get('partners');
  if (isSeq(list)) for (const item of list.items) if (isMap(item)) item.flow = true;
  return document.toString({ lineWidth: 0 });
}
