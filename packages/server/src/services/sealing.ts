import { PROTOCOL } from "@amana/core/bytes";
import { encodeEntry } from "@amana/core/entries";
import type { Store } from "../stores/store.ts";
import { destroyIssuerKeys, logDraws } from "./draws.ts";
import type { Issuer } from "./issuer.ts";
import type { IssuerRecords } from "./issuer-records.ts";
import type { Ledger } from "./ledger.ts";
import { followLedger, type LiveRound, periodOf, type Rounds, supersededIn } from "./round.ts";
import { Serial } from "./serial.ts";

export { loadRounds } from "./load-rounds.ts";

export interface SealingOptions {
  readonly rounds: Rounds;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly issuer: Issuer;
  readonly records: Pick<IssuerRecords, "of" | "logged">;
  readonly now?: () => Date;
  /** What else keeps something of a round, and forgets it when the envelopes go. */
  readonly forgetful?: readonly { forget(round: LiveRound): Promise<void> }[];
  /** One turn with {@link Amendments}: no window moves while a round is being closed. */
  readonly turn?: Serial;
  /** Whether the release of a survey or consultation is public: under a checkpoint that the quorum has cosigned. Never, unless given. */
  readonly isReleased?: (round: LiveRound) => boolean;
}

export interface Sealing {
  /**
   * Does what is due by the clock in every round: seals, draws, key destructions, the final seal and `close`, and the end of the envelopes of a
   * released or cancelled round and of a reports round whose retention is over. Idempotent; ticks wait for each other. A round that fails does not stop the others; the first failure is thrown at the end, and the next tick tries again.
   */
  tick(): Promise<void>;
  /** Seals what is due in one round. */
  tickRound(round: LiveRound): Promise<void>;
}

/**
 * Of reports an epoch is one period of the clock: its number says on which day they came, restarts put nothing off, and what comes after
 * long silence is not sealed in the second in which it came. A clock that is set back takes no number again.
 */
function beginPeriod(round: LiveRound, seconds: number): void {
  round.state.filling = Math.max(round.state.filling, periodOf(round, seconds));
}

/** The clockwork of rounds, by the epoch rule of docs/protocol.md §6. */
export function createSealing(options: SealingOptions): Sealing {
  const { rounds, store, ledger, now = () => new Date(), turn = new Serial(), forgetful = [], isReleased = () => false } = options;
  const clock = new EpochClock();
  /** Rounds whose last seal is in the ledger, but not yet tidied up in the store. */
  const unfinished = new Set<string>();
  // What comes before the first tick is of today, too.
  for (const round of rounds.all()) if (round.manifest.kind === "reports") beginPeriod(round, now().getTime() / 1000);

  const finish = async (round: LiveRound): Promise<void> => {
    unfinished.add(round.idHex);
    await store.finishEpoch(round.idHex, round.state.sealed, supersededIn(round));
    await store.mergeClaims(round.idHex);
    unfinished.delete(round.idHex);
  };

  /** Seals everything that waits up to epoch `to`, as one. */
  const seal = async (round: LiveRound, to: number): Promise<void> => {
    const { state, idHex } = round;
    const leaves = await store.prepareEpoch(idHex, to, supersededIn(round));
    if (leaves.length === 0) return;
    const range = { from: state.sealed + 1, to, count: leaves.length };
    const at = await ledger.append((index) => {
      const entry = { protocol: PROTOCOL, type: "epoch", manifest: idHex, ...range, firstIndex: index + 1 } as const;
      return [encodeEntry(entry), ...leaves];
    });
    state.epochs.push({ ...range, firstIndex: at + 1 });
    state.sealed = to;
    await finish(round);
  };

  const close = async (round: LiveRound): Promise<void> => {
    const { state, idHex } = round;
    state.answeringEnded = true;
    // A seal before that failed after its entry was logged: what came since is of the next epoch.
    state.filling = Math.max(state.filling, state.sealed + 1);
    // What the window let in is on the disk after this, and nothing comes any more: also of an epoch that another clock had begun.
    await store.endAdmissions(idHex);
    await seal(round, Math.max(state.filling, ...(await store.pendingCounts(idHex)).keys()));
    const entry = { protocol: PROTOCOL, type: "close", manifest: idHex } as const;
    const index = await ledger.log(entry);
    followLedger(round, entry, index);
    state.closed = true;
    state.ledgerSizeAtClose = index + 1;
  };

  /**
   * Nobody opens a cancelled round, and nobody needs the envelopes of a released one: each opener has counted its own copies. Of a reports round
   * everything is kept until the moment that its manifest says.
   */
  const isRetentionOver = (round: LiveRound, seconds: number): boolean => {
    const { manifest, times } = round;
    if (times.cancelled !== null) return true;
    return manifest.kind === "reports" ? seconds >= times.deadlines.commitBy : isReleased(round);
  };

  /** What may be kept no longer goes, and that is logged with how many leaves there are whose envelopes are gone. */
  const destroy = async (round: LiveRound): Promise<void> => {
    const { state, idHex } = round;
    // In an older copy nothing can be logged, and so nothing goes.
    if (ledger.stopped !== null) throw ledger.stopped;
    for (const service of forgetful) await service.forget(round);
    await store.destroyEnvelopes(idHex);
    const count = state.epochs.reduce((sum, epoch) => sum + epoch.count, 0);
    await ledger.log({ protocol: PROTOCOL, type: "retention", manifest: idHex, count });
    state.envelopesDestroyed = true;
  };

  const endEnrolment = async (round: LiveRound, seconds: number): Promise<void> => {
    await logDraws(round, seconds, options);
    await destroyIssuerKeys(round, seconds, options);
  };

  const sealDue = async (round: LiveRound, seconds: number): Promise<void> => {
    const { manifest, state, times } = round;
    // What came before a round was cancelled gets its leaf, as its promise says.
    if (!state.closed && (times.cancelled !== null || seconds >= times.windows.answeringClose)) await close(round);
    if (state.closed && !state.envelopesDestroyed && isRetentionOver(round, seconds)) await destroy(round);
    if (state.closed) return;
    if (manifest.kind === "reports") {
      beginPeriod(round, seconds);
      const over = [...(await store.pendingCounts(round.idHex)).keys()].filter((epoch) => epoch < state.filling);
      const last = Math.max(state.sealed, ...over);
      if (last > state.sealed) await seal(round, last);
      return;
    }
    if (clock.hasPassed(round, seconds) && (await isFull(store, round))) {
      state.filling++;
      clock.restart(round, seconds);
    }
    // An epoch is sealed when the one after it is full.
    const due = state.filling - 2;
    if (due > state.sealed) await seal(round, due);
  };

  const tickRound = (round: LiveRound): Promise<void> =>
    turn.run(async () => {
      const seconds = now().getTime() / 1000;
      // Also what another process logged and did not finish: else it would be sealed a second time.
      const waiting = [...(await store.pendingCounts(round.idHex)).keys()];
      if (unfinished.has(round.idHex) || waiting.some((epoch) => epoch <= round.state.sealed)) await finish(round);
      // An issuer that lost its keys, and cannot sign its draws, must not keep answers from the ledger.
      const failed = await endEnrolment(round, seconds).then(
        () => null,
        (error: unknown) => ({ error }),
      );
      await sealDue(round, seconds);
      if (failed !== null) throw failed.error;
    });

  return {
    tickRound,
    async tick() {
      const done = await Promise.allSettled(rounds.all().map(tickRound));
      for (const result of done) if (result.status === "rejected") throw result.reason;
    },
  };
}

/**
 * Whether the filling epoch, whose time has passed, is full: in a survey it has m new response keys. A trial may have m = 0:
 * then it is full by time alone, as long as something waits, so that a single visitor sees the answer kept.
 */
async function isFull(store: Store, { idHex, manifest, state }: LiveRound): Promise<boolean> {
  const { minimumKeys } = manifest.epoch;
  const counts = await store.pendingCounts(idHex);
  const count = counts.get(state.filling) ?? { records: 0, newKeys: 0 };
  return minimumKeys === 0 ? counts.size > 0 : count.newKeys >= minimumKeys;
}

/**
 * When the filling epoch of each survey or consultation began, as this process saw it. In memory only: nothing at rest says when; after a restart, or
 * when the clock is set back, the time begins anew.
 */
class EpochClock {
  readonly #began = new Map<string, { readonly epoch: number; readonly at: number }>();

  hasPassed(round: LiveRound, seconds: number): boolean {
    const began = this.#began.get(round.idHex);
    if (began === undefined || began.epoch !== round.state.filling || seconds < began.at) {
      this.restart(round, seconds);
      return round.manifest.epoch.minimumSeconds === 0;
    }
    return seconds - began.at >= round.manifest.epoch.minimumSeconds;
  }

  restart(round: LiveRound, seconds: number): void {
    this.#began.set(round.idHex, { epoch: round.state.filling, at: seconds });
  }
}
