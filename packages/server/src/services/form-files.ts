import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { type LocalizedText, localizedText, toHex } from "@amana/core/bytes";
import { encodeBuildList, LARGEST_BUILD_FILE } from "@amana/core/entries";
import { AmanaError, isAmanaError, type Problem } from "@amana/core/errors";
import { type Programme, programmeId } from "@amana/core/programme";
import * as v from "valibot";
import { mediaType } from "../http/media.ts";

/** How the institution wants the form to look. */
export interface Brand {
  readonly name: LocalizedText;
  /** Path of an image on this machine. It is served as `brand/logo` with its ending: whatever it is called here is nobody's business. */
  readonly logo?: string | undefined;
  /** `#rrggbb` */
  readonly accent?: string | undefined;
}

/** What a brand may be: names, an image, a colour. Nothing that could become markup or style. */
export const brandSchema: v.GenericSchema<unknown, Brand> = v.strictObject({
  name: localizedText,
  logo: v.optional(v.pipe(v.string(), v.regex(/\.(svg|png|jpg|webp)$/))),
  accent: v.optional(v.pipe(v.string(), v.regex(/^#[0-9a-f]{6}$/))),
});

export interface FormFile {
  readonly type: string;
  readonly body: Uint8Array;
}

/** The built form, in memory: what is not in it is not served, whatever path is asked for. */
export interface FormFiles {
  readonly page: Uint8Array;
  /** All that is served, as it is served, by path: the page has the empty one. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  find(path: string): FormFile | null;
}

/**
 * Reads a built form and writes programme and brand into its page.
 * @throws ERR_CONFIG_INVALID if the folder has no `index.html`, the logo cannot be read, or the ledger cannot name what is there
 */
export async function readForm(folder: string, programme: Programme, brand: Brand | undefined): Promise<FormFiles> {
  const files = new Map<string, FormFile>();
  const problems: Problem[] = [];
  try {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name).slice(join(folder, "/").length).replaceAll("\\", "/");
      files.set(path, { type: mediaType(path), body: await readFile(join(folder, path)) });
    }
  } catch {
    problems.push({ path: "/form", message: "cannot be read" });
  }
  const page = files.get("index.html");
  files.delete("index.html");
  if (page === undefined) problems.push({ path: "/form", message: "has no index.html: build the form first" });
  const logo = brand?.logo === undefined ? null : `brand/logo${extname(brand.logo)}`;
  if (brand?.logo !== undefined && logo !== null) {
    try {
      files.set(logo, { type: mediaType(logo), body: await readFile(brand.logo) });
    } catch {
      problems.push({ path: "/brand/logo", message: "cannot be read" });
    }
  }
  if (page === undefined || problems.length > 0) throw new AmanaError("ERR_CONFIG_INVALID", { problems });
  const text = fill(Buffer.from(page.body).toString("utf8"), {
    "amana-programme": toHex(programmeId(programme)),
    "amana-brand": JSON.stringify({ name: brand?.name ?? programme.name, logo, accent: brand?.accent ?? null }),
  });
  const filled = Buffer.from(text);
  const served = new Map([["", filled], ...[...files].map(([path, { body }]) => [path, body] as const)]);
  refuseWhatNoEntryNames(served);
  return { page: filled, files: served, find: (path) => files.get(path) ?? null };
}

/** Everybody can compare a form with the ledger, or it is not served. */
function refuseWhatNoEntryNames(served: ReadonlyMap<string, Uint8Array>): void {
  const problems: Problem[] = [...served].flatMap(([path, { length }]) =>
    length > LARGEST_BUILD_FILE ? [{ path: "/form", message: `${path} is longer than ${LARGEST_BUILD_FILE} bytes` }] : [],
  );
  try {
    encodeBuildList(served);
  } catch (error) {
    if (!isAmanaError(error)) throw error;
    problems.push({ path: "/form", message: "at most 1024 files, named with letters of ASCII, digits and . _ - alone" });
  }
  if (problems.length > 0) throw new AmanaError("ERR_CONFIG_INVALID", { problems });
}

/** Sets the content of `<meta name="…">` elements, escaped for an attribute; one that is not there is added to the head. */
function fill(page: string, metas: Readonly<Record<string, string>>): string {
  return Object.entries(metas).reduce((text, [name, content]) => {
    const meta = `<meta name="${name}" content="${escapeAttribute(content)}">`;
    const there = new RegExp(`<meta name="${name}"[^>]*>`);
    return there.test(text) ? text.replace(there, () => meta) : text.replace("</head>", () => `${meta}</head>`);
  }, page);
}

function escapeAttribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
