import type { Said } from '../probe/evidence-words.ts';
import { html, type Html, type HtmlValue } from './html.ts';
import { prose } from './words.ts';

/** A column: what stands over it, and what its cells hold. */
export interface Column {
  readonly head: string;
  /** `short` never wraps, `text` wraps between words, `wide` holds sentences, `name` host names. */
  readonly of: 'short' | 'text' | 'wide' | 'name';
  /** Its cells name their rows. One column of a table has it. */
  readonly names?: true;
  /** On a narrow screen its cells stand without the heading before them. */
  readonly bare?: true;
}

function cell({ head, of, names, bare }: Column, value: HtmlValue): Html {
  const label = bare === true ? null : html` data-label="${head}"`;
  return names === true
    ? html`<th role="rowheader" scope="row" class="${of}" ${label}>${value}</th>`
    : html`<td role="cell" class="${of}" ${label}>${value}</td>`;
}

/**
 * A table that can be scrolled by keyboard and becomes a list of cards on a narrow screen. The roles are said because a
 * browser forgets that it is a table when its rows are laid out as blocks.
 */
export function tableView(
  label: string,
  columns: readonly Column[],
  rows: readonly (readonly HtmlValue[])[],
  name: 'fleet' | null = null,
): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">
    <table class="stack${name === null ? '' : ` ${name}`}" role="table" aria-label="${label}">
      <thead role="rowgroup">
        <tr role="row">
          ${columns.map(({ head }) => html`<th role="columnheader" scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${rows.map(
          (cells) =>
            html`<tr role="row">
              ${columns.map((column, at) => cell(column, cells[at] ?? null))}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Facts as rows of a definition list. */
export function factRows(said: readonly Said[]): readonly Html[] {
  return said.map(
    ([name, value]) =>
      html`<dt>${name}</dt>
        <dd>${prose(value)}</dd>`,
  );
}
