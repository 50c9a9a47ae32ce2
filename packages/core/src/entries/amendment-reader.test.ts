import { describe, expect, it } from "vitest";
import { HANDLERS, REPORTS, SURVEY, SURVEY_ID, TRUSTEES } from "../../test-support/world.ts";
import { toHex } from "../bytes/index.ts";
import {
  type AmendmentChange,
  amended,
  type Manifest,
  manifestId,
  manifestTimes,
  nextAmendment,
  type SignedAmendment,
  signAmendment,
} from "../manifest/index.ts";
import vectors from "../manifest/vectors/manifest.json" with { type: "json" };
import { type AmendmentEntry, AmendmentReader, type CloseEntry, type Entry, type ShareListEntry, signEntry } from "./index.ts";

const protocol = "amana/1";
const entryOf = (manifest: Manifest, amendment: SignedAmendment): AmendmentEntry => ({
  protocol,
  type: "amendment",
  manifest: toHex(manifestId(manifest)),
  ...amendment,
});
const [longer, earlier] = vectors.amendments.map(({ amendment }) => amendment as unknown as SignedAmendment) as [
  SignedAmendment,
  SignedAmendment,
];
const reason = { en: "Nobody came." };
const cancelling = (manifest: Manifest, holders: readonly { signing: (typeof TRUSTEES)[0]["signing"] }[]): AmendmentEntry => {
  const change: AmendmentChange = { kind: "cancel", reason };
  const amendment = nextAmendment(manifestTimes(manifest), change);
  const cosignatures = holders.map(({ signing }, holder) => ({ holder, signature: toHex(signAmendment(manifest, amendment, signing)) }));
  return entryOf(manifest, { ...amendment, cosignatures });
};
const close = (manifest: Manifest): CloseEntry => ({ protocol, type: "close", manifest: toHex(manifestId(manifest)) });
const commitment = (holder: number, ledgerSize: number): ShareListEntry =>
  signEntry<ShareListEntry>(
    SURVEY,
    { type: "share-list", holder, ledgerSize, commitment: "00".repeat(32) },
    (TRUSTEES[holder] as (typeof TRUSTEES)[0]).signing,
  );

function read(manifest: Manifest, entries: readonly Entry[]): { reader: AmendmentReader; counted: boolean[] } {
  const reader = new AmendmentReader(manifest);
  return { reader, counted: entries.map((entry, index) => reader.take(entry, index)) };
}

describe("AmendmentReader", () => {
  it("gives the times that hold after the amendments of its round, and takes no other entry for one", () => {
    const { reader, counted } = read(SURVEY, [
      { protocol, type: "builds", sha256: "00".repeat(32), length: 1 },
      entryOf({ ...SURVEY, round: "wave-2" }, longer),
      entryOf(SURVEY, longer),
      entryOf(SURVEY, longer),
      entryOf(SURVEY, earlier),
    ]);
    expect(counted).toEqual([false, false, true, false, true]);
    expect(reader.times).toEqual(amended(SURVEY, [longer, earlier]));
    expect([reader.isMovable, reader.isCancellable]).toEqual([true, true]);
  });

  it("moves no window once the round is closed", () => {
    const { reader, counted } = read(SURVEY, [close(SURVEY), entryOf(SURVEY, longer)]);
    expect(counted).toEqual([false, false]);
    expect(reader.times).toEqual(manifestTimes(SURVEY));
    expect(reader.isMovable).toBe(false);
  });

  it("cancels a round that is closed, as long as fewer than k have committed", () => {
    const one = read(SURVEY, [close(SURVEY), commitment(0, 1), commitment(0, 1), cancelling(SURVEY, TRUSTEES)]);
    expect(one.reader.times.cancelled).toEqual(reason);
    const two = read(SURVEY, [close(SURVEY), commitment(0, 1), commitment(2, 1), cancelling(SURVEY, TRUSTEES)]);
    expect(two.reader.times.cancelled).toBeNull();
    expect(two.reader.isCancellable).toBe(false);
  });

  it("counts a commitment only if it is signed, and over the ledger at the close", () => {
    const forged: ShareListEntry = { ...commitment(2, 1), signature: "00".repeat(64) };
    const { reader } = read(SURVEY, [
      close(SURVEY),
      commitment(0, 1),
      forged,
      commitment(1, 40),
      close(SURVEY),
      cancelling(SURVEY, TRUSTEES),
    ]);
    expect(reader.times.cancelled).toEqual(reason);
  });

  it("cancels no reports channel that is closed", () => {
    expect(read(REPORTS, [cancelling(REPORTS, HANDLERS)]).reader.times.cancelled).toEqual(reason);
    expect(read(REPORTS, [close(REPORTS), cancelling(REPORTS, HANDLERS)]).reader.times.cancelled).toBeNull();
  });
});

/** The attack with the defence and, by an injected collaborator that lacks it, without. */
describe("who has read the answers and does not like them", () => {
  const entries: Entry[] = [close(SURVEY), commitment(0, 1), commitment(1, 1), cancelling(SURVEY, TRUSTEES)];

  it("cannot have the round cancelled", () => {
    expect(read(SURVEY, entries).reader.times.cancelled).toBeNull();
  });

  it("could, were it not looked at where the amendment stands", () => {
    const amendments = entries.filter((entry) => entry.type === "amendment" && entry.manifest === toHex(SURVEY_ID)) as AmendmentEntry[];
    expect(amended(SURVEY, amendments).cancelled).toEqual(reason);
  });
});
