import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Problem } from "@amana/core/errors";

/** Settings that are paths: in a file they are relative to it. */
const PATHS: ReadonlySet<string> = new Set(["data", "form", "brand", "notify", "database_file"]);

/**
 * Reads a file of settings, `{"data": "/var/lib/amana", "port": 8080, "witnesses": ["https://…"]}`: each by its variable's name without `AMANA_`,
 * in small letters. Gives them as texts; what is wrong goes into `problems`, and nothing that stands in the file does.
 */
export async function settingsIn(file: string, known: ReadonlySet<string>, problems: Problem[]): Promise<Record<string, string>> {
  const document = await readFile(file, "utf8").then(parsed, () => null);
  if (document === null) {
    problems.push({ path: "/AMANA_CONFIG", message: "cannot be read as a JSON object" });
    return {};
  }
  const settings: Record<string, string> = {};
  for (const [name, value] of Object.entries(document)) {
    const text = textOf(value);
    const path = `/AMANA_CONFIG/${name}`;
    if (!known.has(name)) problems.push({ path, message: "there is no such setting here; no secret stands in this file" });
    else if (text === null) problems.push({ path, message: "expected a text, a number or a list of texts" });
    else settings[name] = PATHS.has(name) && text !== "" ? resolve(dirname(file), text) : text;
  }
  return settings;
}

function parsed(text: string): object | null {
  try {
    const document: unknown = JSON.parse(text);
    return typeof document === "object" && document !== null && !Array.isArray(document) ? document : null;
  } catch {
    return null;
  }
}

function textOf(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  return Array.isArray(value) && value.every((each) => typeof each === "string") ? value.join(" ") : null;
}
