import * as v from "valibot";
import { compare, decodeJson, encodeJson, hex, integer, PROTOCOL, SHA256, toHex, utf8 } from "../bytes/index.ts";
import type { FileReference } from "./model.ts";

/** One file of a served form. The page has the empty path. */
export interface BuildFile extends FileReference {
  readonly path: string;
}

/** What a `builds` entry names: the files of a form as everybody gets them, ascending by path (docs/protocol.md §11). */
export interface BuildList {
  readonly protocol: typeof PROTOCOL;
  readonly type: "builds";
  readonly files: readonly BuildFile[];
}

/** What a path of a served file may be: it stands in an address as it is. */
const PATH = /^[A-Za-z0-9._/-]{0,255}$/;

const buildListSchema: v.GenericSchema<unknown, BuildList> = v.strictObject({
  protocol: v.literal(PROTOCOL),
  type: v.literal("builds"),
  files: v.pipe(
    v.array(v.strictObject({ path: v.pipe(v.string(), v.regex(PATH)), sha256: hex(32), length: integer() })),
    v.maxLength(1024),
    v.check((files) => files.every(({ path }, at) => at === 0 || (files[at - 1] as BuildFile).path < path)),
  ),
});

/** A list of files is at most this long: whoever fetches one reads no further. */
export const LARGEST_BUILD_LIST: number = 1024 * 1024;

/** A file of a form is at most this long, so that a verifier reads all of it. Bytes. */
export const LARGEST_BUILD_FILE: number = 8 * 1024 * 1024;

/**
 * The canonical list of a form's files, by path; in whatever order they are given. A server logs its hash before it serves the form.
 * @throws ERR_JSON_SCHEMA for a path that no address has, or more than 1024 files
 */
export function encodeBuildList(form: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const files = [...form]
    .sort(([a], [b]) => compare(utf8(a), utf8(b)))
    .map(([path, bytes]) => ({ path, sha256: toHex(SHA256(bytes)), length: bytes.length }));
  const list = encodeJson({ protocol: PROTOCOL, type: "builds", files });
  decodeBuildList(list);
  return list;
}

/** Reads such a list; a verifier compares each file with its hash. Attacker-controlled. @throws ERR_BYTES_ENCODING, ERR_JSON_CANONICAL, ERR_JSON_SCHEMA */
export function decodeBuildList(bytes: Uint8Array): BuildList {
  return decodeJson(bytes, buildListSchema);
}
