import { lstat, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { type ExportedFolder, verifyExport } from "@amana/client/handler";
import { toHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { decodeProgramme, programmeId } from "@amana/core/programme";
import { readPins } from "../../keys/pins.ts";
import { type Command, text, UsageError } from "../../terminal/command.ts";
import { CHECK_FAILED, type Io } from "../../terminal/io.ts";
import { oneLine } from "../../terminal/printable.ts";

export const reportsVerify: Command = {
  name: "reports verify",
  summary: "Check an exported case without any server: for whoever got the folder.",
  positionals: ["FOLDER"],
  options: { programme: { type: "string", value: "ID", describe: "programme id (else it must be one that you trust: `amana trust`)" } },
  examples: ["amana reports verify case-3f9a01c2", "amana reports verify case-3f9a01c2 --programme 5a1d…"],
  notes: [
    "--programme takes the programme's 64 digits, from somebody you trust.",
    "files          every file is the one that was exported, and none was added",
    "programme      it is of the programme that you trust",
    "round          the rules under which the channel ran",
    "messages       the ledger has each message, and what was sealed is what is shown",
    "attachments    each is the file that its message names",
    "What handlers wrote (replies, notes, states) and marks are the word of whoever exported the case: nothing here proves them.",
    "Exit code 0: all of it holds. 1: something does not. 2: it could not be checked.",
  ],
  async run({ positionals: [path = ""], values }, io) {
    const folder = await openFolder(path);
    const pinned = await trustedProgramme(folder, text(values, "programme"), io);
    const checks: object[] = [];
    let holds = true;
    for await (const { check, ok, detail } of verifyExport(folder, pinned)) {
      io.say(`${ok ? "✓" : "✗"} ${check.padEnd(12)} ${oneLine(detail)}`);
      checks.push({ check, ok, detail });
      holds &&= ok;
    }
    io.say(holds ? "Everything that can be proved is as the reporter wrote it." : "Something does not hold: do not rely on this folder.");
    io.result({ folder: path, programme: pinned, holds, checks });
    return holds ? 0 : CHECK_FAILED;
  },
};

/** The programme id given by hand, or the export's own where it is trusted at some address. @throws UsageError, ERR_PROGRAMME_MISMATCH */
async function trustedProgramme(folder: ExportedFolder, given: string | undefined, io: Io): Promise<string> {
  if (given !== undefined && !/^[0-9a-f]{64}$/i.test(given)) throw new UsageError("--programme takes the 64 digits of a programme's id");
  if (given !== undefined) return given.toLowerCase();
  const trusted = Object.values(await readPins(io));
  const bytes: Uint8Array[] = [];
  if (folder.paths.includes("programme.json")) for await (const piece of folder.read("programme.json")) bytes.push(piece);
  const id = toHex(programmeId(decodeProgramme(new Uint8Array(Buffer.concat(bytes)))));
  if (trusted.includes(id)) return id;
  throw new AmanaError("ERR_PROGRAMME_MISMATCH", {
    note: `The export is of programme ${id}, which you do not trust yet: compare its digits with \`amana trust\`, or give --programme.`,
  });
}

/** Files alone: what is a link, or anything else, is none, and so is missing. */
async function openFolder(root: string): Promise<ExportedFolder> {
  const paths: string[] = [];
  const walk = async (inside: string): Promise<void> => {
    for (const name of (await readdir(join(root, inside))).sort()) {
      const path = inside === "" ? name : `${inside}/${name}`;
      const about = await lstat(join(root, path));
      if (about.isDirectory()) await walk(path);
      else paths.push(about.isFile() ? path : `${path} (no file)`);
    }
  };
  await walk("");
  return {
    paths,
    async *read(path) {
      const file = await open(join(root, path), "r");
      try {
        for await (const piece of file.readableWebStream() as AsyncIterable<ArrayBuffer>) yield new Uint8Array(piece);
      } finally {
        await file.close();
      }
    },
  };
}
