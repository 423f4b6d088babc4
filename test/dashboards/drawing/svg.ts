/** Marks of a drawing, as text. What is drawn comes from labels, so all of it is escaped. */

export const ink = { text: '#1f2630', faint: '#6b7685', line: '#dfe4ea', ground: '#f4f6f8', panel: '#ffffff' } as const;

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

interface Written {
  readonly size?: number;
  readonly fill?: string;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly bold?: boolean;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => entities[sign] ?? '');
const short = (value: number): string => String(Math.round(value * 10) / 10);

/** As much as fits into so many pixels; a sign is about 0.55 of the size wide. */
export function fitted(text: string, width: number, size = 12): string {
  const most = Math.max(1, Math.floor(width / (size * 0.55)));
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

export function words(x: number, y: number, text: string, how: Written = {}): string {
  const { size = 12, fill = ink.text, anchor = 'start', bold = false } = how;
  const at = `x="${short(x)}" y="${short(y)}" font-size="${size}" fill="${fill}"`;
  return `<text ${at}${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}${bold ? ' font-weight="600"' : ''}>${escaped(text)}</text>`;
}

export function block({ x, y, w, h }: Box, fill: string, radius = 0): string {
  const round = radius === 0 ? '' : ` rx="${radius}"`;
  return `<rect x="${short(x)}" y="${short(y)}" width="${short(Math.max(0, w))}" height="${short(Math.max(0, h))}" fill="${fill}"${round}/>`;
}

export function path(points: readonly (readonly [number, number])[], color: string): string {
  const said = points.map(([x, y]) => `${short(x)},${short(y)}`).join(' ');
  return `<polyline points="${said}" fill="none" stroke="${color}" stroke-width="1.5"/>`;
}

export function picture(width: number, height: number, marks: readonly string[]): string {
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif">`;
  return `${[head, block({ x: 0, y: 0, w: width, h: height }, ink.ground), ...marks, '</svg>'].join('\n')}\n`;
}
