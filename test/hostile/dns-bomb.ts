import { asked, record, srv, types } from './dns-server.ts';

const headAndQuestion = 12 + '_sipfederationtls'.length + '_tcp'.length + 'a'.length + 'example'.length + 5 + 4;
const labelsOfName = 126;
const names = 60;

/** A pointer to an octet of the message. */
const pointer = (to: number): Buffer => Buffer.from([0xc0 | (to >> 8), to & 0xff]);

/**
 * 64 kB in which every pair of octets stands for a name of more than a hundred labels: one record holds names of single
 * octets, and the targets of thousands of others point to a different place in them each.
 */
export function bombedAnswer(): readonly Buffer[] {
  const name = Buffer.concat([...Array.from({ length: labelsOfName }, () => Buffer.from([1, 0x98])), Buffer.from([0])]);
  const quarry = record(asked, types.TXT, Buffer.concat(Array.from({ length: names }, () => name)));
  const first = headAndQuestion + quarry.length - names * name.length;
  const places = Array.from({ length: 2_400 }, (_, at) => first + (at % names) * name.length + 2 * (at % 40));
  return [quarry, ...places.map((place) => srv(pointer(place), 5061))];
}
