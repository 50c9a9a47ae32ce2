import { readFile } from "node:fs/promises";
import { AmanaError } from "@amana/core/errors";
import { checkPlanFile, type PlanFile } from "@amana/results";
import { isSeq, parseDocument } from "yaml";
import { writeWhole } from "../../keys/write-whole.ts";
import { readDocument } from "../operator/files.ts";

/**
 * Puts something at the end of a list of a plan's file. Comments and order of the rest stay, as people keep their reasons there. Nothing is
 * written unless the file is built like a plan afterwards. @throws ERR_CONFIG_INVALID, ERR_PLAN_INVALID
 */
export async function appendTo(path: string, list: "findings" | "statements" | "measures" | "updates", value: unknown): Promise<PlanFile> {
  await readDocument(path);
  const document = parseDocument(await readFile(path, "utf8"));
  const there = document.get(list);
  if (there === undefined) document.set(list, document.createNode([value]));
  else if (isSeq(there)) {
    there.flow = false;
    there.add(document.createNode(value));
  } else throw new AmanaError("ERR_CONFIG_INVALID", { problems: [{ path: `/${list}`, message: "expected a list" }] });
  const file = checkPlanFile(document.toJS({ maxAliasCount: 0 }));
  await writeWhole(path, document.toString({ lineWidth: 0 }), 0o644);
  return file;
}
