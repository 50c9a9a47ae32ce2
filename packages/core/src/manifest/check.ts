import { encodeJson, toHex } from "../bytes/index.ts";
import { AmanaError, type Problem } from "../errors/index.ts";
import { MAX_ENTRY } from "../ledger/index.ts";
import { type Programme, programmeId } from "../programme/index.ts";
import { checkAudiences } from "./check-audiences.ts";
import { checkHolders } from "./check-holders.ts";
import { checkKind, checkTimes } from "./check-round.ts";
import { holdersOf } from "./derived.ts";
import type { Manifest } from "./model.ts";
import type { Wrong } from "./wrong.ts";

/** What is known besides the manifest itself when it is checked. */
export interface ManifestSurroundings {
  readonly programme: Programme;
  /** Issuers' keys (SPKIs and signing keys, hex) of every earlier manifest of the programme: a key serves one audience of one round, ever. */
  readonly earlierIssuerKeys?: ReadonlySet<string>;
}

/** What a manifest's ledger entry has around the manifest: the other fields, and 131 characters for each co-signature. */
const ENTRY_FIELDS = 100;
const ENTRY_COSIGNATURE = 131;

/**
 * Names every mistake of a manifest at once. Operators' tools, trustees' tools and clients all call it:
 * what it refuses, nobody signs and nobody answers. Whether `size` fits the questionnaires is for who has them.
 * @throws ERR_MANIFEST_INVALID
 */
export function checkManifest(manifest: Manifest, { programme, earlierIssuerKeys = new Set() }: ManifestSurroundings): void {
  const problems: Problem[] = [];
  const wrong: Wrong = (path, message) => void problems.push({ path, message });

  if (manifest.programme !== toHex(programmeId(programme))) wrong("/programme", "another programme");
  const entry = encodeJson(manifest).length + ENTRY_FIELDS + ENTRY_COSIGNATURE * holdersOf(manifest).length;
  if (entry > MAX_ENTRY) wrong("/", `with its co-signatures longer than a ledger entry, ${MAX_ENTRY} bytes`);
  checkKind(manifest, wrong);
  checkHolders(manifest, programme, wrong);
  checkAudiences(manifest, programme, earlierIssuerKeys, wrong);
  checkTimes(manifest, programme, wrong);
  if (problems.length > 0) throw new AmanaError("ERR_MANIFEST_INVALID", { problems });
}
