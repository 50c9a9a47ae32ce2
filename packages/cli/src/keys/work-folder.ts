import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { KeyFile } from "@amana/client/keys";
import type { CosignedManifests, Holdings, LocalState, SignedAmendments } from "@amana/client/trustee";
import { AmanaError } from "@amana/core/errors";
import * as v from "valibot";
import { writeWholeIn } from "./write-whole.ts";

const stateSchema = v.object({ revealed: v.nullable(v.number()), signed: v.boolean(), signedAt: v.optional(v.number()) });

/** Rounds that have a work folder beside a key file. */
export async function roundsAtWork(keyPath: string): Promise<string[]> {
  return readdir(`${keyPath}.work`).then(
    (names) => names.filter((name) => /^[a-z0-9-]{1,64}$/.test(name)).sort(),
    () => [],
  );
}

/**
 * The manifests that a key has co-signed, one file for each round name, or in the key file where the trustees' page wrote them. A damaged one
 * throws: to go on without it could mean to sign twice. @throws ERR_KEY_FILE
 */
export function cosignedManifests(keyPath: string, { record }: Pick<KeyFile, "record">): CosignedManifests {
  const fileOf = (round: string): string => join(`${keyPath}.work`, round, "cosigned");
  return {
    get: async (round) => (await readHash(fileOf(round))) ?? record?.cosigned[round] ?? null,
    put: (round, manifestId) => writeWholeIn(fileOf(round), manifestId),
  };
}

/** What a key has signed of a round's amendments, one small file each. A damaged one throws, as above. @throws ERR_KEY_FILE */
export function signedAmendments(keyPath: string, { record }: Pick<KeyFile, "record">): SignedAmendments {
  const fileOf = (round: string, number: number): string => join(`${keyPath}.work`, round, `amended-${number}`);
  return {
    get: async (round, number) => (await readHash(fileOf(round, number))) ?? record?.amended[`${round}/${number}`] ?? null,
    put: (round, number, hash) => writeWholeIn(fileOf(round, number), hash),
  };
}

/** The hash in a file, null without one. @throws ERR_KEY_FILE for a damaged one */
async function readHash(path: string): Promise<string | null> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (text !== null && !/^[0-9a-f]{64}$/.test(text)) throw new AmanaError("ERR_KEY_FILE", { note: `${path} is damaged.` });
  return text;
}

/** A trustee's folder beside its key file: held envelopes (sealed, so no secret) and what the ledger does not show. */
export class WorkFolder {
  readonly #folder: string;

  constructor(keyPath: string, round: string) {
    this.#folder = join(`${keyPath}.work`, round);
  }

  /** Envelopes by leaf hash, one file each, written whole or not at all. */
  get holdings(): Holdings {
    const folder = join(this.#folder, "envelopes");
    return {
      get: (leafHash) => readFile(join(folder, leafHash)).catch(() => null),
      async put(leafHash, envelope) {
        await mkdir(folder, { recursive: true });
        const path = join(folder, leafHash);
        await writeFile(`${path}.new`, envelope, { flush: true });
        await rename(`${path}.new`, path);
      },
      remove: (leafHash) => rm(join(folder, leafHash), { force: true }),
      list: () =>
        readdir(folder).then(
          (names) => names.filter((name) => /^[0-9a-f]{64}$/.test(name)),
          () => [],
        ),
    };
  }

  /** What was done that the ledger does not show. A damaged file is as good as none: every step can be done again. */
  async readState(): Promise<LocalState> {
    try {
      return v.parse(stateSchema, JSON.parse(await readFile(join(this.#folder, "state.json"), "utf8")));
    } catch {
      return { revealed: null, signed: false };
    }
  }

  async writeState(state: LocalState): Promise<void> {
    await writeWholeIn(join(this.#folder, "state.json"), JSON.stringify(state));
  }

  /** Notes that the round's key is about to be destroyed, so that a stop before the ledger says so is made good later. */
  async markDestroyed(): Promise<void> {
    await writeWholeIn(join(this.#folder, "destroyed"), "");
  }

  /** Whether {@link markDestroyed} was called and the ledger does not say so yet. */
  isMarkedDestroyed(): Promise<boolean> {
    return readFile(join(this.#folder, "destroyed")).then(
      () => true,
      () => false,
    );
  }

  async clearDestroyed(): Promise<void> {
    await rm(join(this.#folder, "destroyed"), { force: true });
  }

  /** Where the count leaves the release and its files until they are signed. */
  async writeRelease(release: Uint8Array, files: readonly { readonly name: string; readonly bytes: Uint8Array }[]): Promise<string> {
    const folder = join(this.#folder, "release");
    await writeWholeIn(join(folder, "release.json"), release);
    for (const { name, bytes } of files) await writeWholeIn(join(folder, name), bytes);
    return folder;
  }

  /** The opened ballots of the count: on this machine only, sorted, without keys. */
  async writeBallots(ballots: unknown): Promise<string> {
    const path = join(this.#folder, "ballots.json");
    await writeWholeIn(path, JSON.stringify(ballots));
    return path;
  }
}
