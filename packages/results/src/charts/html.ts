/** Markup that is safe to put into a page: only the {@link html} tag makes it, and it escapes every value. */
export class Html {
  readonly #markup: string;

  private constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }

  /** The one way in: literal parts of our own source between escaped values. */
  static join(literals: readonly string[], values: readonly Value[]): Html {
    return new Html(literals.map((literal, i) => (i === 0 ? literal : render(values[i - 1]) + literal)).join(""));
  }
}

/** What may stand in a template: text and numbers are escaped, markup and lists of it go in as they are. */
export type Value = Html | string | number | undefined | readonly Value[];

/** ``html`<p>${text}</p>` ``: markup whose values are escaped, for text and for attributes in double quotes. */
export function html(literals: TemplateStringsArray, ...values: readonly Value[]): Html {
  return Html.join(literals, values);
}

function render(value: Value): string {
  if (value === undefined) return "";
  if (value instanceof Html) return value.toString();
  if (typeof value === "object") return value.map(render).join("");
  return escapeHtml(String(value));
}

/** Escapes text for HTML, between tags and inside quoted attributes alike. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}
