import { SHA256, toHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import {
  type Attempt,
  type AudienceCount,
  countSubmission,
  type Outcome,
  type Selected,
  type ShareList,
  shareAt,
  type ToCount,
  tally,
} from "@amana/core/opening";
import type { Questionnaire } from "@amana/core/questionnaire";
import { type HolderKeys, holderIndex } from "../wire/holder.ts";
import { heldByTooFew, type RoundHistory, selected } from "../wire/round-history.ts";
import { fetchQuestionnaire } from "../wire/rounds.ts";
import type { Transport } from "../wire/transport.ts";
import { ownShareList, type StepMemory, type StepProgress, stepMemory } from "./commit.ts";
import { type Holdings, isSound } from "./hold.ts";
import { fetchReveals, presentAttempt } from "./reveal.ts";

/** What an opener's count gives: the same on every opener's machine. */
export interface RoundCount {
  /** In the order of the manifest's audiences. */
  readonly audiences: readonly AudienceCount[];
  readonly questionnaires: readonly Questionnaire[];
  /** Trustees whose shares were wanting, and for how many envelopes. */
  readonly wanting: readonly { readonly holder: number; readonly count: number }[];
}

/** Trustees whose lists this opener still waits for. An opener waits for all openers, and for the others where the openers' shares do not do. */
export class WaitingForReveals extends AmanaError<"ERR_NOT_DUE"> {
  readonly holders: readonly number[];
  constructor(holders: readonly number[]) {
    super("ERR_NOT_DUE", { note: "Other trustees have not revealed their shares yet." });
    this.holders = holders;
  }
}

/**
 * Opens, seals again and counts every selected submission. An opener calls it on its own machine; opened ballots never leave it.
 * @throws ERR_ROUND_CANCELLED, ERR_NOT_DUE (`WaitingForReveals`), ERR_COMMITMENT_MISMATCH after logging the sender's fault, ERR_STORE_DAMAGED when an envelope that others hold is missing here
 */
export async function countRound(
  transport: Transport,
  history: RoundHistory,
  holdings: Holdings,
  keys: HolderKeys,
  onProgress: StepProgress = () => undefined,
  memory: StepMemory = stepMemory(),
): Promise<RoundCount> {
  const { manifest } = history.seen;
  if (history.times.cancelled !== null) throw new AmanaError("ERR_ROUND_CANCELLED");
  const self = holderIndex(manifest, keys);
  const attempt = presentAttempt(history);
  if (attempt === null || !attempt.openers.includes(self)) throw new AmanaError("ERR_NOT_DUE");
  const lists = await fetchReveals(transport, history, attempt, keys);
  lists.set(self, await ownShareList(history, holdings, keys, undefined, memory));
  needs(attempt.openers, lists);
  const questionnaires = await Promise.all(manifest.audiences.map(({ questionnaire }) => fetchQuestionnaire(transport, questionnaire)));

  const places = selected(history);
  const missing = heldByTooFew(history, attempt.committed);
  const outcomes: Outcome[][] = manifest.audiences.map(() => []);
  const wanting = new Map<number, number>();
  for (const [place, entry] of places.entries()) {
    const name = toHex(entry.leafHash);
    const outcome =
      memory.outcomes.get(name) ??
      (await countSubmission(
        await toCount(entry, place, history, missing, holdings, lists, attempt),
        manifest,
        questionnaires[entry.leaf.audience] as Questionnaire,
      ));
    // Too few of the openers' shares match: the other committed trustees' lists are needed.
    if (outcome.outcome === "unopened") needs(attempt.committed, lists);
    if (outcome.outcome === "unopened") for (const holder of outcome.wanting) wanting.set(holder, (wanting.get(holder) ?? 0) + 1);
    memory.outcomes.set(name, outcome);
    outcomes[entry.leaf.audience]?.push(outcome);
    await onProgress(place + 1, places.length);
  }
  return {
    audiences: manifest.audiences.map(({ id }, index) => tally(id, questionnaires[index] as Questionnaire, outcomes[index] as Outcome[])),
    questionnaires,
    wanting: [...wanting].map(([holder, count]) => ({ holder, count })).sort((a, b) => a.holder - b.holder),
  };
}

function needs(holders: readonly number[], lists: ReadonlyMap<number, ShareList>): void {
  const absent = holders.filter((holder) => !lists.has(holder));
  if (absent.length > 0) throw new WaitingForReveals(absent);
}

/** What the ledger says decides what is missing, not what this machine has: all openers must find the same. */
async function toCount(
  { leaf, leafHash }: Selected,
  place: number,
  history: RoundHistory,
  missing: ReadonlySet<string>,
  holdings: Holdings,
  lists: ReadonlyMap<number, ShareList>,
  { committed }: Attempt,
): Promise<ToCount> {
  if (missing.has(toHex(leafHash))) return { leaf, envelope: null, shares: [] };
  const envelope = await holdings.get(toHex(leafHash));
  if (envelope === null || !isSound(envelope, leaf.envelopeHash, history.seen.manifest))
    throw new AmanaError("ERR_STORE_DAMAGED", { note: "An envelope that other trustees hold is missing here: hold the round again." });
  const shares = committed.flatMap((holder) => {
    const list = lists.get(holder);
    return list === undefined ? [] : [{ holder, share: shareAt(list, place) }];
  });
  return { leaf, envelope, shares };
}

/** The digest by which openers compare their counts: SHA-256 of the release. */
export function releaseDigest(release: Uint8Array): string {
  return toHex(SHA256(release));
}
