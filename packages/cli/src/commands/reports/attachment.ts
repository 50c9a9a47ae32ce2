import { isAmanaError } from "@amana/core/errors";
import { type Command, text, UsageError } from "../../terminal/command.ts";
import { CHECK_FAILED } from "../../terminal/io.ts";
import { lineOf, listAttachments, saveAttachment } from "./attachments.ts";
import { openChannelSession, REPORT_OPTIONS } from "./session.ts";

/** `amana reports attachment`: saves what a reporter attached. */
export const reportsAttachment: Command = {
  name: "reports attachment",
  summary: "Save the files of a report, all of them or one, in a folder of this machine.",
  positionals: ["REFERENCE", "[NUMBER]"],
  options: { ...REPORT_OPTIONS, folder: { type: "string", value: "FOLDER", describe: "where to save; made if it is not there" } },
  examples: [
    "amana reports attachment 3f9a01c2 --key handler.key --round reports-2026-12 --folder case-3f9a01c2",
    "amana reports attachment 3f9a01c2 2 --key handler.key --round reports-2026-12 --folder case-3f9a01c2",
  ],
  notes: [
    "Every piece is checked against what the reporter sealed; a file appears when all of it is right. Names are made safe, and no file is overwritten.",
    "A file from a stranger can attack the program that opens it. Open it on a machine without the key file, best without a network.",
  ],
  async run({ positionals: [reference = "", number], values }, io) {
    const folder = text(values, "folder", true);
    const { inbox } = await openChannelSession(values, io);
    const found = inbox.find(reference);
    const all = await listAttachments(inbox, found);
    const chosen = number === undefined ? all : all.filter((each) => String(each.number) === number);
    if (number !== undefined && chosen.length === 0)
      throw new UsageError(all.length === 0 ? "This report has no files" : `This report has files 1 to ${all.length}`);
    if (all.length === 0) io.say("This report has no files.");
    const saved: { readonly number: number; readonly name: string | null; readonly bytes: number; readonly code: string | null }[] = [];
    for (const each of chosen) {
      const { opened } = each;
      const failed = (code: string): void => void saved.push({ number: each.number, name: null, bytes: 0, code });
      io.say(lineOf(each));
      if (isAmanaError(opened)) failed(opened.code);
      else
        try {
          const bar = io.progress(`file ${each.number}, bytes`, opened.length);
          const name = await saveAttachment(opened, folder, bar.update).finally(bar.stop);
          saved.push({ number: each.number, name, bytes: opened.length, code: null });
          io.say(`      saved as ${name}`);
        } catch (error) {
          // One that the server lost or spoiled does not keep the others from their folder.
          if (!isAmanaError(error) || !error.code.startsWith("ERR_ATTACHMENT")) throw error;
          io.warn(`✗ [${each.number}] ${error.message}`);
          failed(error.code);
        }
    }
    io.result({ reference: found.reference, folder, attachments: saved });
    return saved.some(({ name }) => name === null) ? CHECK_FAILED : 0;
  },
};
