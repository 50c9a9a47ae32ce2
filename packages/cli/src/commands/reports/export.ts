import { mkdir, open, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type ExportedFile, exportCase } from "@amana/client/handler";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import { type Command, text } from "../../terminal/command.ts";
import { CHECK_FAILED } from "../../terminal/io.ts";
import { openChannelSession, REPORT_OPTIONS } from "./session.ts";

export const reportsExport: Command = {
  name: "reports export",
  summary: "Write a case into a new folder: everything in plaintext, with what proves it without asking any server.",
  positionals: ["REFERENCE"],
  options: { ...REPORT_OPTIONS, out: { type: "string", value: "FOLDER", describe: "the folder, empty or not there yet" } },
  examples: ["amana reports export 3f9a01c2 --key handler.key --round reports-2026-12 --out case-3f9a01c2"],
  notes: [
    "case.json            all of the case in order",
    "messages/            each message, as it was sealed, and the proof that the ledger has it",
    "attachments/         what was attached: open it where it can do no harm",
    "manifest.json        every file with its SHA-256",
    "Whoever gets the folder checks it with `amana reports verify FOLDER`, without any server.",
    "The folder is not encrypted. Whoever has it can read what the reporter wrote.",
  ],
  async run({ positionals: [reference = ""], values }, io) {
    const folder = text(values, "out", true);
    const session = await openChannelSession(values, io);
    const found = session.inbox.find(reference);
    const there = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    });
    if (there.length > 0) throw new AmanaError("ERR_FOLDER_NOT_EMPTY");
    const files: string[] = [];
    for await (const file of exportCase(session.inbox, found, session.view)) {
      try {
        await writeFile(folder, file);
        files.push(file.path);
      } catch (error) {
        // A stranger's file that does not open must not keep the case from whoever goes on with it.
        if (!isAmanaError(error) || !error.code.startsWith("ERR_ATTACHMENT")) throw error;
        io.warn(`✗ ${file.path}: ${error.message}`);
      }
    }
    const attached = found.messages.reduce((sum, { document }) => sum + document.attachments.length, 0);
    const missing = attached - files.filter((path) => path.startsWith("attachments/")).length;
    if (missing > 0) io.warn(`✗ ${missing} attachments could not be opened: case.json says why.`);
    io.say(`${found.reference}  ${files.length} files in ${folder}. It is not encrypted.`);
    io.result({ reference: found.reference, folder, files, missing });
    return missing > 0 ? CHECK_FAILED : 0;
  },
};

/** Never over a file that is there. One that breaks off leaves nothing. */
async function writeFile(folder: string, { path, pieces }: ExportedFile): Promise<void> {
  const target = join(folder, ...path.split("/"));
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  const file = await open(target, "wx", 0o600);
  try {
    for await (const piece of pieces) await file.write(piece);
    await file.sync();
  } catch (error) {
    await rm(target, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}
