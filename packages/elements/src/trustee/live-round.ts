import { type KeyFile, NOTHING_RECORDED } from "@amana/client/keys";
import {
  buildRelease,
  checkProposal,
  collectEpoch,
  commitShareList,
  completeHoldings,
  cosignAmendment,
  countRound,
  destroy,
  disputeLate,
  epochsToHold,
  fetchProposal,
  fetchProposals,
  type HolderKeys,
  holderIndex,
  type LedgerView,
  logHeld,
  nameOverdue,
  nextStep,
  presentAttempt,
  type RoundHistory,
  releaseDigest,
  reveal,
  revealRandomness,
  type SignedAmendments,
  type StepProgress,
  selected,
  signAndSend,
  signedAnother,
  stepMemory,
  type Transport,
  WaitingForReveals,
} from "@amana/client/trustee";
import { toHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { amendmentHash, amendmentQuorum, type SignedAmendment } from "@amana/core/manifest";
import type { Programme } from "@amana/core/programme";
import type { CountOutcome, LiveRound, Proposal } from "./client.ts";
import type { RoundMemory } from "./round-memory.ts";

/** What a live round is read from. */
export interface LiveSource {
  readonly transport: Transport;
  readonly programme: Programme;
  readonly view: LedgerView;
  readonly history: RoundHistory;
  readonly keys: HolderKeys;
  readonly memory: RoundMemory;
  readonly now: () => Date;
}

/** What is due in a live round, and how it is done. */
export async function readLive(source: LiveSource, file: KeyFile): Promise<LiveRound> {
  const { transport, history, keys, memory, now } = source;
  const { manifest } = history.seen;
  const holder = holderIndex(manifest, keys);
  const attempt = presentAttempt(history)?.number ?? null;
  const released = (file.record ?? NOTHING_RECORDED).released[manifest.round];
  const signed = released !== undefined && released.attempt === attempt;
  const local = { revealed: signed ? attempt : memory.revealed, signed, signedAt: signed ? released.at : undefined };
  const due = nextStep(history, holder, local, now());
  const nameOf = (index: number): string => manifest.trustees[index]?.organisation ?? String(index);
  const missing: { epoch: ReturnType<typeof epochsToHold>[number]; missing: readonly string[] }[] = [];
  const proposed = await proposalOf(source, file, holder);
  return {
    kind: "live",
    name: manifest.round,
    manifest,
    id: toHex(history.seen.id),
    times: history.times,
    due,
    waitsFor: waitsFor(history, holder, due).map(nameOf),
    lacking: await lackingOf(history, memory),
    ...proposed,
    memory,
    collect: async (progress) => {
      const epochs = epochsToHold(history, holder);
      missing.length = 0;
      for (const [done, epoch] of epochs.entries()) {
        missing.push({ epoch, missing: await collectEpoch(transport, history, epoch, memory.holdings, keys) });
        await progress(done + 1, epochs.length);
      }
      return missing.reduce((sum, each) => sum + each.missing.length, 0);
    },
    logHeld: async () => {
      for (const each of missing) await logHeld(transport, history, each.epoch, each.missing, keys, source.view.checkpoint.size);
    },
    complete: () => completeHoldings(transport, history, memory.holdings, keys),
    commit: (progress) => commitShareList(transport, history, memory.holdings, keys, now(), progress, memory.step),
    reveal: async (progress) => {
      await completeHoldings(transport, history, memory.holdings, keys);
      const rng = revealRandomness(keys, history.seen.id, attempt ?? 0, history.shareLists.get(holder)?.commitment ?? "");
      await reveal(transport, history, memory.holdings, keys, now(), rng, progress, memory.step);
      memory.revealed = attempt;
      // What was found of another attempt's shares is nothing in this one.
      memory.step = { shares: memory.step.shares, outcomes: stepMemory().outcomes };
    },
    count: (progress) => count(source, nameOf, progress),
    dispute: async () => {
      const silent = local.signedAt === undefined ? null : await disputeLate(transport, history, keys, local.signedAt, now());
      return silent === null ? null : nameOf(silent);
    },
    amend: (saved) => amend(source, saved),
    destroy: () => destroy(transport, history, memory.holdings, keys, async () => undefined, now()),
  };
}

/** Opens, counts and builds what would be signed; or says for whom it waits, and names who let the time go by. */
async function count(source: LiveSource, nameOf: (index: number) => string, progress: StepProgress): Promise<CountOutcome> {
  const { transport, programme, history, keys, memory, now } = source;
  try {
    await completeHoldings(transport, history, memory.holdings, keys);
    const counted = await countRound(transport, history, memory.holdings, keys, progress, memory.step);
    const built = await buildRelease(transport, programme, history, counted);
    return {
      counted: {
        digest: releaseDigest(built.release),
        attempt: presentAttempt(history)?.number ?? 0,
        audiences: counted.audiences,
        files: built.files,
        sign: () => signAndSend(transport, history, built, keys),
      },
    };
  } catch (error) {
    if (!(error instanceof WaitingForReveals)) throw error;
    const absent = await nameOverdue(transport, history, error.holders, keys, now());
    return absent === null ? { waitsFor: error.holders.map(nameOf) } : { absent: nameOf(absent) };
  }
}

function waitsFor({ shareLists, seen, ...history }: RoundHistory, holder: number, due: LiveRound["due"]): number[] {
  if (due.step !== "wait") return [];
  if (due.for === "commitments") return [...seen.manifest.trustees.keys()].filter((index) => !shareLists.has(index));
  if (due.for !== "release") return [];
  const openers = presentAttempt({ shareLists, seen, ...history })?.openers ?? [];
  return openers.filter((index) => index !== holder);
}

async function lackingOf(history: RoundHistory, { holdings }: RoundMemory): Promise<number> {
  const here = new Set(await holdings.list());
  return selected(history).filter(({ leafHash }) => !here.has(toHex(leafHash))).length;
}

async function proposalOf(
  { transport, programme, history, now }: LiveSource,
  file: KeyFile,
  holder: number,
): Promise<Pick<LiveRound, "proposal" | "lostAmendment">> {
  const { manifest } = history.seen;
  const signed = recorded(file);
  if (history.times.cancelled !== null) return { proposal: null, lostAmendment: false };
  if (!(await fetchProposals(transport)).includes(manifest.round))
    return { proposal: null, lostAmendment: (await signed.get(manifest.round, history.times.amendments)) !== null };
  const amendment = await fetchProposal(transport, history);
  const proposal: Proposal = {
    change: amendment.change,
    number: amendment.number,
    hash: toHex(amendmentHash(manifest, amendment)),
    signatures: amendment.cosignatures.length,
    quorum: amendmentQuorum(manifest),
    signedByUs: amendment.cosignatures.some((each) => each.holder === holder),
    signedAnother: await signedAnother(history, amendment, signed),
    error: objection(history, amendment, programme, now()),
  };
  return { proposal, lostAmendment: false };
}

function objection(history: RoundHistory, amendment: SignedAmendment, programme: Programme, now: Date): unknown {
  try {
    checkProposal(history, amendment, programme, now);
    return null;
  } catch (error) {
    return error;
  }
}

/** What was shown is what is signed: the operator could propose another now, which the key file would not have. */
async function amend({ transport, programme, history, keys, now }: LiveSource, saved: KeyFile): Promise<boolean> {
  const amendment = await fetchProposal(transport, history);
  const signed = recorded(saved);
  if (await signedAnother(history, amendment, signed)) throw new AmanaError("ERR_AMENDMENT_UNKNOWN");
  return cosignAmendment(transport, programme, history, amendment, keys, now(), signed);
}

/** What the key file says of it. It was written and saved before anything is signed. */
function recorded({ record = NOTHING_RECORDED }: KeyFile): SignedAmendments {
  return { get: async (round, number) => record.amended[`${round}/${number}`] ?? null, put: async () => undefined };
}
