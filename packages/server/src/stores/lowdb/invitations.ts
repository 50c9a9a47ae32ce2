import { join } from "node:path";
import { GroupCommit } from "../group.ts";
import type { Claimed, Invitation } from "../store.ts";
import { readDocument, writeDocument } from "./document.ts";
import type { DurableFolder } from "./folder.ts";
import { fromBase64, invitationsDocument, type StoredClaim, type StoredInvitation, storedClaim, toBase64 } from "./records.ts";
import { type Arrange, byKey, WaitingDocuments } from "./waiting.ts";

/** Claims that may wait for the disk; more are refused. */
const QUEUE = 1024;
/** Documents of invitations that are rewritten side by side. */
const ABREAST = 16;
const SHARDS = 256;

/** The invitations of one round: `invitations/<audience>.<issuer>/<00..ff>.json`, and the claims that wait to be merged into them. */
export class Invitations {
  readonly #folder: DurableFolder;
  readonly #path: string;
  /** By issuer and invited hash: the hash of the request that drew it, or null. */
  readonly #known = new Map<string, Map<string, string | null>>();
  readonly #waiting: WaitingDocuments<StoredClaim>;
  readonly #group: GroupCommit<StoredClaim, Claimed>;
  /** Nothing is claimed any more. In memory only: what a start finds is told by the round's own times. */
  #ended = false;

  constructor(folder: DurableFolder, path: string, arrange?: Arrange) {
    this.#folder = folder;
    this.#path = join(path, "invitations");
    const key = (claim: StoredClaim): string => claim.invited;
    this.#waiting = new WaitingDocuments({ folder, path: join(path, "claims"), schema: storedClaim, key, arrange });
    this.#group = new GroupCommit((claims) => this.#commit(claims), QUEUE);
  }

  /** Reads every document. Changes nothing. @throws ERR_STORE_DAMAGED */
  async load(): Promise<void> {
    for (const folder of await this.#folder.list(this.#path)) {
      const issuer = folder.slice(0, -1);
      const known = new Map<string, string | null>();
      for (let shard = 0; shard < SHARDS; shard++) {
        for (const { invited, claim } of await this.#read(issuer, shard)) known.set(invited, claim?.requestHash ?? null);
      }
      this.#known.set(issuer, known);
    }
    for await (const { records } of this.#waiting.load()) {
      for (const { issuer, invited, requestHash } of records) this.#known.get(issuer)?.set(invited, requestHash);
    }
  }

  find(issuer: string, invited: string): Invitation | null {
    const drawnBy = this.#known.get(issuer)?.get(invited);
    return drawnBy === undefined ? null : { drawnBy };
  }

  add(issuer: string, invited: readonly string[]): Promise<void> {
    return this.#group.exclusive(async () => {
      const added = new Map<number, Map<string, StoredInvitation>>();
      for (const hash of invited) {
        const shard = Number.parseInt(hash.slice(0, 2), 16);
        added.set(shard, (added.get(shard) ?? new Map()).set(hash, { invited: hash, claim: null }));
      }
      await this.#rewrite(issuer, (shard, before) => {
        const after = new Map(added.get(shard));
        for (const invitation of before) after.set(invitation.invited, invitation);
        return [...after.values()];
      });
      const known = this.#known.get(issuer) ?? new Map<string, string | null>();
      for (const hash of invited) known.set(hash, known.get(hash) ?? null);
      this.#known.set(issuer, known);
    });
  }

  /** Resolves when what was begun is on the disk. */
  idle(): Promise<void> {
    return this.#group.exclusive(async () => undefined);
  }

  claim(issuer: string, invited: string, requestHash: string, draw: Uint8Array): Promise<Claimed> {
    return this.#group.submit({ issuer, invited, requestHash, draw: toBase64(draw) });
  }

  draws(issuer: string): Promise<Uint8Array[]> {
    return this.#group.exclusive(async () => {
      const draws = new Map<string, string>();
      for (let shard = 0; shard < SHARDS; shard++) {
        for (const { invited, claim } of await this.#read(issuer, shard)) if (claim !== null) draws.set(invited, claim.draw);
      }
      for await (const claims of this.#waiting.read(0)) {
        for (const claim of claims) if (claim.issuer === issuer) draws.set(claim.invited, claim.draw);
      }
      return [...draws.values()].map(fromBase64);
    });
  }

  /** All documents of all issuers are rewritten: which ones a claim went to must not show. */
  merge(): Promise<void> {
    return this.#group.exclusive(async () => {
      if (this.#waiting.isEmpty) return;
      await this.#waiting.settle();
      const claims = new Map<string, StoredClaim>();
      for await (const records of this.#waiting.read(0)) for (const claim of records) claims.set(`${claim.issuer}/${claim.invited}`, claim);
      for (const issuer of this.#known.keys()) {
        await this.#rewrite(issuer, (_, before) =>
          before.map(({ invited, claim }) => {
            const fresh = claims.get(`${issuer}/${invited}`);
            return { invited, claim: fresh === undefined ? claim : { requestHash: fresh.requestHash, draw: fresh.draw } };
          }),
        );
      }
      await this.#waiting.remove(0);
    });
  }

  /** What was claimed before is on the disk when this begins. */
  async end(): Promise<void> {
    await this.#group.exclusive(async () => {
      this.#ended = true;
    });
    await this.merge();
  }

  async #commit(claims: readonly StoredClaim[]): Promise<(Claimed | Error)[]> {
    const staged = new Map<string, StoredClaim>();
    const decisions = claims.map((claim): Claimed => {
      const place = `${claim.issuer}/${claim.invited}`;
      const known = this.#known.get(claim.issuer)?.get(claim.invited);
      if (known === undefined) return "unknown";
      const drawnBy = staged.get(place)?.requestHash ?? known;
      if (drawnBy !== null) return drawnBy === claim.requestHash ? "same" : "other";
      if (this.#ended) return "closed";
      staged.set(place, claim);
      return "claimed";
    });
    try {
      if (staged.size > 0) await this.#waiting.append(0, [...staged.values()]);
    } catch (error) {
      return claims.map(() => error as Error);
    }
    for (const { issuer, invited, requestHash } of staged.values()) this.#known.get(issuer)?.set(invited, requestHash);
    return decisions;
  }

  async #rewrite(issuer: string, change: (shard: number, before: StoredInvitation[]) => StoredInvitation[]): Promise<void> {
    for (let start = 0; start < SHARDS; start += ABREAST) {
      const shards = Array.from({ length: ABREAST }, (_, i) => start + i);
      const done = await Promise.allSettled(
        shards.map(async (shard) => {
          const after = change(shard, await this.#read(issuer, shard));
          if (after.length === 0) return;
          const sorted = byKey(after, ({ invited }) => invited);
          await writeDocument(this.#folder, this.#name(issuer, shard), invitationsDocument, sorted);
        }),
      );
      for (const result of done) if (result.status === "rejected") throw result.reason;
    }
  }

  async #read(issuer: string, shard: number): Promise<StoredInvitation[]> {
    return (await readDocument(this.#folder, this.#name(issuer, shard), invitationsDocument)) ?? [];
  }

  #name(issuer: string, shard: number): string {
    return join(this.#path, issuer, `${shard.toString(16).padStart(2, "0")}.json`);
  }
}
