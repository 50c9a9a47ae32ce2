import type { LocalizedText } from "@amana/core/bytes";

/** An office that a report can name exactly. */
export interface Office {
  /** What is sent as the field `office`. */
  readonly id: string;
  readonly name: LocalizedText;
  /** How many people work there: the crowd that whoever names it is one of. */
  readonly people: number;
}

/** Offices in one list; a longer one is cut. */
const MOST = 500;

/**
 * Reads the attribute `offices`: a JSON list of `{"id": "port-a", "name": {"fr": "…"}, "people": 40}`. What is not of this form is left out: an
 * office without its number of people cannot be warned about.
 */
export function parseOffices(text: string | null): readonly Office[] {
  let list: unknown;
  try {
    list = JSON.parse(text ?? "[]");
  } catch {
    return [];
  }
  return Array.isArray(list) ? list.slice(0, MOST).filter(isOffice) : [];
}

function isOffice(value: unknown): value is Office {
  if (typeof value !== "object" || value === null) return false;
  const { id, name, people } = value as Record<string, unknown>;
  if (typeof id !== "string" || !/^[a-z0-9-]{1,64}$/.test(id)) return false;
  if (typeof name !== "object" || name === null || Object.keys(name).length === 0) return false;
  return Object.values(name).every((each) => typeof each === "string") && Number.isSafeInteger(people) && (people as number) > 0;
}
