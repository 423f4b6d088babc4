/** Markup that is safe to send: made only by `html`, which escapes everything that was not. */
export class Html {
  readonly #markup: string;

  constructor(literals: readonly string[], values: readonly HtmlValue[]) {
    this.#markup = literals.map((text, at) => (at === 0 ? text : markup(values[at - 1] ?? null) + text)).join('');
  }

  toString(): string {
    return this.#markup;
  }
}

/** What may stand between `${` and `}`: markup, text to escape, a number, a list of those, or nothing. */
export type HtmlValue = Html | string | number | null | readonly HtmlValue[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

function isList(value: HtmlValue): value is readonly HtmlValue[] {
  return Array.isArray(value);
}

function markup(value: HtmlValue): string {
  if (value === null) return '';
  if (value instanceof Html) return value.toString();
  if (isList(value)) return value.map(markup).join('');
  return escape(String(value));
}

/** The one way to make markup. Attributes must be quoted; texts are escaped for both. */
export function html(literals: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(literals, values);
}
