import { PROTOCOL, SHA256, toHex } from "@amana/core/bytes";
import { encodeBuildList, encodeEntry } from "@amana/core/entries";
import type { FormFiles } from "./form-files.ts";
import { programmeEntries } from "./programme.ts";
import type { Services } from "./services.ts";

/**
 * Logs what the form's files are, unless the newest `builds` entry says the same: at start, before anybody gets them, so that `amana verify` tells
 * whether everybody gets what is logged. The list is on the disk before the entry that names it; interrupted, it is simply done again. A folder
 * that was found to be an older copy logs nothing, and takes no answers either.
 * @throws ERR_STORE_WRITE
 */
export async function logBuild(
  { store, ledger, programme }: Pick<Services, "store" | "ledger" | "programme">,
  form: FormFiles,
): Promise<void> {
  if (ledger.stopped !== null) return;
  const list = encodeBuildList(form.files);
  const sha256 = toHex(SHA256(list));
  const newest = ledger.documents.findLast(({ entry }) => entry.type === "builds")?.entry;
  await store.putFile(list);
  if (newest !== undefined && "sha256" in newest && newest.sha256 === sha256) return;
  const entry = { protocol: PROTOCOL, type: "builds", sha256, length: list.length } as const;
  await ledger.append([...programmeEntries(ledger, programme), entry].map(encodeEntry));
}
