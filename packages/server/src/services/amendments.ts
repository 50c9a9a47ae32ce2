import { checkSchema, fromHex, hex, integer, PROTOCOL } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import {
  type AmendmentChange,
  amendmentChangeSchema,
  amendmentCosignaturesSchema,
  amendmentQuorum,
  checkAmendment,
  keyHolders,
  nextAmendment,
  type SignedAmendment,
  verifyAmendmentSignature,
} from "@amana/core/manifest";
import type { Programme } from "@amana/core/programme";
import * as v from "valibot";
import type { Store } from "../stores/store.ts";
import { readJson } from "./json.ts";
import type { Ledger } from "./ledger.ts";
import { followLedger, type LiveRound, type Rounds } from "./round.ts";
import type { Serial } from "./serial.ts";
import type { AmendmentStatus } from "./status.ts";

export interface AmendmentsOptions {
  readonly programme: Programme;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly rounds: Rounds;
  readonly now: () => Date;
  /** One turn with seals, closes and commitments. */
  readonly turn: Serial;
}

/** What an operator proposes to the key holders of a live round. */
export interface AmendmentInput {
  readonly round: string;
  readonly change: AmendmentChange;
}

/** A proposal as the store keeps it under `amendments/<round>`. One of a round at a time. */
const proposalSchema: v.GenericSchema<unknown, SignedAmendment> = v.strictObject({
  number: integer(255),
  previous: hex(32),
  change: amendmentChangeSchema,
  cosignatures: amendmentCosignaturesSchema,
});
const cosignatureSchema = v.strictObject({ holder: integer(254), signature: hex(64) });
const inputSchema: v.GenericSchema<unknown, AmendmentInput> = v.strictObject({ round: v.string(), change: amendmentChangeSchema });

/** Changes of live rounds: proposed by the operator, signed by key holders, logged by the server as soon as enough have signed. */
export class Amendments {
  readonly #options: AmendmentsOptions;

  constructor(options: AmendmentsOptions) {
    this.#options = options;
  }

  /** Proposes a change; a proposal that was there is replaced. @throws ERR_JSON_SCHEMA, ERR_ROUND_UNKNOWN, ERR_AMENDMENT_INVALID */
  propose(input: AmendmentInput): Promise<AmendmentStatus> {
    return this.#options.turn.run(async () => {
      const { round: name, change } = checkSchema(input, inputSchema);
      const round = this.#options.rounds.byName(name);
      if (round === undefined) throw new AmanaError("ERR_ROUND_UNKNOWN");
      const amendment = { ...nextAmendment(round.times, change), cosignatures: [] };
      this.#check(round, amendment);
      await this.#write(name, amendment);
      return statusOf(round, amendment);
    });
  }

  /** @throws ERR_AMENDMENT_UNKNOWN */
  withdraw(name: string): Promise<void> {
    return this.#options.turn.run(async () => {
      await this.#get(name);
      await this.#remove(name);
    });
  }

  /** Names of the rounds with a proposal that can still be logged. */
  async names(): Promise<string[]> {
    const names: string[] = [];
    for (const name of await this.#all()) {
      const found = await this.#find(name);
      if (found !== null && this.#isPossible(found.round, found.amendment)) names.push(name);
    }
    return names;
  }

  async #all(): Promise<string[]> {
    return (await this.#options.store.listDocuments("amendments/")).map((name) => name.replace(/^amendments\//, "")).sort();
  }

  /** What each proposal waits for, also one that came too late. */
  async statuses(): Promise<AmendmentStatus[]> {
    const statuses: AmendmentStatus[] = [];
    for (const name of await this.#all()) {
      const { round, amendment } = await this.#get(name);
      statuses.push(statusOf(round, amendment));
    }
    return statuses;
  }

  /** A proposal for whoever signs it. @throws ERR_AMENDMENT_UNKNOWN */
  async show(name: string): Promise<unknown> {
    const { round, amendment } = await this.#get(name);
    return { manifest: round.idHex, ...amendment };
  }

  /**
   * Takes a key holder's signature of the proposal; with enough of them it is logged. Attacker-controlled JSON.
   * @throws ERR_AMENDMENT_UNKNOWN, ERR_JSON_*, ERR_COSIGNATURE, ERR_AMENDMENT_INVALID when it has become too late
   */
  addCosignature(name: string, body: Uint8Array): Promise<{ readonly logged: boolean }> {
    return this.#options.turn.run(async () => {
      const { holder, signature } = readJson(body, cosignatureSchema);
      if (this.#isLogged(name, holder, fromHex(signature))) return { logged: true };
      const { round, amendment } = await this.#get(name);
      if (!verifyAmendmentSignature(round.manifest, amendment, holder, fromHex(signature))) throw new AmanaError("ERR_COSIGNATURE");
      this.#check(round, amendment);
      const others = amendment.cosignatures.filter((each) => each.holder !== holder);
      const cosignatures = [...others, { holder, signature }].sort((a, b) => a.holder - b.holder);
      await this.#write(name, { ...amendment, cosignatures });
      return { logged: await this.#log(round, { ...amendment, cosignatures }) };
    });
  }

  /** Whether this signs the round's last amendment: a reply was lost, or the others were enough. */
  #isLogged(name: string, holder: number, signature: Uint8Array): boolean {
    const { rounds, ledger } = this.#options;
    const round = rounds.byName(name);
    const at = round?.amendedAt.at(-1);
    const entry = ledger.documents.find(({ index }) => index === at)?.entry;
    return round !== undefined && entry?.type === "amendment" && verifyAmendmentSignature(round.manifest, entry, holder, signature);
  }

  /** Finishes what a stop interrupted: what enough have signed is logged, what is logged is no proposal any more. Call it at start. */
  recover(): Promise<void> {
    return this.#options.turn.run(async () => {
      for (const name of await this.#all()) {
        const found = await this.#find(name);
        if (found === null || found.amendment.number < found.round.times.amendments) await this.#remove(name);
        else await this.#log(found.round, found.amendment);
      }
    });
  }

  /** Logs an amendment that enough have signed, if it is not too late by now. */
  async #log(round: LiveRound, amendment: SignedAmendment): Promise<boolean> {
    if (amendment.cosignatures.length < amendmentQuorum(round.manifest)) return false;
    if (!this.#isPossible(round, amendment)) return false;
    const entry = { protocol: PROTOCOL, type: "amendment", manifest: round.idHex, ...amendment } as const;
    const index = await this.#options.ledger.log(entry);
    followLedger(round, entry, index);
    await this.#remove(round.manifest.round);
    return true;
  }

  #isPossible(round: LiveRound, amendment: SignedAmendment): boolean {
    try {
      this.#check(round, amendment);
      return true;
    } catch {
      return false;
    }
  }

  /** By this server's clock, and by where the ledger stands. @throws ERR_AMENDMENT_INVALID */
  #check(round: LiveRound, amendment: SignedAmendment): void {
    const { programme, now } = this.#options;
    checkAmendment(round.manifest, round.times, amendment, programme.trial, now());
    const late = amendment.change.kind === "cancel" ? !round.amendments.isCancellable : round.state.answeringEnded;
    if (late) throw new AmanaError("ERR_AMENDMENT_INVALID", { problems: [{ path: "/", message: "too late: the ledger is past that" }] });
  }

  async #get(name: string): Promise<{ round: LiveRound; amendment: SignedAmendment }> {
    const found = await this.#find(name);
    if (found === null) throw new AmanaError("ERR_AMENDMENT_UNKNOWN");
    return found;
  }

  async #find(name: string): Promise<{ round: LiveRound; amendment: SignedAmendment } | null> {
    const round = this.#options.rounds.byName(name);
    if (round === undefined) return null;
    const value = await this.#options.store.readDocument(`amendments/${name}`);
    return value === null || value === undefined ? null : { round, amendment: checkSchema(value, proposalSchema) };
  }

  async #write(name: string, amendment: SignedAmendment): Promise<void> {
    await this.#options.store.writeDocument(`amendments/${name}`, amendment);
  }

  async #remove(name: string): Promise<void> {
    await this.#options.store.removeDocument(`amendments/${name}`);
  }
}

function statusOf({ manifest }: LiveRound, { change, cosignatures }: SignedAmendment): AmendmentStatus {
  const signed = new Set(cosignatures.map(({ holder }) => holder));
  const organisations = keyHolders(manifest).map(({ organisation }) => organisation);
  return {
    round: manifest.round,
    change,
    needed: amendmentQuorum(manifest),
    cosigned: organisations.filter((_, holder) => signed.has(holder)),
    missing: organisations.filter((_, holder) => !signed.has(holder)),
  };
}
