import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectBounded, verdict } from "../../test-support/properties.ts";
import { REPORTS_ID, seed } from "../../test-support/world.ts";
import { concat, equal, fromHex, SHA256, toHex, utf8 } from "../bytes/index.ts";
import {
  ATTACHMENT_LIMIT,
  type AttachmentHead,
  attachmentContext,
  attachmentGroups,
  CHUNK_CONTENT,
  CHUNK_LENGTH,
  checkFile,
  chunkKey,
  dataChunks,
  decodeGroup,
  decodeHead,
  decodeMessage,
  encodeGroup,
  encodeHead,
  encodeMessage,
  GROUP_CHUNKS,
  GROUP_LENGTH,
  groupDifficulty,
  HEAD_INDEX,
  MOST_GROUPS,
  openChunk,
  sealChunk,
  UPLOAD_ID_LENGTH,
  UPLOADS_LENGTH,
} from "./index.ts";
import vectors from "./vectors/mailbox.json" with { type: "json" };

const V = vectors.attachment;
const FILE = new Uint8Array(Buffer.alloc(V.length, V.fill));
const KEY = fromHex(V.key);
const part = (index: number): Uint8Array => FILE.subarray(index * CHUNK_CONTENT, (index + 1) * CHUNK_CONTENT);
const DATA = Array.from({ length: dataChunks(V.length) }, (_, index) => sealChunk(part(index), KEY, index));
const HEAD: AttachmentHead = { name: V.name, type: V.type, length: V.length, chunks: DATA.map(SHA256) };
const padded = (content: Uint8Array): Uint8Array => concat(content, new Uint8Array(CHUNK_CONTENT - content.length));
const UPLOAD = fromHex(V.upload);
const refuses = (code: string) => expect.objectContaining({ code });

describe("the attachment of the vectors, computed by another program", () => {
  it("is sealed under this key into these chunks", () => {
    const context = attachmentContext(REPORTS_ID, fromHex(vectors.responseKey));
    expect(toHex(context)).toBe(V.context);
    expect(toHex(chunkKey(fromHex(V.seed), context))).toBe(V.key);
    expect(DATA.map((chunk) => toHex(SHA256(chunk)))).toEqual(V.chunks);
    expect(DATA.every(({ length }) => length === CHUNK_LENGTH)).toBe(true);
  });

  it("has this head", () => {
    expect(toHex(encodeHead(HEAD))).toBe(V.headContent);
    expect(decodeHead(padded(fromHex(V.headContent)))).toEqual(HEAD);
    expect(toHex(SHA256(sealChunk(encodeHead(HEAD), KEY, HEAD_INDEX)))).toBe(V.head);
  });

  it("travels in these groups, named by this message", () => {
    const all = [...DATA, sealChunk(encodeHead(HEAD), KEY, HEAD_INDEX)];
    const groups = [0, 1].map((index) => ({ upload: UPLOAD, groups: 2, index, chunks: concat(...all.slice(4 * index, 4 * index + 4)) }));
    expect(groups.map((group) => toHex(SHA256(encodeGroup(group))))).toEqual(V.groups);
    // Compared as one value: an assertion walks byte by byte.
    const same = groups.map((group) => ({
      ...decodeGroup(encodeGroup(group)),
      chunks: equal(decodeGroup(encodeGroup(group)).chunks, group.chunks),
    }));
    expect(same).toEqual(groups.map((group) => ({ ...group, chunks: true })));
    expect(toHex(encodeMessage(utf8("a submission"), [UPLOAD]))).toBe(V.message);
    expect(decodeMessage(fromHex(V.message))).toEqual({ submission: utf8("a submission"), uploads: [UPLOAD] });
  });
});

describe("a size class", () => {
  it("says no more than a power of two of a length, up to the largest", () => {
    const groups = [1, 3 * CHUNK_CONTENT, 3 * CHUNK_CONTENT + 1, 7 * CHUNK_CONTENT, 1023 * CHUNK_CONTENT, 1023 * CHUNK_CONTENT + 1];
    expect([...groups, ATTACHMENT_LIMIT].map(attachmentGroups)).toEqual([1, 1, 2, 2, 256, MOST_GROUPS, MOST_GROUPS]);
  });

  it("holds every file, with a head that holds every hash", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: ATTACHMENT_LIMIT }), (length) => {
        const chunks = dataChunks(length);
        expect(chunks * CHUNK_CONTENT).toBeGreaterThanOrEqual(length);
        expect((chunks + 1) % GROUP_CHUNKS).toBe(0);
        expect(4 + 4 + 4 + 255 + 4 + 127 + 32 * chunks).toBeLessThan(CHUNK_CONTENT);
      }),
    );
  });
});

describe("openChunk", () => {
  const invalid = refuses("ERR_ATTACHMENT_INVALID");
  const [first, second] = DATA as [Uint8Array, Uint8Array];

  it("gives what was sealed, filled up with zeros", () => {
    const last = DATA[3] as Uint8Array;
    expect(equal(openChunk(last, SHA256(last), KEY, 3), padded(part(3)))).toBe(true);
    expect(() => sealChunk(new Uint8Array(CHUNK_CONTENT + 1), KEY, 0)).toThrow(TypeError);
  });

  it("refuses a chunk in another's place, of another attachment, of another mailbox or round, cut, or changed by a bit", () => {
    const hash = SHA256(first);
    expect(() => openChunk(second, hash, KEY, 0)).toThrow(invalid);
    expect(() => openChunk(first, hash, KEY, 1)).toThrow(invalid);
    expect(() => openChunk(first, hash, KEY, HEAD_INDEX)).toThrow(invalid);
    const elsewhere = [
      chunkKey(seed("another"), attachmentContext(REPORTS_ID, fromHex(vectors.responseKey))),
      chunkKey(fromHex(V.seed), attachmentContext(REPORTS_ID, seed("another writer"))),
      chunkKey(fromHex(V.seed), attachmentContext(seed("another round"), fromHex(vectors.responseKey))),
    ];
    for (const key of elsewhere) expect(() => openChunk(first, hash, key, 0)).toThrow(invalid);
    const cut = first.subarray(0, CHUNK_LENGTH - 1);
    expect(() => openChunk(cut, SHA256(cut), KEY, 0)).toThrow(invalid);
    const flipped = first.map((byte, at) => (at === 40_000 ? byte ^ 1 : byte));
    expect(() => openChunk(flipped, hash, KEY, 0)).toThrow(invalid);
    expect(() => openChunk(flipped, SHA256(flipped), KEY, 0)).toThrow(invalid);
  });
});

describe("a head", () => {
  const format = refuses("ERR_ATTACHMENT_FORMAT");
  const content = padded(encodeHead(HEAD));
  const changed = (at: number, ...bytes: number[]): Uint8Array => {
    const copy = new Uint8Array(content);
    copy.set(bytes, at);
    return copy;
  };

  it("is bounded", () => expectBounded(decodeHead, content, 50));

  it("reads whatever name was written", () => {
    const name = fc.string({ unit: "grapheme", maxLength: 60 }).map((text) => text.normalize("NFC"));
    fc.assert(
      fc.property(name, fc.integer({ min: 1, max: 900_000 }), (text, length) => {
        fc.pre(Buffer.from(text).length <= 255 && !text.startsWith("\uFEFF"));
        const head = {
          ...HEAD,
          name: text,
          length,
          chunks: Array.from({ length: dataChunks(length) }, (_, i) => HEAD.chunks[i % 7] as Uint8Array),
        };
        const read = decodeHead(padded(encodeHead(head)));
        expect({ ...read, chunks: read.chunks.map(toHex) }).toEqual({ ...head, chunks: head.chunks.map(toHex) });
      }),
      { numRuns: 30 },
    );
  });

  it("of another length, of no type, of too long a name, or with something after it: refused", () => {
    for (const length of [0, ATTACHMENT_LIMIT + 1])
      expect(() => decodeHead(changed(4, length >> 24, length >> 16, length >> 8, length))).toThrow(format);
    expect(() => decodeHead(changed(8 + 4 + V.name.length + 4, 0x20))).toThrow(format);
    expect(() => decodeHead(changed(8, 0, 0, 1, 0))).toThrow(format);
    expect(() => decodeHead(changed(CHUNK_CONTENT - 1, 1))).toThrow(format);
    expect(() => decodeHead(content.subarray(0, CHUNK_CONTENT - 1))).toThrow(format);
    expect(() => decodeHead(changed(12, 0xff))).toThrow(refuses("ERR_BYTES_ENCODING"));
  });

  it("is not written of what could not be read", () => {
    expect(() => encodeHead({ ...HEAD, chunks: HEAD.chunks.slice(1) })).toThrow(TypeError);
    expect(() => encodeHead({ ...HEAD, chunks: HEAD.chunks.map((hash) => hash.subarray(1)) })).toThrow(TypeError);
    for (const size of [0, 1.5, -1, Number.NaN, ATTACHMENT_LIMIT + 1])
      expect(() => checkFile({ name: "a", type: "text/plain", size })).toThrow(refuses("ERR_ATTACHMENT_SIZE"));
    const named = (name: string, type = "text/plain") => checkFile({ name, type, size: 1 });
    for (const type of ["", "text", "text/plain; charset=utf-8", "Text/plain", "text/plain\n", `a/${"b".repeat(64)}`])
      expect(() => named("a", type)).toThrow(refuses("ERR_ATTACHMENT_NAME"));
    expect(() => named("\uFEFFa")).toThrow(refuses("ERR_ATTACHMENT_NAME"));
    expect(() => named("x".repeat(256))).toThrow(refuses("ERR_ATTACHMENT_NAME"));
    expect(() => named("x".repeat(255), "application/vnd.openxmlformats-officedocument.wordprocessingml.document")).not.toThrow();
  });
});

describe("a group", () => {
  const group = { upload: UPLOAD, groups: 2, index: 1, chunks: concat(...DATA.slice(0, 4)) };
  const bytes = encodeGroup(group);

  it("is bounded, and has one length", async () => {
    expect(bytes.length).toBe(GROUP_LENGTH);
    for (const cut of [0, 3, 24, GROUP_LENGTH - 1]) expect(await verdict(decodeGroup, bytes.subarray(0, cut))).toHaveProperty("code");
    expect(await verdict(decodeGroup, concat(bytes, Uint8Array.of(0)))).toEqual({ code: "ERR_ATTACHMENT_FORMAT" });
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), async (front) => {
        const changed = new Uint8Array(bytes);
        changed.set(front);
        await verdict(decodeGroup, changed);
      }),
      { numRuns: 40 },
    );
    expect(() => encodeGroup({ ...group, chunks: DATA[0] as Uint8Array })).toThrow(TypeError);
  });

  it("of no size class, beyond its upload, or of no upload: refused", () => {
    for (const wrong of [{ groups: 3 }, { groups: 0 }, { groups: 512 }, { index: 2 }, { upload: new Uint8Array(UPLOAD_ID_LENGTH) }])
      expect(() => decodeGroup(encodeGroup({ ...group, ...wrong }))).toThrow(refuses("ERR_ATTACHMENT_FORMAT"));
    expect(decodeGroup(encodeGroup({ ...group, groups: MOST_GROUPS, index: MOST_GROUPS - 1 })).index).toBe(MOST_GROUPS - 1);
  });

  it("takes a sixteenth of a message's work, or none", () => expect([18, 5, 4, 0].map(groupDifficulty)).toEqual([14, 1, 0, 0]));
});

describe("a message", () => {
  it("has one length with and without attachments", () => {
    const lengths = [0, 1, 4].map((count) => encodeMessage(new Uint8Array(100), Array<Uint8Array>(count).fill(UPLOAD)).length);
    expect(lengths).toEqual([164, 164, 164]);
    expect(decodeMessage(encodeMessage(new Uint8Array(0))).uploads).toEqual([]);
  });

  it("names four uploads at most, of 16 bytes", () => {
    expect(() => encodeMessage(new Uint8Array(1), Array<Uint8Array>(5).fill(UPLOAD))).toThrow(refuses("ERR_ATTACHMENT_COUNT"));
    expect(() => encodeMessage(new Uint8Array(1), [UPLOAD.subarray(1)])).toThrow(TypeError);
    expect(() => decodeMessage(new Uint8Array(UPLOADS_LENGTH - 1))).toThrow(refuses("ERR_SUBMISSION_FORMAT"));
  });
});
