import {
  type Attempt,
  buildRelease,
  commitShareList,
  countRound,
  epochsToHold,
  type Holdings,
  holdEpoch,
  LedgerView,
  nameAbsent,
  presentAttempt,
  type RoundCount,
  type RoundHistory,
  readHistory,
  reveal,
  signAndSend,
  Transport,
} from "../src/trustee/index.ts";
import type { Operator } from "./operator.ts";
import { BASE } from "./people.ts";
import { START, type Trustee } from "./world.ts";

/** When everything is due: after the time to commit, unix seconds. */
export const LATE = new Date((START + 10 * 86_400) * 1000);

export function memoryHoldings(): Holdings & { readonly kept: Map<string, Uint8Array> } {
  const kept = new Map<string, Uint8Array>();
  return {
    kept,
    get: async (leafHash) => kept.get(leafHash) ?? null,
    put: async (leafHash, envelope) => void kept.set(leafHash, envelope),
    remove: async (leafHash) => void kept.delete(leafHash),
    list: async () => [...kept.keys()],
  };
}

/** One trustee's tool: its key, what it holds, and the steps it takes. */
export class TrusteeTool {
  readonly operator: Operator;
  readonly index: number;
  readonly keys: Trustee;
  readonly holdings = memoryHoldings();
  readonly transport: Transport;

  constructor(operator: Operator, index: number) {
    this.operator = operator;
    this.index = index;
    this.keys = operator.world.trustees[index] as Trustee;
    this.transport = new Transport(BASE, operator.fetch);
  }

  async history(): Promise<RoundHistory> {
    const view = await LedgerView.fetch(this.transport, this.operator.world.programme, LATE);
    return readHistory(view, await view.manifestAt(this.operator.entryIndex, this.operator.round.manifest.round));
  }

  /** Holds every sealed epoch and gives the number of envelopes it could not get. */
  async hold(): Promise<number> {
    const history = await this.history();
    let missing = 0;
    for (const epoch of epochsToHold(history, this.index))
      missing += (await holdEpoch(this.transport, history, epoch, this.holdings, this.keys, this.operator.entries.length)).length;
    return missing;
  }

  async commit(now: Date = LATE): Promise<void> {
    await commitShareList(this.transport, await this.history(), this.holdings, this.keys, now);
  }

  async attempt(): Promise<Attempt | null> {
    return presentAttempt(await this.history());
  }

  async reveal(): Promise<void> {
    await reveal(this.transport, await this.history(), this.holdings, this.keys, LATE);
  }

  async count(): Promise<RoundCount> {
    return countRound(this.transport, await this.history(), this.holdings, this.keys);
  }

  async nameAbsent(absent: number): Promise<void> {
    const history = await this.history();
    await nameAbsent(this.transport, history, presentAttempt(history) as Attempt, [absent], this.keys);
  }

  async release(): Promise<Uint8Array> {
    const history = await this.history();
    return (await buildRelease(this.transport, this.operator.world.programme, history, await this.count())).release;
  }

  async sign(): Promise<void> {
    const history = await this.history();
    const built = await buildRelease(this.transport, this.operator.world.programme, history, await this.count());
    await signAndSend(this.transport, history, built, this.keys);
  }
}
