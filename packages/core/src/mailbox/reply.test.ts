import { describe, expect, it } from "vitest";
import { verdict } from "../../test-support/properties.ts";
import { HANDLERS, REPORTS, REPORTS_ID, testRng } from "../../test-support/world.ts";
import { concat, fromHex, H, KDF, SHA256, TAGS, toHex, uint } from "../bytes/index.ts";
import { seal } from "../envelope/index.ts";
import type { KeyHolder, Manifest } from "../manifest/index.ts";
import { boxSeal, kemKey, sign } from "../primitives/index.ts";
import { fillerReply, isReplyShaped, openReplies, REPLY_LENGTH, REPLY_TEXT_LIMIT, replyLookup, sealReply } from "./index.ts";
import vectors from "./vectors/mailbox.json" with { type: "json" };

const ADDRESS = fromHex(vectors.address);
const KEY = kemKey(fromHex(vectors.replySeed));
const REPLY = fromHex(vectors.reply.bytes);
const { sequence, handler, text } = vectors.reply;
const ask = { reports: REPORTS, address: ADDRESS, replyKey: KEY.publicKey };

const reply = (at: number, words: string, who = 0): Uint8Array =>
  sealReply(
    { ...ask, sequence: at, handler: who, text: words },
    (HANDLERS[who] as (typeof HANDLERS)[0]).signing,
    testRng(`${at} ${words.length}`),
  );
const open = (...store: readonly Uint8Array[]) => openReplies(store, REPORTS, ADDRESS, KEY);
const invalid = { fault: "ERR_REPLY_INVALID", handler: null };

/** A reply whose plaintext and cover are whatever a test says. */
function craft(plaintext: Uint8Array, at = 0, size = 2745): Uint8Array {
  const place = [REPORTS_ID, ADDRESS, uint(at, 4)];
  const context = H(TAGS.contextReply, ...place);
  const envelope = seal(plaintext, { recipients: [KEY.publicKey], threshold: 1, context, size, rng: testRng("crafted") });
  const nonce = new Uint8Array(24);
  return concat(H(TAGS.replyLookup, ...place), nonce, boxSeal(envelope, KDF(ADDRESS, REPORTS_ID, TAGS.replyCover, [uint(at, 4)]), nonce));
}

describe("the reply of the vectors, computed by another program", () => {
  it("is found here, and has these bytes", () => {
    expect(toHex(replyLookup(REPORTS_ID, ADDRESS, sequence))).toBe(vectors.reply.lookup);
    const drawn = [fromHex(vectors.reply.seed), fromHex(vectors.reply.nonce)];
    const rng = (length: number) => {
      const next = drawn.shift() as Uint8Array;
      expect(next).toHaveLength(length);
      return next;
    };
    expect(toHex(sealReply({ ...ask, sequence, handler, text }, HANDLERS[1].signing, rng))).toBe(vectors.reply.bytes);
    expect(REPLY).toHaveLength(REPLY_LENGTH);
  });

  it("is opened after those before it", async () => {
    expect(await open(REPLY, reply(1, "second"), reply(0, "first", 1))).toEqual([
      { handler: 1, text: "first" },
      { handler: 0, text: "second" },
      { handler, text },
    ]);
  });
});

describe("sealReply", () => {
  it("takes texts up to the limit, and puts them into NFC", async () => {
    const longest = "x".repeat(REPLY_TEXT_LIMIT);
    expect(REPLY_TEXT_LIMIT).toBe(2680);
    expect(await open(reply(0, longest))).toEqual([{ handler: 0, text: longest }]);
    expect(() => reply(0, `${longest}x`)).toThrow(expect.objectContaining({ code: "ERR_ENVELOPE_SIZE" }));
    expect(await open(reply(0, "e\u0301"))).toEqual([{ handler: 0, text: "\u00e9" }]);
  });

  it("refuses a reply key that its reporter made up", () => {
    const bad = { ...ask, replyKey: new Uint8Array(1216).fill(255), sequence: 0, handler: 0, text: "x" };
    expect(() => sealReply(bad, HANDLERS[0].signing)).toThrow(expect.objectContaining({ code: "ERR_ENVELOPE_FORMAT" }));
  });

  it("draws its randomness itself when it is given none", async () => {
    const one = sealReply({ ...ask, sequence: 0, handler: 0, text: "same" }, HANDLERS[0].signing);
    const two = sealReply({ ...ask, sequence: 0, handler: 0, text: "same" }, HANDLERS[0].signing);
    expect(one.subarray(0, 32)).toEqual(two.subarray(0, 32));
    expect(one.subarray(32)).not.toEqual(two.subarray(32));
    expect(await open(one)).toEqual([{ handler: 0, text: "same" }]);
  });
});

describe("openReplies", () => {
  it("finds nothing in fillers, or in what has another length", async () => {
    expect(await open(...Array.from({ length: 64 }, () => fillerReply()), new Uint8Array(0))).toEqual([]);
    expect(isReplyShaped(fillerReply())).toBe(true);
    expect(isReplyShaped(new Uint8Array(4095))).toBe(false);
  });

  it("reads views, refuses truncation, and whatever is changed throws nothing but an AmanaError", async () => {
    const one = reply(0, "hello");
    const parse = (bytes: Uint8Array) => open(bytes);
    const around = concat(new Uint8Array(5), one, new Uint8Array(5));
    expect(await open(around.subarray(5, 5 + REPLY_LENGTH))).toHaveLength(1);
    expect(await open(Buffer.from(one))).toHaveLength(1);
    for (let at = 0; at < REPLY_LENGTH; at += 61) {
      const cut = await verdict(parse, one.subarray(0, at));
      expect(cut).toEqual({ value: at < 32 ? [] : [invalid] });
      const changed = new Uint8Array(one);
      changed[at] = (changed[at] as number) ^ 0x10;
      expect(await verdict(parse, changed)).toEqual({ value: at < 32 ? [] : [invalid] });
    }
    expect(await open(concat(one, Uint8Array.of(0)))).toEqual([invalid]);
  });

  it("refuses what opens to no reply", async () => {
    const message = (words: Uint8Array) => H(TAGS.reply, REPORTS_ID, ADDRESS, uint(0, 4), H(TAGS.reply, words));
    const signature = sign(HANDLERS[0].signing, message(new Uint8Array(0)));
    for (const plaintext of [new Uint8Array(0), new Uint8Array(64), concat(uint(0, 1), signature), concat(uint(7, 1), signature)])
      expect(await open(craft(plaintext))).toEqual([invalid]);
    // The right signature in an envelope of another size.
    expect(await open(craft(concat(uint(0, 1), signature), 0, 2744))).toEqual([invalid]);
  });

  it("names who signed what is no text, and nobody for several replies in one place", async () => {
    const bytes = Uint8Array.of(0xff);
    const message = H(TAGS.reply, REPORTS_ID, ADDRESS, uint(0, 4), SHA256(bytes));
    const fault = { fault: "ERR_REPLY_INVALID", handler: 1 };
    const several = { fault: "ERR_SEQUENCE_USED", handler: null };
    const noText = craft(concat(uint(1, 1), sign(HANDLERS[1].signing, message), bytes));
    expect(await open(noText)).toEqual([fault]);
    expect(await open(noText, craft(Uint8Array.of(0)))).toEqual([invalid]);
    const [one, two, other] = [reply(0, "come", 1), reply(0, "stay away", 1), reply(0, "ask", 0)];
    expect(await open(one, two, one)).toEqual([{ handler: 1, text: "come" }, { handler: 1, text: "stay away" }, several]);
    expect(await open(one, other)).toEqual([{ handler: 1, text: "come" }, { handler: 0, text: "ask" }, several]);
    expect(await open(other, noText)).toEqual([{ handler: 0, text: "ask" }, fault]);
    // The same words sealed twice are one reply.
    const again = sealReply({ ...ask, sequence: 0, handler: 1, text: "come" }, HANDLERS[1].signing, testRng("again"));
    expect(await open(one, again, one)).toEqual([{ handler: 1, text: "come" }]);
    const sameWords = sealReply({ ...ask, sequence: 0, handler: 0, text: "come" }, HANDLERS[0].signing, testRng("same words"));
    expect(await open(one, sameWords)).toEqual([{ handler: 1, text: "come" }, { handler: 0, text: "come" }, several]);
  });

  it("goes on behind places that are empty, as far as it looks", async () => {
    const gap = { fault: "ERR_MAILBOX_GAP", handler: null };
    expect(await open(reply(64, "far"))).toEqual([gap, { handler: 0, text: "far" }]);
    expect(await open(reply(65, "too far"))).toEqual([]);
    expect(await open(reply(0, "a"), reply(2, "c"), reply(5, "f"))).toEqual([
      { handler: 0, text: "a" },
      gap,
      { handler: 0, text: "c" },
      gap,
      { handler: 0, text: "f" },
    ]);
  });

  it("does not pass a programming mistake off as a bad reply", async () => {
    const broken: Manifest = { ...REPORTS, handlers: [{} as KeyHolder] };
    const one = sealReply({ ...ask, reports: broken, sequence: 0, handler: 0, text: "x" }, HANDLERS[0].signing, testRng("x"));
    await expect(openReplies([one], broken, ADDRESS, KEY)).rejects.toThrow(TypeError);
  });

  it("looks through a large store once, even one that repeats a lookup", async () => {
    const filler = fillerReply(testRng("filler"));
    const store = Array.from({ length: 50_000 }, () => filler);
    expect(await openReplies([...store, reply(0, "found")], REPORTS, ADDRESS, KEY)).toHaveLength(1);
  });
});
