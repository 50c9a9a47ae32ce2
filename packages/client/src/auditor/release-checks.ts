import { equal, fromHex, SHA256, toHex } from "@amana/core/bytes";
import type { ReleaseEntry } from "@amana/core/entries";
import { isAmanaError } from "@amana/core/errors";
import type { Manifest } from "@amana/core/manifest";
import { decodeRelease, type Release, verifyRelease } from "@amana/core/release";
import { fetchFile, type SeenEntry } from "../wire/ledger-view.ts";
import { type RoundHistory, selected } from "../wire/round-history.ts";
import type { Transport } from "../wire/transport.ts";
import { demand } from "./check.ts";
import { countByAudience } from "./round-checks.ts";

/** A release's own bytes are few: totals and names of files. */
const LARGEST_RELEASE = 1024 * 1024;

/** The release is signed by k trustees over the ledger at the close, accounts for every response key of each audience, says what the plan says, and its files are there. */
export async function checkRelease(transport: Transport, entries: readonly SeenEntry[], history: RoundHistory): Promise<string> {
  const round = toHex(history.seen.id);
  const logged = entries.flatMap(({ entry }): ReleaseEntry[] => (entry.type === "release" && entry.manifest === round ? [entry] : []));
  demand(logged.length <= 1, "more than one release is in the ledger");
  if (history.release === null) {
    demand(logged.length === 0, "the release counts another ledger");
    return "not released yet";
  }
  const { manifest } = history.seen;
  const bytes = await fetchFile(transport, history.release.sha256, LARGEST_RELEASE);
  const signatures = history.release.signatures.map(({ holder, signature }) => ({ holder, signature: fromHex(signature) }));
  verifyRelease(bytes, manifest, signatures);
  const release = decodeRelease(bytes);
  demand(release.manifest === round, "the release is of another round");
  demand(release.ledgerSize === history.closedAt, "the release counts another ledger");
  const accounted = checkTotals(release, history);
  for (const file of release.files) await checkFile(transport, manifest, file);
  const shown = await published(transport, manifest, "release.json", bytes.length);
  demand(shown !== null && equal(shown, bytes), "release.json is not the release that was signed");
  return `signed by ${signatures.length} trustees, ${accounted} response keys accounted for, ${release.files.length} files`;
}

/** Each audience's totals sum up to the response keys that the ledger has of it. */
function checkTotals({ totals }: Release, history: RoundHistory): number {
  const { audiences } = history.seen.manifest;
  const expected = countByAudience(selected(history), audiences.length);
  demand(
    totals.length === audiences.length && totals.every(({ audience }, index) => audience === audiences[index]?.id),
    "the release is not about the round's audiences",
  );
  return totals.reduce((all, { audience, counted, withdrawn, invalid, unopened, missing }, index) => {
    const accounted = counted + withdrawn + invalid + unopened + missing;
    demand(accounted === expected[index], `the release accounts for ${accounted} of ${expected[index]} response keys of ${audience}`);
    return all + accounted;
  }, 0);
}

type File = Release["files"][number];

async function checkFile(transport: Transport, manifest: Manifest, { name, sha256, length }: File): Promise<void> {
  const file = await published(transport, manifest, name, length);
  demand(file !== null && file.length === length && toHex(SHA256(file)) === sha256, `${name} is not the file that was signed`);
  if (name === "index.html") {
    const page = await published(transport, manifest, "", length);
    demand(page !== null && equal(page, file), "the page at the round's own address is not the one that was signed");
  }
  if (name === "results.json") demand(planOf(file) === manifest.analysisPlan, "the results follow another plan than the manifest fixes");
}

/** What readers get below the round's address; null where it is longer than what was signed. */
async function published(transport: Transport, { round }: Manifest, path: string, length: number): Promise<Uint8Array | null> {
  return transport.get(`releases/${round}/${path}`, length).catch((error: unknown) => {
    if (isAmanaError(error, "ERR_RESPONSE_INVALID")) return null;
    throw error;
  });
}

/** The analysis plan that results name; null when they are not what results are. */
function planOf(results: Uint8Array): unknown {
  try {
    return (JSON.parse(new TextDecoder().decode(results)) as { plan?: unknown } | null)?.plan ?? null;
  } catch {
    return null;
  }
}
