import { readFile } from "node:fs/promises";
import { AmanaError } from "@amana/core/errors";
import { checkStatements, type StatementsFile } from "@amana/results";
import { isSeq, parseDocument } from "yaml";
import { writeWhole } from "../../keys/write-whole.ts";

/** Puts a statement at the end of a file; comments in it stay. Nothing is written unless it is such a file afterwards. @throws ERR_CONSULTATION_INVALID */
export async function appendStatement(path: string, statement: unknown): Promise<StatementsFile> {
  const document = parseDocument(await readFile(path, "utf8"));
  const list = document.get("statements");
  if (!isSeq(list)) throw new AmanaError("ERR_CONSULTATION_INVALID", { problems: [{ path: "/statements", message: "expected a list" }] });
  list.flow = false;
  list.add(document.createNode(statement));
  const file = checkStatements(document.toJS({ maxAliasCount: 0 }));
  await writeWhole(path, document.toString({ lineWidth: 0 }), 0o644);
  return file;
}
