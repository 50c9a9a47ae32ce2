import { toHex } from "@amana/core/bytes";
import { manifestId } from "@amana/core/manifest";
import type { Store } from "../stores/store.ts";
import type { Ledger, LoggedEntry } from "./ledger.ts";
import { followLedger, issuerPlace, type LiveRound, liveRound, noteDraws, Rounds, supersededIn } from "./round.ts";

/**
 * Builds `Rounds` from the ledger's entries and repairs in the store what an interrupted seal left. Call it once at start,
 * before anything is served. @throws ERR_STORE_DAMAGED, ERR_STORE_WRITE
 */
export async function loadRounds(store: Store, ledger: Ledger): Promise<Rounds> {
  const rounds = new Rounds();
  for (const logged of ledger.documents) take(rounds, logged);
  for (const round of rounds.all()) {
    await store.recoverRound(round.idHex, round.state.epochs, supersededIn(round));
    await noteFilling(store, round);
  }
  return rounds;
}

/**
 * Takes in what another process has logged. @returns the rounds that it is about
 */
export async function followRounds(store: Store, rounds: Rounds, logged: readonly LoggedEntry[]): Promise<readonly LiveRound[]> {
  for (const each of logged) take(rounds, each);
  const named = new Set(
    logged.map(({ entry }) => (entry.type === "manifest" ? toHex(manifestId(entry.manifest)) : "manifest" in entry && entry.manifest)),
  );
  const changed = rounds.all().filter(({ idHex }) => named.has(idHex));
  for (const round of rounds.all()) if (!round.state.closed) await noteFilling(store, round);
  return changed;
}

/** The epoch that is filling is the last that something waits for: an epoch that is full and another process has begun. */
async function noteFilling(store: Store, { idHex, state }: LiveRound): Promise<void> {
  state.filling = Math.max(state.filling, state.sealed + 1, ...(await store.pendingCounts(idHex)).keys());
}

function take(rounds: Rounds, { index, entry }: LoggedEntry): void {
  if (entry.type === "manifest") {
    rounds.add(liveRound(entry.manifest, index));
    return;
  }
  if (!("manifest" in entry)) return;
  const round = rounds.byId(entry.manifest);
  if (round === undefined) return;
  followLedger(round, entry, index);
  const { state } = round;
  switch (entry.type) {
    case "epoch":
      state.epochs.push({ from: entry.from, to: entry.to, firstIndex: entry.firstIndex, count: entry.count });
      state.sealed = entry.to;
      break;
    case "draws":
      noteDraws(round, index, issuerPlace(entry.audience, entry.issuer), entry.count);
      break;
    case "key-destroyed":
      if (entry.holder.startsWith("issuer/")) state.destroyed.add(entry.holder.slice("issuer/".length));
      break;
    case "close":
      state.closed = true;
      state.answeringEnded = true;
      state.ledgerSizeAtClose = index + 1;
      break;
    case "retention":
      state.envelopesDestroyed = true;
      break;
    default:
      break;
  }
}
