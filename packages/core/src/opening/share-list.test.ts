import { describe, expect, it } from "vitest";
import { expectBounded } from "../../test-support/properties.ts";
import { SURVEY, SURVEY_ID, TRUSTEES, testRng } from "../../test-support/world.ts";
import { concat, fromHex, H, SHA256, TAGS, toHex, uint, uint64, vector } from "../bytes/index.ts";
import { seal } from "../envelope/index.ts";
import { type Manifest, recipients } from "../manifest/index.ts";
import { sign } from "../primitives/index.ts";
import { openReveal, type RevealPlace, readReveal, SHARE_LENGTH, sealReveal, shareAt, shareList, shareListCommitment } from "./index.ts";
import vectors from "./vectors/opening.json" with { type: "json" };

const REVEAL = fromHex(vectors.reveal.bytes);
const LIST = { blind: fromHex(vectors.blind), list: fromHex(vectors.list) };
const COMMITMENT = fromHex(vectors.commitment);
const { attempt, sender, receiver } = vectors.reveal;
const place: RevealPlace = { attempt, ledgerSize: vectors.ledgerSize, sender, receiver };
const badList = expect.objectContaining({ code: "ERR_SHARE_LIST_FORMAT" });

describe("the share list of the vectors, computed by another program", () => {
  const share = fromHex(vectors.shares[0] as string);

  it("is made of the shares in order, zeros where there is none", () => {
    expect(shareList([share, null], () => LIST.blind)).toEqual(LIST);
    expect(shareAt(LIST, 0)).toEqual(share);
    expect(shareAt(LIST, 1)).toBeNull();
  });

  it("is committed to with this hash", () => {
    expect(toHex(shareListCommitment(SURVEY_ID, vectors.holder, vectors.ledgerSize, LIST))).toBe(vectors.commitment);
  });

  it("is sealed to the other opener as these bytes", () => {
    const rng = (length: number) => fromHex(vectors.reveal.seed).subarray(0, length);
    expect(toHex(sealReveal(SURVEY, place, LIST, TRUSTEES[0].signing, rng))).toBe(vectors.reveal.bytes);
    expect(readReveal(REVEAL, SURVEY)).toMatchObject(place);
  });

  it("is opened by its receiver, and fits the commitment", async () => {
    expect(await openReveal(REVEAL, SURVEY, TRUSTEES[2].kem, 2, COMMITMENT)).toEqual(LIST);
  });
});

describe("shareList", () => {
  it("holds a national survey without a stack that overflows", () => {
    const share = new Uint8Array(SHARE_LENGTH).fill(7);
    const places = 200_000;
    const list = shareList(
      Array.from({ length: places }, (_, i) => (i === places - 1 ? share : null)),
      testRng("blind"),
    );
    expect(list.list).toHaveLength(places * SHARE_LENGTH);
    expect(shareAt(list, places - 1)).toEqual(share);
    expect(shareAt(list, places)).toBeNull();
  });

  it("draws its blind when it is given none, and takes neither a short blind nor a short share", () => {
    expect(shareList([]).blind).not.toEqual(shareList([]).blind);
    expect(() => shareList([], () => new Uint8Array(31))).toThrow(TypeError);
    expect(() => shareList([new Uint8Array(32)])).toThrow(TypeError);
  });
});

describe("readReveal", () => {
  it("is bounded", () => expectBounded((bytes) => readReveal(bytes, SURVEY), REVEAL, 200));

  it("refuses trustees that the round does not have, and one that reveals to itself", () => {
    const as = (change: Partial<RevealPlace>, holder: 0 | 1 | 2 = 0) => {
      const all = { ...place, ...change };
      // Sealed to somebody, signed by somebody: only the places are wrong.
      const wide: Manifest = { ...SURVEY, trustees: [...SURVEY.trustees, ...SURVEY.trustees] };
      return sealReveal({ ...wide }, all, LIST, TRUSTEES[holder].signing, testRng("reveal"));
    };
    expect(() => readReveal(as({ sender: 3 }), SURVEY)).toThrow(badList);
    expect(() => readReveal(as({ receiver: 3 }), SURVEY)).toThrow(badList);
    const own = sealReveal(SURVEY, { ...place, receiver: 0 }, LIST, TRUSTEES[0].signing, testRng("own"));
    expect(() => readReveal(own, SURVEY)).toThrow(badList);
  });

  it("refuses another's signature, and any field that was changed", () => {
    expect(() => readReveal(sealReveal(SURVEY, place, LIST, TRUSTEES[1].signing, testRng("x")), SURVEY)).toThrow(badList);
    for (const at of [4, 12, 13, 14, 40, REVEAL.length - 65]) {
      const changed = new Uint8Array(REVEAL);
      changed[at] = (changed[at] as number) ^ 1;
      expect(() => readReveal(changed, SURVEY)).toThrow(badList);
    }
    expect(() => readReveal(REVEAL, { ...SURVEY, round: "wave-2" })).toThrow(badList);
  });
});

describe("openReveal", () => {
  const open = (bytes: Uint8Array, count = 2, commitment: Uint8Array = COMMITMENT) =>
    openReveal(bytes, SURVEY, TRUSTEES[2].kem, count, commitment);

  it("is bounded", () => expectBounded(open, REVEAL, 40));

  it("works with the randomness it draws itself", async () => {
    const bytes = sealReveal(SURVEY, place, LIST, TRUSTEES[0].signing);
    expect(await open(bytes)).toEqual(LIST);
  });

  it("refuses a list of another length than there are places", async () => {
    await expect(open(REVEAL, 1)).rejects.toMatchObject({ code: "ERR_ENVELOPE_FORMAT" });
    await expect(open(REVEAL, 3)).rejects.toMatchObject({ code: "ERR_ENVELOPE_FORMAT" });
  });

  it("refuses a list that hides its length in the padding, even if that is what was committed to", async () => {
    const { ledgerSize } = place;
    const short = { blind: LIST.blind, list: LIST.list.subarray(0, SHARE_LENGTH) };
    const fields = [uint(attempt, 1), uint64(ledgerSize), uint(sender, 1), uint(receiver, 1)];
    const envelope = seal(concat(short.blind, short.list), {
      recipients: [recipients(SURVEY)[receiver] as Uint8Array],
      threshold: 1,
      context: H(TAGS.contextShareList, SURVEY_ID, ...fields),
      size: 32 + 66,
      rng: testRng("short"),
    });
    const signature = sign(TRUSTEES[0].signing, H(TAGS.reveal, SURVEY_ID, ...fields, SHA256(envelope)));
    const bytes = concat(new TextEncoder().encode("AMV1"), ...fields, vector(envelope), signature);
    await expect(open(bytes, 2, shareListCommitment(SURVEY_ID, sender, ledgerSize, short))).rejects.toMatchObject({
      code: "ERR_COMMITMENT_MISMATCH",
    });
  });

  it("refuses what another trustee was sent", async () => {
    await expect(openReveal(REVEAL, SURVEY, TRUSTEES[1].kem, 2, COMMITMENT)).rejects.toMatchObject({ code: "ERR_SHARE_LIST_FORMAT" });
  });
});
