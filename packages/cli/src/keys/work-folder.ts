import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Holdings, LocalState } from "@amana/client/trustee";

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

  async readState(): Promise<LocalState> {
    try {
      return JSON.parse(await readFile(join(this.#folder, "state.json"), "utf8"));
    } catch {
      return { revealed: null, signed: false };
    }
  }

  async writeState(state: LocalState): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await writeFile(join(this.#folder, "state.json"), JSON.stringify(state), { flush: true });
  }

  /** Where the count leaves the release and its files until they are signed. */
  async writeRelease(release: Uint8Array, files: readonly { readonly name: string; readonly bytes: Uint8Array }[]): Promise<string> {
    const folder = join(this.#folder, "release");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "release.json"), release);
    for (const { name, bytes } of files) await writeFile(join(folder, name), bytes);
    return folder;
  }

  /** The opened ballots of the count: on this machine only, sorted, without keys. */
  async writeBallots(ballots: unknown): Promise<string> {
    await mkdir(this.#folder, { recursive: true });
    const path = join(this.#folder, "ballots.json");
    await writeFile(path, JSON.stringify(ballots), { mode: 0o600, flush: true });
    return path;
  }
}
