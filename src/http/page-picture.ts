import type { EdgeVerdict, Proof, Proofs } from '../federation/diagnosis.ts';
import { endpointName } from '../federation/edge.ts';
import type { Detail } from './detail.ts';
import { html, type Html } from './html.ts';
import { layerWords } from './words.ts';

/** More would be no picture; the tables below hold the rest. */
export const drawnEdges = 8;
const [rowHeight, width] = [34, 1060];
/** A box holds so many characters of the fixed-width font. */
const boxes = { domain: { width: 270, most: 32 }, edge: { left: 320, width: 390, most: 47 } } as const;
const marksLeft = 730;
const markWidths: Readonly<Record<string, number>> = { tcp: 70, tls: 70, admission: 115, sip: 70 };

const symbols: Readonly<Record<Proof, string>> = { proven: '✓', failed: '✕', not_proven: '–' };

const shortened = (text: string, most: number): string =>
  Array.from(text).length <= most
    ? text
    : `${Array.from(text)
        .slice(0, most - 1)
        .join('')}…`;

const asked = ({ edge }: EdgeVerdict): readonly (keyof Proofs)[] => [
  'tcp',
  ...(edge.transport === 'tls' ? (['tls', 'admission'] as const) : []),
  ...(edge.options ? (['sip'] as const) : []),
];

function marks(verdict: EdgeVerdict, y: number): readonly Html[] {
  let x = marksLeft;
  return asked(verdict).map((layer) => {
    const proof = verdict.proofs[layer];
    const mark = html`<text class="mark ${proof}" x="${x}" y="${y + 20}">${symbols[proof]} ${layerWords[layer]}</text>`;
    x += markWidths[layer] ?? 0;
    return mark;
  });
}

function edgeRow(verdict: EdgeVerdict, at: number, middle: number): Html {
  const y = at * rowHeight;
  return html`<path
      class="${verdict.status}"
      d="M ${boxes.domain.width} ${middle} C 300 ${middle}, 290 ${y + 15}, ${boxes.edge.left} ${y + 15}"
    />
    <rect
      class="box ${verdict.status}"
      x="${boxes.edge.left}"
      y="${y + 2}"
      width="${boxes.edge.width}"
      height="26"
      rx="6"
    />
    <text x="${boxes.edge.left + 10}" y="${y + 20}"
      >${shortened(endpointName(verdict.edge), boxes.edge.most)}<title>${endpointName(verdict.edge)}</title></text
    >
    ${marks(verdict, y)}`;
}

function inWords(edges: readonly EdgeVerdict[]): string {
  return edges
    .map((each) => {
      const layers = asked(each).map((layer) => `${layerWords[layer]} ${each.proofs[layer].replace('_', ' ')}`);
      return `${endpointName(each.edge)}: ${layers.join(', ')}`;
    })
    .join('; ');
}

/** The path as a picture: the domain, each edge that its records lead to, and how far each lets us. Null: there is none. */
export function pictureView({ newest, partner }: Detail): Html | null {
  const edges = newest?.diagnosis.edges.slice(0, drawnEdges) ?? [];
  if (newest === null || edges.length === 0) return null;
  const { domain } = partner.published.partner;
  const height = edges.length * rowHeight;
  const middle = height / 2;
  const more = newest.diagnosis.edges.length - edges.length;
  return html`<div class="scroll picture" tabindex="0" role="region" aria-label="The path as a picture">
      <svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${domain}: ${inWords(edges)}">
        <rect
          class="box ${newest.diagnosis.layers.dns}"
          x="0"
          y="${middle - 15}"
          width="${boxes.domain.width}"
          height="30"
          rx="6"
        />
        <text x="10" y="${middle + 5}">
          ${shortened(domain, boxes.domain.most)}
          <title>${domain}</title>
        </text>
        ${edges.map((each, at) => edgeRow(each, at, middle))}
      </svg>
    </div>
    ${more > 0 ? html`<p class="quiet">${more} more edges are in the table.</p>` : null}`;
}
