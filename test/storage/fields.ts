import { decodeEntry } from "@amana/core/entries";
import { decodeEntryBundle } from "@amana/core/ledger";
import type { Written } from "./recorder.ts";

/** `kind of file → field → types`: what is kept, without its values. */
export type Kept = Map<string, Map<string, Set<string>>>;

/** Names that are values: each becomes what it stands for. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/^((?:relay|issuer)\/)?rounds\/[0-9a-f]{64}\//, "$1rounds/<manifest id>/"],
  [/^(relay\/rounds\/.*\/slots)\/[0-9a-f]{3}\.json$/, "$1/<part of the range>.json"],
  [/^amendments\/[a-z0-9-]+\.json$/, "amendments/<round>.json"],
  [/\/cases\/[0-9a-f]{2}\.json$/, "/cases/<first byte>.json"],
  [/\/(claims|pending)\/[0-9a-f]{32}\.json$/, "/$1/<random>.json"],
  [/\/invitations\/[a-z0-9-]+\.[a-z0-9-]+\/[0-9a-f]{2}\.json$/, "/invitations/<audience>.<issuer>/<first byte>.json"],
  [/\/uploads\/[0-9a-f]{32}\/\d+$/, "/uploads/<upload>/<group>"],
  [/\/uploads\/[0-9a-f]{32}\/claims\.json$/, "/uploads/<upload>/claims.json"],
  [/\/chunks\/[0-9a-f]{64}$/, "/chunks/<SHA-256>"],
  [/\/epochs\/\d+\/\d{6}\.json$/, "/epochs/<epoch>/<ordinal>.json"],
  [/^(issuer\/)?drafts\/[a-z0-9-]+(\/issuer-keys|\/gateway-key)?\.json$/, "$1drafts/<round>$2.json"],
  [/^witness\/ledgers\/[0-9a-f]{64}\/entries\/\d+$/, "witness/ledgers/<SHA-256 of the origin>/entries/<index>"],
  [/^witness\/ledgers\/[0-9a-f]{64}\//, "witness/ledgers/<SHA-256 of the origin>/"],
  [/^witness\/evidence\/[a-z-]+-[0-9a-f]{16}\.json$/, "witness/evidence/<code>-<hash>.json"],
  [/^ledger\/tile\/entries\/[x\d./p]+$/, "ledger/tile/entries/<bundle>"],
  [/^ledger\/tile\/\d+\/[x\d./p]+$/, "ledger/tile/<level>/<tile>"],
];

/** Objects with a closed schema of their own, in docs/protocol.md: kept whole, so named whole. */
const DOCUMENTS: Readonly<Record<string, string>> = {
  "programme.json all of it": "Programme",
  "drafts/<round>.json .manifest": "Manifest",
  "relay/rounds/<manifest id>/manifest.json all of it": "Manifest",
  "ledger/tile/entries/<bundle> manifest.manifest": "Manifest",
  "ledger/tile/entries/<bundle> programme.programme": "Programme",
  "issuer/manifest.json all of it": "Manifest",
  "witness/ledgers/<SHA-256 of the origin>/ledger.json .programme": "Programme",
};

/** Documents that are kept as the bytes that were signed, or that go to others as they are. */
const BARE: ReadonlySet<string> = new Set(["relay/rounds/<manifest id>/manifest.json", "witness/evidence/<code>-<hash>.json"]);
/** A witness keeps entries as they are in the ledger, whose list has their fields. */
const WITNESSED_ENTRY = "witness/ledgers/<SHA-256 of the origin>/entries/<index>";

/** Members that entries have in common. */
const COMMON: ReadonlySet<string> = new Set(["protocol", "type", "manifest"]);

/** Everything that was written, by kind of file. `files` names each content-addressed file by what refers to it. */
export function keptIn(written: readonly Written[]): Kept {
  const kept: Kept = new Map();
  const roles = rolesOf(written);
  for (const { path, bytes } of written) {
    const [, whose = "", hash] = /^((?:issuer|witness)\/)?files\/([0-9a-f]{64})$/.exec(path) ?? [];
    if (hash !== undefined) add(kept, `${whose}files/<SHA-256>`, roles.get(hash) ?? "what nothing names", "file");
    else
      fieldsOf(
        kept,
        NAMES.reduce((name, [pattern, text]) => name.replace(pattern, text), path),
        bytes,
      );
  }
  return kept;
}

function fieldsOf(kept: Kept, kind: string, bytes: Uint8Array): void {
  if (kind.endsWith(".json")) {
    const value = JSON.parse(new TextDecoder().decode(bytes)) as { readonly sha256: string; readonly data: unknown };
    const { data, ...rest } = BARE.has(kind) ? { data: value } : value;
    for (const name of Object.keys(rest)) if (name !== "sha256") add(kept, kind, `beside the data: ${name}`, "?");
    walk(kept, kind, "", data);
  } else if (kind === WITNESSED_ENTRY) add(kept, kind, decodeEntry(bytes).type, "entry");
  else if (kind === "ledger/tile/entries/<bundle>") {
    for (const bytesOf of entriesOf(bytes)) {
      const entry = decodeEntry(bytesOf);
      if (entry.type === "submission") add(kept, kind, "submission", "struct AML1");
      else if (entry.type === "report") add(kept, kind, "report", "struct AMR1");
      else {
        for (const [name, value] of Object.entries(entry))
          walk(kept, kind, `${COMMON.has(name) && typeof value === "string" ? "*" : entry.type}.${name}`, value);
      }
    }
  } else if (/\/(chunks|uploads)\//.test(kind)) add(kept, kind, "all of it", `${bytes.length} bytes`);
  else add(kept, kind, "all of it", kind.startsWith("ledger/tile/") ? "hashes" : kind === "ledger/checkpoint" ? "note" : "?");
}

function walk(kept: Kept, kind: string, path: string, value: unknown): void {
  const field = path === "" ? "all of it" : path;
  const whole = DOCUMENTS[`${kind} ${field}`];
  if (whole !== undefined) add(kept, kind, field, `document ${whole}`);
  else if (Array.isArray(value)) for (const each of value) walk(kept, kind, `${path}[]`, each);
  else if (value !== null && typeof value === "object") {
    for (const [name, each] of Object.entries(value)) {
      const stands = name.includes("/") ? "<audience>/<issuer>" : path.endsWith(".reason") ? "<locale>" : name;
      walk(kept, kind, `${path}.${stands}`, each);
    }
  } else add(kept, kind, field, typeOf(value));
}

/** A number that could be a time of these years is called one. */
function typeOf(value: unknown): string {
  if (typeof value === "number") return value > 1_000_000_000 ? "time" : "number";
  if (typeof value !== "string") return value === null ? "null" : typeof value;
  if (value === "") return "nothing";
  if (/^([0-9a-f]{2}){8,}$/.test(value)) return value.length > 512 ? "hex" : `hex ${value.length / 2}`;
  const bytes = Buffer.from(value, "base64");
  if (bytes.length < 64 || bytes.toString("base64") !== value) return "text";
  const magic = bytes.subarray(0, 4).toString("latin1");
  return /^AM[A-Z]1$/.test(magic) ? `struct ${magic}` : `${bytes.length} bytes`;
}

/** What names each content-addressed file: an entry of the ledger, a manifest, a release, or a document of a round. */
function rolesOf(written: readonly Written[]): Map<string, string> {
  const roles = new Map<string, string>();
  const texts = new Map(written.map(({ path, bytes }) => [path, bytes]));
  const json = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes));
  for (const { path, bytes } of written) {
    if (/^rounds\/[0-9a-f]+\/reveals\.json$/.test(path)) {
      for (const { sha256 } of (json(bytes) as { data: { sha256: string }[] }).data) roles.set(sha256, "a sealed share list (AMV1)");
    }
    if (/^rounds\/[0-9a-f]+\/release\.json$/.test(path)) {
      for (const { sha256 } of (json(bytes) as { data: { sha256: string }[] }).data) {
        const release = texts.get(`files/${sha256}`);
        roles.set(sha256, "a release");
        if (release === undefined) continue;
        for (const file of (json(release) as { files: { sha256: string }[] }).files) roles.set(file.sha256, "a file of a release");
      }
    }
    if (!path.startsWith("ledger/tile/entries/")) continue;
    for (const entryBytes of entriesOf(bytes)) {
      const entry = decodeEntry(entryBytes);
      if (entry.type === "invitations") roles.set(entry.sha256, "an invitation list");
      if (entry.type === "draws") roles.set(entry.sha256, "a list of draws");
      if (entry.type === "builds" && "sha256" in entry) roles.set(entry.sha256, "a list of the form's files");
      if (entry.type !== "manifest") continue;
      if (entry.manifest.analysisPlan !== null) roles.set(entry.manifest.analysisPlan, "an analysis plan");
      for (const { questionnaire } of entry.manifest.audiences) roles.set(questionnaire, "a questionnaire");
    }
  }
  return roles;
}

/** A bundle's entries; how many there are is in nothing but its bytes here. */
function entriesOf(bytes: Uint8Array): readonly Uint8Array[] {
  let count = 0;
  for (let at = 0; at < bytes.length; at += 2 + (((bytes[at] as number) << 8) | (bytes[at + 1] as number))) count += 1;
  return decodeEntryBundle(bytes, count);
}

function add(kept: Kept, kind: string, field: string, type: string): void {
  const fields = kept.get(kind) ?? new Map<string, Set<string>>();
  kept.set(kind, fields);
  fields.set(field, (fields.get(field) ?? new Set()).add(type));
}

/** One line for each field, sorted: `kind | field | types`. */
export function linesOf(kept: Kept): string[] {
  return [...kept]
    .flatMap(([kind, fields]) => [...fields].map(([field, types]) => `${kind} | ${field} | ${[...types].sort().join(" or ")}`))
    .sort();
}
