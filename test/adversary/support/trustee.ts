import {
  buildRelease,
  commitShareList,
  countRound,
  destroy,
  disputeSilence,
  epochsToHold,
  type Holdings,
  holdEpoch,
  LedgerView,
  nameAbsent,
  notSigning,
  presentAttempt,
  type RoundCount,
  type RoundHistory,
  readHistory,
  reveal,
  signAndSend,
  Transport,
} from "@amana/client/trustee";
import { toHex } from "@amana/core/bytes";
import { encodeRelease } from "@amana/core/release";
import { type Deployment, type Holder, ROUND } from "./server.ts";

/** One trustee's tool with its holdings in memory. Each step reads the ledger anew, as the command line does. */
export class TrusteeTool {
  readonly index: number;
  readonly kept = new Map<string, Uint8Array>();
  readonly transport: Transport;
  readonly #deployment: Deployment;
  readonly #keys: Holder;

  constructor(deployment: Deployment, index: number) {
    this.#deployment = deployment;
    this.index = index;
    this.#keys = deployment.holders[index] as Holder;
    this.transport = new Transport(deployment.url);
  }

  get #now(): Date {
    return new Date(this.#deployment.clock.seconds * 1000);
  }

  get #holdings(): Holdings {
    return {
      get: async (leafHash) => this.kept.get(leafHash) ?? null,
      put: async (leafHash, envelope) => void this.kept.set(leafHash, envelope),
      remove: async (leafHash) => void this.kept.delete(leafHash),
      list: async () => [...this.kept.keys()],
    };
  }

  async #view(): Promise<LedgerView> {
    return LedgerView.fetch(this.transport, this.#deployment.amana.programme, this.#now);
  }

  async history(): Promise<RoundHistory> {
    const view = await this.#view();
    const { entryIndex } = (await (await fetch(`${this.#deployment.url}rounds/${ROUND}`)).json()) as { entryIndex: number };
    return readHistory(view, await view.manifestAt(entryIndex, ROUND));
  }

  async holdAndCommit(): Promise<void> {
    await this.hold();
    await this.commit();
  }

  /** Fetches what was sealed, and says in the ledger what it was not given. */
  async hold(): Promise<void> {
    const history = await this.history();
    const { size } = (await this.#view()).checkpoint;
    for (const epoch of epochsToHold(history, this.index))
      await holdEpoch(this.transport, history, epoch, this.#holdings, this.#keys, size);
  }

  async commit(): Promise<void> {
    await commitShareList(this.transport, await this.history(), this.#holdings, this.#keys, this.#now);
  }

  async reveal(): Promise<void> {
    await reveal(this.transport, await this.history(), this.#holdings, this.#keys, this.#now);
  }

  async count(): Promise<RoundCount> {
    return countRound(this.transport, await this.history(), this.#holdings, this.#keys);
  }

  async nameAbsent(who: number): Promise<void> {
    const history = await this.history();
    const attempt = presentAttempt(history);
    if (attempt === null) throw new Error("no attempt");
    await nameAbsent(this.transport, history, attempt, [who], this.#keys);
  }

  async notSigning(): Promise<readonly number[]> {
    return notSigning(this.transport, await this.history(), this.#keys);
  }

  /** Says that another is at fault, rightly or not. */
  async dispute(who: number): Promise<void> {
    await disputeSilence(this.transport, await this.history(), who, this.#keys);
  }

  /** Signs a release of its own making, which names a public file of the round. */
  async signOther(): Promise<void> {
    const history = await this.history();
    const { manifest, id } = history.seen;
    const file = { name: "page.html", sha256: manifest.audiences[0]?.questionnaire ?? "", length: 1 };
    const totals = manifest.audiences.map(({ id: audience }) => ({
      audience,
      counted: 0,
      withdrawn: 0,
      invalid: 0,
      unopened: 0,
      missing: 0,
    }));
    const release = encodeRelease({
      protocol: "amana/1",
      type: "release",
      manifest: toHex(id),
      ledgerSize: history.closedAt ?? 0,
      totals,
      wanting: [],
      files: [file],
    });
    await signAndSend(this.transport, history, { release, files: [] }, this.#keys);
  }

  async openers(): Promise<readonly number[]> {
    return presentAttempt(await this.history())?.openers ?? [];
  }

  async sign(): Promise<Uint8Array> {
    const history = await this.history();
    const built = await buildRelease(this.transport, this.#deployment.amana.programme, history, await this.count());
    await signAndSend(this.transport, history, built, this.#keys);
    return built.release;
  }

  /** Ends this trustee's part. */
  async destroy(): Promise<void> {
    await destroy(this.transport, await this.history(), this.#holdings, this.#keys, async () => undefined, this.#now);
  }
}
