import { equal, fromHex, SHA256, toHex } from "@amana/core/bytes";
import { isAmanaError } from "@amana/core/errors";
import type { Manifest } from "@amana/core/manifest";
import { decodeRelease, type Release, verifyRelease } from "@amana/core/release";
import { fetchFile } from "../wire/ledger-view.ts";
import type { Transport } from "../wire/transport.ts";
import type { AuditedEntry, AuditedRound } from "./audited-round.ts";
import type { Auditing } from "./auditing.ts";
import { type Check, demand } from "./check.ts";
import { missingByAudience } from "./missing.ts";

/** A release's own bytes are few: totals and names of files. */
const LARGEST_RELEASE = 1024 * 1024;

/** The release is signed by k trustees over the ledger at the close, accounts for every response key of each audience, calls missing what trustees did not get, says what the plan says, and its files are there. */
export class ReleaseCheck implements Check {
  readonly name = "release";
  readonly #round: AuditedRound;
  readonly #transport: Transport;
  readonly #entries: Auditing["entries"];
  #logged = 0;

  constructor(round: AuditedRound, { transport, entries }: Pick<Auditing, "transport" | "entries">) {
    this.#round = round;
    this.#transport = transport;
    this.#entries = entries;
  }

  entry({ entry }: AuditedEntry): void {
    if (entry.type === "release") this.#logged += 1;
  }

  async end(): Promise<string> {
    const { manifest, id, timeline } = this.#round;
    demand(this.#logged <= 1, "more than one release is in the ledger");
    if (timeline.release === null) {
      demand(this.#logged === 0, "the release counts another ledger");
      return "not released yet";
    }
    const bytes = await fetchFile(this.#transport, timeline.release.sha256, LARGEST_RELEASE);
    const signatures = timeline.release.signatures.map(({ holder, signature }) => ({ holder, signature: fromHex(signature) }));
    verifyRelease(bytes, manifest, signatures);
    const release = decodeRelease(bytes);
    demand(release.manifest === id, "the release is of another round");
    demand(release.ledgerSize === timeline.closedAt, "the release counts another ledger");
    const accounted = checkTotals(release, this.#round);
    await this.#checkMissing(release);
    for (const file of release.files) await checkFile(this.#transport, manifest, file);
    const shown = await published(this.#transport, manifest, "release.json", bytes.length);
    demand(shown !== null && equal(shown, bytes), "release.json is not the release that was signed");
    return `signed by ${signatures.length} trustees, ${accounted} response keys accounted for, ${release.files.length} files`;
  }

  /** Nobody's answer is lost by being called missing, nor counted although too few held it. Without an attempt the check of the opening has failed. */
  async #checkMissing({ totals }: Release): Promise<void> {
    const attempts = this.#round.said.attempts();
    const said = totals.map(({ missing }) => missing);
    let expected: readonly number[] = said;
    for (const { committed } of attempts) {
      expected = await missingByAudience(this.#round, this.#entries, committed);
      if (expected.every((count, index) => count === said[index])) return;
    }
    const [at = 0] = said.flatMap((count, index) => (count === expected[index] ? [] : [index]));
    demand(
      attempts.length === 0,
      `the release calls ${said[at]} answers of ${totals[at]?.audience} missing; by the ledger ${expected[at]} are`,
    );
  }
}

/** Each audience's totals sum up to the response keys that the ledger has of it. */
function checkTotals({ totals }: Release, { manifest, selected }: AuditedRound): number {
  const { audiences } = manifest;
  demand(
    totals.length === audiences.length && totals.every(({ audience }, index) => audience === audiences[index]?.id),
    "the release is not about the round's audiences",
  );
  return totals.reduce((all, { audience, counted, withdrawn, invalid, unopened, missing }, index) => {
    const accounted = counted + withdrawn + invalid + unopened + missing;
    const expected = selected?.[index];
    demand(accounted === expected, `the release accounts for ${accounted} of ${expected} response keys of ${audience}`);
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
