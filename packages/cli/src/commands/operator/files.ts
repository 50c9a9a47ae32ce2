import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { hex, name } from "@amana/core/bytes";
import { AmanaError, isAmanaError, type Problem } from "@amana/core/errors";
import * as v from "valibot";
import { parse } from "yaml";

/** Reads a YAML or JSON file that a person wrote. @throws ERR_CONFIG_INVALID */
export async function readDocument(path: string): Promise<unknown> {
  let content: string;
  try {
    content = await readFile(path, "utf8");
  } catch {
    throw new AmanaError("ERR_CONFIG_INVALID", { note: `There is no file ${path}, or it may not be read.` });
  }
  try {
    return parse(content, { maxAliasCount: 0 });
  } catch {
    throw new AmanaError("ERR_CONFIG_INVALID", { note: `${path} is neither YAML nor JSON.` });
  }
}

/** Checks a document against a closed schema. @throws ERR_CONFIG_INVALID naming every wrong field and what was expected there */
export function checkDocument<T>(value: unknown, schema: v.GenericSchema<unknown, T>): T {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const problems = result.issues.map((issue) => ({ path: `/${v.getDotPath(issue)?.replaceAll(".", "/") ?? ""}`, message: reason(issue) }));
  throw new AmanaError("ERR_CONFIG_INVALID", { problems });
}

/** Our own words where a schema has them, else the kind that was expected. */
function reason({ kind, expected, message }: v.BaseIssue<unknown>): string {
  if (!message.startsWith("Invalid")) return `expected ${message}`;
  if (expected === "never") return "there is no such field";
  return kind === "validation" ? "expected small letters, digits and hyphens, at most 64" : `expected ${expected ?? "another value"}`;
}

/** Runs a check of something that a document names, and puts its mistakes with the others instead of stopping. */
export async function collecting<T>(problems: Problem[], path: string, check: () => Promise<T>): Promise<T | null> {
  try {
    return await check();
  } catch (error) {
    if (!isAmanaError(error)) throw error;
    const found = error.details.problems ?? [{ path: "", message: error.details.note ?? error.message }];
    problems.push(...found.map((each) => ({ path: each.path === "" ? path : `${path} → ${each.path}`, message: each.message })));
    return null;
  }
}

/** A path that a document names, beside the document itself. */
export function beside(document: string, path: string): string {
  return resolve(dirname(document), path);
}

/** The card that `amana trustee join` made. */
export interface Card {
  readonly organisation: string;
  readonly round: string;
  readonly signingKey: string;
  readonly kemKey: string;
}

const cardSchema: v.GenericSchema<unknown, Card> = v.strictObject({
  organisation: name,
  round: name,
  signingKey: hex(32),
  kemKey: hex(1216),
});

/** Reads a card. @throws ERR_CONFIG_INVALID */
export async function readCard(path: string): Promise<Card> {
  const result = v.safeParse(cardSchema, await readDocument(path));
  if (!result.success) throw new AmanaError("ERR_CONFIG_INVALID", { note: `${path} is not a card of amana trustee join.` });
  return result.output;
}
