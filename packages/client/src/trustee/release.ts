import { hex, integer, PROTOCOL, SHA256, toHex } from "@amana/core/bytes";
import type { OpeningFaultEntry } from "@amana/core/entries";
import { AmanaError } from "@amana/core/errors";
import type { Programme } from "@amana/core/programme";
import { encodeRelease, type Release, signRelease } from "@amana/core/release";
import { decodeAnalysisPlan, type ReleaseFile, releaseFiles, tabulate } from "@amana/results";
import * as v from "valibot";
import { type HolderKeys, holderIndex, logEntry } from "../wire/holder.ts";
import { fetchFile } from "../wire/ledger-view.ts";
import type { RoundHistory } from "../wire/round-history.ts";
import { getJson, postJson } from "../wire/rounds.ts";
import type { Transport } from "../wire/transport.ts";
import type { RoundCount } from "./count.ts";
import { earlierResults } from "./earlier.ts";
import { presentAttempt } from "./reveal.ts";

/** A release and the files it names, before or after it is signed. */
export interface BuiltRelease {
  readonly release: Uint8Array;
  readonly files: readonly ReleaseFile[];
}

/** Builds the release of a count: a pure function of ledger, ballots, questionnaires and plan, so that every opener gets the same bytes. */
export async function buildRelease(
  transport: Transport,
  programme: Programme,
  history: RoundHistory,
  count: RoundCount,
): Promise<BuiltRelease> {
  const { manifest, id } = history.seen;
  if (manifest.analysisPlan === null || history.closedAt === null || history.times.cancelled !== null) throw new AmanaError("ERR_NOT_DUE");
  const plan = decodeAnalysisPlan(await fetchFile(transport, manifest.analysisPlan));
  const results = tabulate({
    round: manifest.round,
    plan,
    earlier: plan.tables === "audience" ? [] : await earlierResults(transport, programme, history),
    audiences: manifest.audiences.map((audience, index) => ({
      id: audience.id,
      title: audience.title,
      questionnaire: count.questionnaires[index] as RoundCount["questionnaires"][number],
      rosterSize: audience.rosterSize,
      minimumGroup: audience.minimumGroup,
      answers: count.audiences[index]?.answers ?? [],
    })),
  });
  const files = releaseFiles({
    results,
    questionnaires: count.questionnaires,
    programme: programme.name,
    round: manifest.title,
    trial: programme.trial,
  });
  const release: Release = {
    protocol: PROTOCOL,
    type: "release",
    manifest: toHex(id),
    ledgerSize: history.closedAt,
    totals: count.audiences.map(({ audience, counted, withdrawn, invalid, unopened, missing }) => ({
      audience,
      counted,
      withdrawn,
      invalid,
      unopened,
      missing,
    })),
    wanting: count.wanting,
    files: files
      .map(({ name, bytes }) => ({ name, sha256: toHex(SHA256(bytes)), length: bytes.length }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
  return { release: encodeRelease(release), files };
}

/** Signs a release that this trustee's own count gave, and hands it with its files to the server. */
export async function signAndSend(
  transport: Transport,
  history: RoundHistory,
  { release, files }: BuiltRelease,
  keys: HolderKeys,
): Promise<void> {
  const { manifest } = history.seen;
  const holder = holderIndex(manifest, keys);
  const signature = toHex(signRelease(release, manifest, holder, keys.signing));
  await postJson(transport, `rounds/${manifest.round}/release`, { release: toHex(release), holder, signature });
  for (const { bytes } of files) await transport.post("files", "application/octet-stream", bytes);
}

const signature = v.object({ holder: integer(254), signature: hex(64) });
const proposals = v.object({ proposals: v.array(v.object({ sha256: hex(32), signatures: v.array(signature) })) });

/** Openers of the present attempt who have not signed the release that this trustee signed. None if it has signed nothing itself. */
export async function notSigning(transport: Transport, history: RoundHistory, keys: HolderKeys): Promise<readonly number[]> {
  const { manifest } = history.seen;
  const self = holderIndex(manifest, keys);
  const known = await getJson(transport, `rounds/${manifest.round}/release`, proposals);
  const mine = known.proposals.find(({ signatures }) => signatures.some(({ holder }) => holder === self));
  if (mine === undefined) return [];
  return (presentAttempt(history)?.openers ?? []).filter((opener) => !mine.signatures.some(({ holder }) => holder === opener));
}

/**
 * Says that an opener which took the others' lists does not sign what they count: from then on this trustee opens with others. An opener
 * calls it when everybody has had time. @throws ERR_ENTRY_REFUSED while that opener has not revealed: then it is absent
 */
export async function disputeSilence(transport: Transport, history: RoundHistory, silent: number, keys: HolderKeys): Promise<void> {
  const { manifest } = history.seen;
  const attempt = presentAttempt(history)?.number ?? 0;
  const fields = { type: "opening-fault", holder: holderIndex(manifest, keys), attempt, fault: silent } as const;
  await logEntry<OpeningFaultEntry>(transport, manifest, fields, keys);
}
