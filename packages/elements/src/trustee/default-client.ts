import { claimedProgramme } from "@amana/client/auditor";
import { decryptKeyFile, encryptKeyFile, type KeyFile, kemKeyOf, NOTHING_RECORDED, signingKeyOf } from "@amana/client/keys";
import {
  fetchDrafts,
  fetchProgramme,
  fetchRound,
  type HolderKeys,
  LedgerView,
  type RoundHistory,
  readHistory,
  Transport,
} from "@amana/client/trustee";
import { encodeJson, toHex } from "@amana/core/bytes";
import { type KeyDestroyedEntry, signEntry } from "@amana/core/entries";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import { keyHolders } from "@amana/core/manifest";
import type { Programme } from "@amana/core/programme";
import type { TrusteeClient, TrusteeRound, TrusteeServer } from "./client.ts";
import { readDraft } from "./draft-round.ts";
import { readLive } from "./live-round.ts";
import type { RoundMemory } from "./round-memory.ts";

/** `@amana/client/trustee`, unless the page brings another. */
export const defaultTrusteeClient: TrusteeClient = {
  openKeyFile: decryptKeyFile,
  makeKeyFile: encryptKeyFile,
  server: (address) => new Server(new Transport(address)),
};

class Server implements TrusteeServer {
  readonly #transport: Transport;
  #programme: Programme | null = null;
  /** Rounds of which the ledger says that this trustee's key is gone. */
  readonly #logged = new Set<string>();

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  claimed(): Promise<Programme> {
    return claimedProgramme(this.#transport);
  }

  async connect(pinned: string): Promise<Programme> {
    this.#programme = await fetchProgramme(this.#transport, pinned);
    return this.#programme;
  }

  async look(file: KeyFile, memoryOf: (round: string) => RoundMemory, now: Date): Promise<readonly TrusteeRound[]> {
    const programme = this.#programme;
    if (programme === null) throw new AmanaError("ERR_PROGRAMME_MISMATCH");
    const drafts = await fetchDrafts(this.#transport);
    const rounds: TrusteeRound[] = [];
    for (const name of Object.keys(file.rounds)) rounds.push(await this.#round(programme, file, name, drafts, memoryOf(name), now));
    for (const name of (file.record ?? NOTHING_RECORDED).destroyed) {
      if (file.rounds[name] === undefined && !this.#logged.has(name)) rounds.push(...(await this.#unlogged(programme, file, name, now)));
    }
    return rounds;
  }

  async #round(
    programme: Programme,
    file: KeyFile,
    name: string,
    drafts: readonly string[],
    memory: RoundMemory,
    now: Date,
  ): Promise<TrusteeRound> {
    try {
      const keys: HolderKeys = { signing: signingKeyOf(file), kem: kemKeyOf(file, name) };
      if (drafts.includes(name)) return await readDraft(this.#transport, programme, file, keys, name, now);
      const { history, view } = await this.#history(programme, name, now);
      const { manifest, id } = history.seen;
      const cosigned = (file.record ?? NOTHING_RECORDED).cosigned[name];
      if (cosigned !== undefined && cosigned !== toHex(id)) throw new AmanaError("ERR_MANIFEST_SECOND");
      if (manifest.kind === "reports" && history.times.cancelled === null) return { kind: "channel", name, title: manifest.title };
      const source = { transport: this.#transport, programme, view, history, keys, memory, now: () => new Date() };
      return await readLive(source, file);
    } catch (error) {
      if (isAmanaError(error, "ERR_ROUND_UNKNOWN") || isAmanaError(error, "ERR_DRAFT_UNKNOWN")) return { kind: "unprepared", name };
      if (!isAmanaError(error) || error.code === "ERR_NETWORK") throw error;
      return { kind: "broken", name, error };
    }
  }

  async #history(programme: Programme, name: string, now: Date): Promise<{ history: RoundHistory; view: LedgerView }> {
    const { entryIndex } = await fetchRound(this.#transport, name);
    const view = await LedgerView.fetch(this.#transport, programme, now);
    return { view, history: await readHistory(view, await view.manifestAt(entryIndex, name)) };
  }

  /** A key that is gone while the ledger does not say so: a stop came in between. The organisation's signing key is enough. */
  async #unlogged(programme: Programme, file: KeyFile, name: string, now: Date): Promise<readonly TrusteeRound[]> {
    try {
      const { history } = await this.#history(programme, name, now);
      const { manifest } = history.seen;
      const signing = signingKeyOf(file);
      const holder = keyHolders(manifest).findIndex(({ signingKey }) => signingKey === toHex(signing.publicKey));
      if (holder < 0 || history.destroyed.has(`trustee/${holder}`)) {
        this.#logged.add(name);
        return [];
      }
      const logDestroyed = async (): Promise<void> => {
        const fields = { type: "key-destroyed", holder: `trustee/${holder}` } as const;
        const entry = signEntry<KeyDestroyedEntry & { signature: string }>(manifest, fields, signing);
        await this.#transport.post("entries", "application/json", encodeJson(entry));
      };
      return [{ kind: "unlogged", name, logDestroyed }];
    } catch (error) {
      if (!isAmanaError(error, "ERR_ROUND_UNKNOWN")) return [{ kind: "broken", name, error }];
      return [];
    }
  }
}
