import { readFile } from "node:fs/promises";
import { toHex } from "@amana/core/bytes";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import { decodeProgramme, type Programme, programmeDigits, programmeId } from "@amana/core/programme";
import { openReceiptProof } from "@amana/core/submission";
import { keptProgramme, readPins } from "../../keys/pins.ts";
import { type Command, text } from "../../terminal/command.ts";
import { CHECK_FAILED, type Io } from "../../terminal/io.ts";
import { oneLine } from "../../terminal/printable.ts";

export const receiptVerify: Command = {
  name: "receipt verify",
  summary: "Check a saved proof that an answer is in the ledger, without asking any server.",
  positionals: ["FILE"],
  options: {
    programme: {
      type: "string",
      value: "ID",
      describe: "programme id that you trust (kept by `amana trust`), or the file of its document; else the one that fits",
    },
  },
  examples: [
    "amana receipt verify amana-receipt-wave-2026.tlog-proof",
    "amana receipt verify receipt.tlog-proof --programme programme.json",
  ],
  notes: ["Exit codes: 0 it is proved · 1 it proves nothing · 2 could not check. The file says neither who answered nor what."],
  async run({ positionals: [path = ""], values }, io) {
    const file = await readFile(path);
    const { programme, trusted } = await programmeOf(io, text(values, "programme"));
    const digits = programmeDigits(programmeId(programme));
    io.say(`Programme  ${digits}${programme.trial ? "   trial: it protects nobody" : ""}`);
    if (!trusted) io.warn("Compare these digits with those that its organisations publish: you have not pinned this programme.");
    try {
      const { promise, index, checkpoint } = openReceiptProof(file, programme);
      const witnesses = checkpoint.cosignatures.map(({ name, timestamp }) => ({ name, time: dateOf(timestamp) }));
      io.say(`✓ in the ledger   entry ${index} of ${checkpoint.size}, of the round with manifest ${toHex(promise.manifestId)}`);
      for (const { name, time } of witnesses) io.say(`✓ witnessed       ${oneLine(name)}, ${time}`);
      if (witnesses.length === 0) io.say("  This programme asks for no witnesses: the proof rests on the operator's signature alone.");
      io.result({ verified: true, programme: toHex(programmeId(programme)), manifest: toHex(promise.manifestId), index, witnesses });
      return 0;
    } catch (error) {
      if (!isAmanaError(error)) throw error;
      io.warn(`✗ ${error.message} (${error.code})`);
      io.result({ verified: false, programme: toHex(programmeId(programme)), error: error.code });
      return CHECK_FAILED;
    }
  },
};

/** A programme's document: from a file, or as `amana trust` kept it. @throws ERR_PROGRAMME_MISMATCH, ERR_CONFIG_INVALID */
async function programmeOf(io: Io, given: string | undefined): Promise<{ programme: Programme; trusted: boolean }> {
  const pinned = Object.values(await readPins(io));
  const [only] = new Set(pinned);
  const id = given ?? (new Set(pinned).size === 1 ? only : undefined);
  if (id === undefined) {
    throw new AmanaError("ERR_PROGRAMME_MISMATCH", { note: "Say which programme: --programme, with its id or the file of its document." });
  }
  const isId = /^[0-9a-f]{64}$/i.test(id);
  const programme = isId ? await keptProgramme(io, id.toLowerCase()) : await programmeIn(id);
  return { programme, trusted: isId || pinned.includes(toHex(programmeId(programme))) };
}

async function programmeIn(path: string): Promise<Programme> {
  const bytes = await readFile(path);
  try {
    return decodeProgramme(new Uint8Array(bytes));
  } catch (error) {
    if (!isAmanaError(error)) throw error;
    throw new AmanaError("ERR_CONFIG_INVALID", { note: `${path} is not a programme's document, as a server gives it at /programme.` });
  }
}

/** Days are enough: a cosignature's hour says nothing to anybody. */
function dateOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}
