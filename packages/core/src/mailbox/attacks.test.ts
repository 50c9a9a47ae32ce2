import { beforeAll, describe, expect, it } from "vitest";
import {
  drawTokens,
  HANDLERS,
  PRIVATE_SECTOR,
  person,
  REPORTS,
  REPORTS_ID,
  SURVEY,
  SURVEY_ID,
  seed,
  testRng,
} from "../../test-support/world.ts";
import { concat, equal, fromUtf8, H, KDF, SHA256, TAGS, toHex, uint, utf8 } from "../bytes/index.ts";
import { reportNonce, verifyToken } from "../credential/index.ts";
import { keyId, open, openShare, seal } from "../envelope/index.ts";
import { recipients, roundIssuers } from "../manifest/index.ts";
import { boxOpen, boxSeal, kemKey, type SigningKey, sign, signingKey, verify } from "../primitives/index.ts";
import {
  attachmentContext,
  chunkKey,
  fillerReply,
  type Mark,
  mailboxAddress,
  makeMark,
  openChunk,
  openReplies,
  REPLY_LENGTH,
  type Reply,
  type ReplyFault,
  replyLookup,
  reportContext,
  sealChunk,
  sealReply,
  verifyMark,
} from "./index.ts";

/** Each attack twice: against what is shipped, and against a collaborator that lacks the defence, where it succeeds. */

const ADDRESS = mailboxAddress(REPORTS_ID, seed("mailbox"));
const KEY = kemKey(seed("reply key"));
const ask = { reports: REPORTS, address: ADDRESS, replyKey: KEY.publicKey };
const reply = (sequence: number, text: string, key: SigningKey = HANDLERS[0].signing): Uint8Array =>
  sealReply({ ...ask, sequence, handler: 0, text }, key, testRng(`${sequence} ${text}`));
const read = (...store: readonly Uint8Array[]) => openReplies(store, REPORTS, ADDRESS, KEY);

const INVALID = { fault: "ERR_REPLY_INVALID", handler: null };
const GAP = { fault: "ERR_MAILBOX_GAP", handler: null };
const SEVERAL = { fault: "ERR_SEQUENCE_USED", handler: null };
const texts = (opened: readonly (Reply | ReplyFault)[]) => opened.flatMap((each) => ("text" in each ? [each.text] : []));

/** What a client without checks shows of an entry: what the cover and the envelope hold, whoever wrote it. */
async function showUnchecked(entry: Uint8Array, sequence: number): Promise<string> {
  const envelope = boxOpen(entry.subarray(56), KDF(ADDRESS, REPORTS_ID, TAGS.replyCover, [uint(sequence, 4)]), entry.subarray(32, 56));
  const context = H(TAGS.contextReply, REPORTS_ID, ADDRESS, uint(sequence, 4));
  const share = openShare(envelope as Uint8Array, 0, KEY, context) as Uint8Array;
  const spec = { recipients: [KEY.publicKey], threshold: 1, context, size: 2745 };
  return fromUtf8((await open(envelope as Uint8Array, [share], spec)).subarray(65));
}

describe("a reply that no handler wrote", () => {
  // Who has read the report, a former handler for instance, knows the address and the reply key.
  const forged = reply(0, "Meet me alone.", signingKey(seed("stranger")));

  it("is not shown, and what handlers wrote is", async () =>
    expect(await read(forged, reply(1, "We have begun."))).toEqual([INVALID, { handler: 0, text: "We have begun." }]));

  it("would be shown by a client that does not check the signature", async () =>
    expect(await showUnchecked(forged, 0)).toBe("Meet me alone."));
});

describe("a store that replays, swaps, repeats or leaves out replies", () => {
  const first = reply(0, "We have begun.");
  const second = reply(1, "Stop sending documents.");
  const third = reply(2, "We are done.");
  /** The same content put at another place, as by a store that knows nothing but bytes. */
  const moved = (entry: Uint8Array, sequence: number) => concat(replyLookup(REPORTS_ID, ADDRESS, sequence), entry.subarray(32));

  it("is found out: each is signed, sealed and covered for its place, and shown nowhere else", async () => {
    expect(texts(await read(third, first, second))).toEqual(["We have begun.", "Stop sending documents.", "We are done."]);
    const begun = { handler: 0, text: "We have begun." };
    expect(await read(first, moved(first, 1))).toEqual([begun, INVALID]);
    expect(await read(moved(second, 0), moved(first, 1))).toEqual([INVALID, INVALID]);
    expect(await read(first, first)).toEqual([begun]);
    expect(await read(first, moved(third, 0))).toEqual([begun, INVALID]);
  });

  it("is found out when it leaves one out that others follow", async () => {
    expect(await read(first, third)).toEqual([{ handler: 0, text: "We have begun." }, GAP, { handler: 0, text: "We are done." }]);
    expect(await read(second)).toEqual([GAP, { handler: 0, text: "Stop sending documents." }]);
    // The last alone can be withheld: that looks like one that was not written yet.
    expect(await read(first, second)).toHaveLength(2);
  });

  it("is refused another mailbox's reply by the same handler", async () => {
    const elsewhere = sealReply({ ...ask, address: seed("another mailbox"), sequence: 0, handler: 0, text: "x" }, HANDLERS[0].signing);
    expect(await read(moved(elsewhere, 0))).toEqual([INVALID]);
  });

  it("would be believed, were only the text signed and nothing bound to the place", () => {
    const signature = sign(HANDLERS[0].signing, H(TAGS.reply, SHA256(utf8("Stop sending documents."))));
    const store = new Map([
      [0, { text: "Stop sending documents.", signature }],
      [1, { text: "Stop sending documents.", signature }],
    ]);
    const shown = [...store.values()].filter(({ text, signature: of }) =>
      verify(HANDLERS[0].signing.publicKey, H(TAGS.reply, SHA256(utf8(text))), of),
    );
    expect(shown).toHaveLength(2);
    // A client that stops at the first gap and asks no further takes a mailbox without its first reply for an empty one.
    const stopsAtGap = (entries: readonly Uint8Array[]) => {
      let count = 0;
      while (entries.some((entry) => equal(entry.subarray(0, 32), replyLookup(REPORTS_ID, ADDRESS, count)))) count++;
      return count;
    };
    expect(stopsAtGap([second, third])).toBe(0);
  });
});

describe("a handler who puts nonsense into the next places of a mailbox, to silence the others towards its reporter", () => {
  const nonsense = (sequence: number) =>
    concat(replyLookup(REPORTS_ID, ADDRESS, sequence), testRng(`nonsense ${sequence}`)(REPLY_LENGTH - 32));
  const store = [reply(0, "We have begun."), nonsense(1), nonsense(2), reply(3, "Come to the bar association.", HANDLERS[0].signing)];

  it("hides nothing: what checks is shown, what does not is named where it stands", async () =>
    expect(await read(...store)).toEqual([
      { handler: 0, text: "We have begun." },
      INVALID,
      INVALID,
      { handler: 0, text: "Come to the bar association." },
    ]));

  it("would silence all of them towards a client that refuses a mailbox for one entry in it", async () => {
    const refusing = async (): Promise<string[]> => {
      const opened = await read(...store);
      if (opened.some((each) => "fault" in each)) throw new Error("ERR_REPLY_INVALID");
      return texts(opened);
    };
    await expect(refusing()).rejects.toThrow("ERR_REPLY_INVALID");
  });
});

describe("a handler who tells two stories in one place, each to be shown on another visit", () => {
  const [come, stay] = [reply(0, "Come today."), reply(0, "Stay away.")];

  it("is found out, as both are shown", async () => {
    const opened = await read(come, stay);
    expect(texts(opened)).toEqual(["Come today.", "Stay away."]);
    expect(opened.at(-1)).toEqual(SEVERAL);
  });

  it("would be believed twice by a client that takes the first entry that it finds", async () => {
    const firstFound = async (store: readonly Uint8Array[]) => texts(await read(store[0] as Uint8Array));
    expect([await firstFound([come, stay]), await firstFound([stay, come])]).toEqual([["Come today."], ["Stay away."]]);
  });
});

describe("a server, or another handler, that wants an honest handler to be taken for one who tells two stories", () => {
  // A handler's tool writes again for a place that the store does not have: a server that hides the first reply, and then hands over both, has two of it.
  const [hidden, later] = [reply(0, "We have begun."), reply(0, "Did you see that we have begun?")];
  /** Whoever knows the address, as all handlers do, takes the cover off another's reply and puts on another one. */
  const covered = (entry: Uint8Array): Uint8Array => {
    const key = KDF(ADDRESS, REPORTS_ID, TAGS.replyCover, [uint(0, 4)]);
    const nonce = new Uint8Array(24).fill(9);
    return concat(
      entry.subarray(0, 32),
      nonce,
      boxSeal(boxOpen(entry.subarray(56), key, entry.subarray(32, 56)) as Uint8Array, key, nonce),
    );
  };

  it("gets nobody named: one reply under two covers is one, and of two texts nobody can tell whose fault they are", async () => {
    expect(await read(hidden, covered(hidden))).toEqual([{ handler: 0, text: "We have begun." }]);
    expect((await read(hidden, later)).at(-1)).toEqual(SEVERAL);
  });

  it("would have it named by a client that names whoever signed all entries of a place", async () => {
    const blamed = async (...store: readonly Uint8Array[]) => {
      const signers = await Promise.all(store.map(async (entry) => (await read(entry))[0]?.handler));
      return store.length > 1 && new Set(signers).size === 1 ? signers[0] : null;
    };
    expect([await blamed(hidden, covered(hidden)), await blamed(hidden, later)]).toEqual([0, 0]);
  });
});

describe("whoever reads the whole reply store", () => {
  const COUNT = 96;
  let real: Uint8Array[];
  let fillers: Uint8Array[];
  beforeAll(() => {
    const rng = testRng("store");
    real = Array.from({ length: COUNT }, (_, sequence) =>
      sealReply(
        { ...ask, sequence, handler: sequence % 2, text: "The same short text." },
        (HANDLERS[sequence % 2] as (typeof HANDLERS)[0]).signing,
        rng,
      ),
    );
    fillers = Array.from({ length: COUNT }, () => fillerReply(rng));
  });

  /** The most often that any one value of any 16 bytes at one place repeats among entries. */
  const repeats = (entries: readonly Uint8Array[]): number => {
    let most = 1;
    for (let at = 0; at + 16 <= REPLY_LENGTH; at += 2) {
      const seen = new Map<string, number>();
      for (const entry of entries) {
        const value = toHex(entry.subarray(at, at + 16));
        seen.set(value, (seen.get(value) ?? 0) + 1);
      }
      most = Math.max(most, ...seen.values());
    }
    return most;
  };
  /** Pearson's statistic of all bytes against the uniform distribution: 255 degrees of freedom, mean 255, deviation 22.6. */
  const chiSquare = (entries: readonly Uint8Array[]): number => {
    const counts = new Uint32Array(256);
    for (const entry of entries) for (const byte of entry) counts[byte] = (counts[byte] as number) + 1;
    const expected = (entries.length * REPLY_LENGTH) / 256;
    return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  };
  /** The largest share of entries that have one value at one place of one byte, over all places. */
  const constancy = (entries: readonly Uint8Array[]): number => {
    let most = 0;
    for (let at = 0; at < REPLY_LENGTH; at++) {
      const counts = new Uint32Array(256);
      for (const entry of entries) counts[entry[at] as number] = (counts[entry[at] as number] as number) + 1;
      most = Math.max(most, ...counts);
    }
    return most / entries.length;
  };
  /** A reply as an envelope without its cover, which names its recipient's key, beside fillers of the same make. */
  const uncovered = (publicKey: Uint8Array, label: string): Uint8Array =>
    concat(
      seed(label),
      seal(seed(label), { recipients: [publicKey], threshold: 1, context: seed(label), size: 2785, rng: testRng(label) }),
    );

  it("cannot tell replies from fillers: one length, uniform bytes at every place", () => {
    for (const entries of [real, fillers]) {
      expect(new Set(entries.map(({ length }) => length))).toEqual(new Set([REPLY_LENGTH]));
      expect(Math.abs(chiSquare(entries) - 255)).toBeLessThan(6 * 22.6);
      expect(constancy(entries)).toBeLessThan(0.12);
    }
  });

  it("cannot tell which replies belong together, though all are to one mailbox", () => {
    expect(repeats(real)).toBe(1);
    expect(repeats([...real, ...fillers])).toBe(1);
  });

  it("would see both at once, were the envelope not covered: it names the reply key", () => {
    const toOne = Array.from({ length: 8 }, (_, i) => uncovered(KEY.publicKey, `reply ${i}`));
    const toNobody = Array.from({ length: 8 }, (_, i) => uncovered(kemKey(seed(`filler ${i}`)).publicKey, `filler ${i}`));
    expect(toOne[0]).toHaveLength(REPLY_LENGTH);
    const id = toHex(keyId(KEY.publicKey));
    const named = [...toOne, ...toNobody].filter((entry) => toHex(entry.subarray(32 + 38, 32 + 38 + 16)) === id);
    expect(named).toHaveLength(8);
    expect(repeats(toOne)).toBe(8);
    expect(constancy([...toOne, ...toNobody])).toBe(1);
  });
});

describe("a report that is sealed to tell one handler a story and the others another one, or none", () => {
  const writer = signingKey(seed("two stories"));
  const context = reportContext(REPORTS_ID, writer.publicKey, 0);
  const spec = { recipients: recipients(REPORTS), threshold: 1, context, size: REPORTS.size };
  const [one, two] = ["He took money.", "He took none."].map((text) => seal(utf8(text), { ...spec, rng: testRng(text) })) as [
    Uint8Array,
    Uint8Array,
  ];
  /** The head and first slot of one envelope, the slots of the others and the body of another: whatever a writer can put together. */
  const slotsEnd = one.length - (4 + REPORTS.size + 16);
  const lopsided = concat(one.subarray(0, slotsEnd - 1200), two.subarray(slotsEnd - 1200, slotsEnd), one.subarray(slotsEnd));
  const openAs = (envelope: Uint8Array, at: number) => {
    const share = openShare(envelope, at, (HANDLERS[at] as (typeof HANDLERS)[0]).kem, context);
    return share === null ? Promise.reject(new Error("no share")) : open(envelope, [share], spec).then((bytes) => fromUtf8(bytes));
  };

  it("opens for no handler: what does not seal again to the same slots is refused by all alike", async () => {
    for (const at of [0, 1]) {
      expect(await openAs(one, at)).toBe("He took money.");
      await expect(openAs(lopsided, at)).rejects.toThrow();
    }
  });

  it("would open for the first, and for nobody else, were the others' slots not sealed again and compared", () => {
    expect(openShare(lopsided, 0, HANDLERS[0].kem, context)).not.toBeNull();
    expect(openShare(lopsided, 1, HANDLERS[1].kem, context)).toBeNull();
  });
});

describe("a mark that is used for another report", () => {
  const who = person("a trader");
  const tokens = drawTokens(who, PRIVATE_SECTOR, "reports");
  const report = { address: ADDRESS, responseKey: seed("its writer's response key") };
  const mine = makeMark({ survey: SURVEY_ID, audience: PRIVATE_SECTOR, tokens }, REPORTS_ID, report, who.reportKey);
  const other = { ...report, address: seed("a thief's mailbox") };
  // Who has opened the report knows mark and mailbox, and writes to it under a response key of its own.
  const forged = { ...report, responseKey: seed("a handler's response key") };

  it("is refused: its report key signed the mailbox and the writer of one report to one channel", () => {
    expect(() => verifyMark(mine, REPORTS, report, SURVEY)).not.toThrow();
    const invalid = expect.objectContaining({ code: "ERR_MARK_INVALID" });
    expect(() => verifyMark(mine, REPORTS, other, SURVEY)).toThrow(invalid);
    expect(() => verifyMark(mine, REPORTS, forged, SURVEY)).toThrow(invalid);
    expect(() => verifyMark(mine, { ...REPORTS, round: "reports-2" }, report, SURVEY)).toThrow(invalid);
    const stolen = makeMark({ ...mine }, REPORTS_ID, other, signingKey(seed("thief")));
    expect(() => verifyMark({ ...stolen, reportKey: mine.reportKey }, REPORTS, other, SURVEY)).toThrow(invalid);
    expect(() => verifyMark(stolen, REPORTS, other, SURVEY)).toThrow(invalid);
  });

  it("would vouch for what a handler writes to the same mailbox, were the mailbox alone signed", () => {
    const signed = (at: { address: Uint8Array }) => H(TAGS.reportMark, REPORTS_ID, at.address);
    const signature = sign(who.reportKey, signed(report));
    expect(verify(mine.reportKey, signed(forged), signature)).toBe(true);
  });

  it("would vouch for whoever copied it, were the tokens enough", () => {
    const [issuer] = roundIssuers(SURVEY, PRIVATE_SECTOR) as [ReturnType<typeof roundIssuers>[0]];
    const tokensOnly = (mark: Mark): boolean =>
      verifyToken(mark.tokens[0] as Uint8Array, {
        nonce: reportNonce(SURVEY_ID, mark.reportKey),
        issuerName: issuer.name,
        manifestId: SURVEY_ID,
        key: issuer.reportKey,
      });
    // Nothing in this check knows of a mailbox: the same mark fits any.
    expect(tokensOnly(mine)).toBe(true);
  });
});

it("a cover opens with nothing but the address", () => {
  const entry = reply(0, "x");
  const guess = KDF(seed("another address"), REPORTS_ID, TAGS.replyCover, [uint(0, 4)]);
  expect(boxOpen(entry.subarray(56), guess, entry.subarray(32, 56))).toBeNull();
  expect(boxSeal(new Uint8Array(1), guess)).toHaveLength(17);
});

describe("a server that swaps, repeats, leaves out or exchanges the chunks of an attachment", () => {
  const key = chunkKey(seed("attachment"), attachmentContext(REPORTS_ID, seed("writer")));
  const pages = ["They asked for 200.", "I did not pay.", "The other one paid."].map(utf8);
  const sealed = pages.map((page, index) => sealChunk(page, key, index));
  const hashes = sealed.map(SHA256);
  const orders = [
    [1, 0, 2],
    [0, 0, 2],
    [0, 2],
  ];
  const text = (content: Uint8Array) => fromUtf8(content.filter((byte) => byte !== 0));

  it("is found out: each chunk has its hash in the head and opens under its own number alone", () => {
    expect(sealed.map((chunk, index) => text(openChunk(chunk, hashes[index] as Uint8Array, key, index)))).toEqual(pages.map(fromUtf8));
    const foreign = sealChunk(pages[1] as Uint8Array, chunkKey(seed("attachment"), attachmentContext(REPORTS_ID, seed("another"))), 1);
    const handed = [...orders.map((order) => order.map((at) => sealed[at])), [sealed[0], foreign, sealed[2]]] as Uint8Array[][];
    for (const chunks of handed)
      expect(() => hashes.map((hash, index) => openChunk(chunks[index] ?? new Uint8Array(0), hash, key, index))).toThrow(
        expect.objectContaining({ code: "ERR_ATTACHMENT_INVALID" }),
      );
  });

  it("would tell another story to a reader of boxes that carry their own nonces and are named nowhere", () => {
    const loose = pages.map((page, at) =>
      concat(seed(`nonce ${at}`).subarray(0, 24), boxSeal(page, key, seed(`nonce ${at}`).subarray(0, 24))),
    );
    const read = (chunks: readonly Uint8Array[]) =>
      chunks.map((chunk) => text(boxOpen(chunk.subarray(24), key, chunk.subarray(0, 24)) as Uint8Array)).join(" ");
    expect(orders.map((order) => read(order.map((at) => loose[at] as Uint8Array)))).toEqual([
      "I did not pay. They asked for 200. The other one paid.",
      "They asked for 200. They asked for 200. The other one paid.",
      "They asked for 200. The other one paid.",
    ]);
  });
});
