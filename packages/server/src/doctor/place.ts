import { lstat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { isAmanaError } from "@amana/core/errors";
import { encodeProgramme, programmeSchema } from "@amana/core/programme";
import { type Finding, gib } from "../services/check-store.ts";
import { readDocument } from "../stores/lowdb/document.ts";
import { isMissing, nodeFiles } from "../stores/lowdb/files.ts";
import { DurableFolder } from "../stores/lowdb/folder.ts";

/** What must be left on the disk in any case: seals and the ledger are written when nothing else is. Bytes. */
const LEAST = 2 ** 30;
/** No clock of this software was before the year 2025; unix seconds. */
const EARLIEST = 1_735_689_600;
const OTHERS = 0o077;
/** What nobody else on the machine may read or enter. */
const PRIVATE = ["", "secrets.json", "rounds", "drafts"];

/** Where a data folder lies, whether or not a server uses it: who may read it, how much room there is, what time it is. Changes nothing. */
export async function checkPlace(folder: string, now: () => Date): Promise<Finding[]> {
  return [await checkRights(folder), await checkRoom(folder), checkClock(now)];
}

async function checkRights(folder: string): Promise<Finding> {
  const check = "permissions";
  const wrong: string[] = [];
  const owners = new Set<number>();
  for (const name of PRIVATE) {
    try {
      const { mode, uid } = await lstat(join(folder, name));
      owners.add(uid);
      if ((mode & OTHERS) !== 0) wrong.push(name === "" ? "the folder" : name);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  if (wrong.length > 0) return { check, ok: false, detail: `others on this machine may read ${wrong.join(", ")}: chmod -R go= the folder` };
  if (owners.size > 1)
    return { check, ok: false, detail: "its files have several owners: chown -R it to the account that the server runs under" };
  return { check, ok: true, detail: "its owner alone may read it" };
}

async function checkRoom(folder: string): Promise<Finding> {
  const free = await nodeFiles.free(folder);
  return {
    check: "disk",
    ok: free >= LEAST,
    detail: `${gib(free)} free${free >= LEAST ? "" : "; less than 1 GiB: make room before answers are refused"}`,
  };
}

function checkClock(now: () => Date): Finding {
  const time = now();
  const ok = time.getTime() / 1000 >= EARLIEST;
  return { check: "clock", ok, detail: `${time.toISOString().slice(0, 16)}Z${ok ? "" : ": set it, and let NTP keep it"}` };
}

/** The bytes of a folder's programme, also while a server uses it; undefined where they cannot be read. */
export async function programmeOf(folder: string): Promise<Uint8Array | undefined> {
  try {
    const programme = await readDocument(new DurableFolder(resolve(folder), nodeFiles), "programme.json", programmeSchema);
    return programme === null ? undefined : encodeProgramme(programme);
  } catch (error) {
    if (isAmanaError(error)) return undefined;
    throw error;
  }
}
