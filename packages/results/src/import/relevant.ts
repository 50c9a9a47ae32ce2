import type { Condition } from "@amana/core/questionnaire";

/** What a condition may refer to: the answers of the items before it, by name; a choice's name to what the ballot calls it. */
export type Known = ReadonlyMap<string, ReadonlyMap<string, string | number>>;

/** Why a condition cannot be carried, in words. */
export interface NotCarried {
  readonly why: string;
}

const TOKEN = /\s*(?:(\$\{[^}]{1,64}\})|('[^']{0,64}'|"[^"]{0,64}")|(!=|=|\(|\)|,)|([a-z-]+)(?![a-z-]))/iy;

/**
 * Reads what XLSForm's column `relevant` says, as far as a questionnaire can say it: `${item} = 'choice'`, `!=`, `selected(${item}, 'choice')`,
 * `not(…)`, `and`, `or`, parentheses. Anything else, functions and arithmetic above all, is refused.
 */
export function readRelevant(text: string, known: Known): Condition | NotCarried {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const token = TOKEN.exec(text)?.[0].trim();
    if (token === undefined || tokens.length > 200) return { why: "has something else than = != selected() not() and or" };
    tokens.push(token);
  }
  const reader = new ConditionReader(tokens, known);
  try {
    return reader.whole();
  } catch (error) {
    if (error instanceof Refused) return { why: error.message };
    throw error;
  }
}

class Refused extends Error {}

/** Conditions within conditions that a person can still read: a questionnaire has no more. */
const DEEPEST = 3;

class ConditionReader {
  readonly #tokens: readonly string[];
  readonly #known: Known;
  #at = 0;

  constructor(tokens: readonly string[], known: Known) {
    this.#tokens = tokens;
    this.#known = known;
  }

  whole(): Condition {
    const condition = this.#either(0);
    if (this.#at < this.#tokens.length) throw new Refused("does not end where it could");
    return condition;
  }

  #either(depth: number): Condition {
    const all = this.#list("or", () => this.#both(depth + 1), depth);
    return all.length === 1 ? (all[0] as Condition) : { any: all };
  }

  #both(depth: number): Condition {
    const all = this.#list("and", () => this.#one(depth + 1), depth);
    return all.length === 1 ? (all[0] as Condition) : { all };
  }

  #list(word: string, read: () => Condition, depth: number): Condition[] {
    if (depth > 4 * DEEPEST) throw new Refused("has too many conditions inside of each other");
    const all = [read()];
    while (this.#tokens[this.#at]?.toLowerCase() === word) {
      this.#at++;
      all.push(read());
    }
    return all;
  }

  #one(depth: number): Condition {
    const token = this.#next();
    if (token === "(") return this.#closed(this.#either(depth + 1));
    if (token === "not") {
      this.#expect("(");
      return { not: this.#closed(this.#either(depth + 1)) };
    }
    if (token === "selected") {
      this.#expect("(");
      const item = this.#next();
      this.#expect(",");
      return this.#closed(this.#answer(item, this.#next()));
    }
    const operator = this.#next();
    if (operator !== "=" && operator !== "!=") throw new Refused("has something else than = != selected() not() and or");
    const condition = this.#answer(token, this.#next());
    return operator === "=" ? condition : { not: condition };
  }

  #answer(item: string, choice: string): Condition {
    const name = /^\$\{(.+)\}$/.exec(item)?.[1];
    const value = /^['"](.*)['"]$/.exec(choice)?.[1];
    if (name === undefined || value === undefined) throw new Refused("compares something else than a question with a choice in quotes");
    const answers = this.#known.get(name);
    if (answers === undefined) throw new Refused("refers to no select question before it");
    const answer = answers.get(value);
    if (answer === undefined) throw new Refused("names a choice that the question does not have");
    return { item: name, in: [answer] };
  }

  #closed(condition: Condition): Condition {
    this.#expect(")");
    return condition;
  }

  #expect(token: string): void {
    if (this.#next() !== token) throw new Refused("does not end where it could");
  }

  #next(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new Refused("ends too early");
    return token;
  }
}
