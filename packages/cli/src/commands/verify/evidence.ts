import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeEvidence, type EvidenceFile, encodeEvidence, judgeEvidence } from "@amana/client/auditor";
import { toHex } from "@amana/core/bytes";
import { programmeDigits, programmeId } from "@amana/core/programme";
import { readPins } from "../../keys/pins.ts";
import { writeWholeIn } from "../../keys/write-whole.ts";
import { CHECK_FAILED, type Io } from "../../terminal/io.ts";

/** Writes evidence into a folder, under a name of its content: the same finding is one file. */
export async function writeEvidence(folder: string, file: EvidenceFile): Promise<string> {
  const bytes = encodeEvidence(file);
  const path = join(folder, `amana-evidence-${createHash("sha256").update(bytes).digest("hex").slice(0, 16)}.json`);
  await writeWholeIn(path, bytes);
  return path;
}

/** Says what a file of evidence proves, without asking anybody. */
export async function checkEvidence(path: string, io: Io): Promise<number> {
  const file = decodeEvidence(new Uint8Array(await readFile(path)));
  const id = toHex(programmeId(file.programme));
  const { proves, says } = judgeEvidence(file);
  io.say(`Programme  ${programmeDigits(programmeId(file.programme))}`);
  if (!Object.values(await readPins(io)).includes(id))
    io.warn("Compare these digits with those that its organisations publish: you have not pinned this programme.");
  io.say(`${proves ? "✓ proved" : "✗ proves nothing"}   ${says}`);
  io.result({ proves, programme: id, kind: file.evidence.kind, says });
  return proves ? 0 : CHECK_FAILED;
}
