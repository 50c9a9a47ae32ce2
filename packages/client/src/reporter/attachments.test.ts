import { fromHex, type SecretCode, SHA256, toHex } from "@amana/core/bytes";
import { responseSigningKey } from "@amana/core/credential";
import type { ErrorCode } from "@amana/core/errors";
import {
  attachmentContext,
  CHUNK_CONTENT,
  CHUNK_LENGTH,
  chunkKey,
  decodeGroup,
  GROUP_LENGTH,
  HEAD_INDEX,
  sealChunk,
  WORK_LENGTH,
} from "@amana/core/mailbox";
import { describe, expect, it } from "vitest";
import { CHANNEL, ChannelOperator, makeChannel } from "../../test-support/channel.ts";
import { BASE, clientOptions } from "../../test-support/people.ts";
import { makeWorld, START, type Trustee } from "../../test-support/world.ts";
import { type Case, Inbox, type OpenedAttachment, openAttachment, readChannel } from "../handler/index.ts";
import { LedgerView } from "../wire/ledger-view.ts";
import { Transport } from "../wire/transport.ts";
import { type Channel, openChannel } from "./channel.ts";
import { type AttachmentSource, Upload, uploadLength } from "./upload.ts";

const content = { locale: "en", fields: {}, text: "See the photograph." };
const refused = (promise: Promise<unknown>, code: ErrorCode) => expect(promise).rejects.toMatchObject({ code });
const UPLOADS = `POST rounds/${CHANNEL}/uploads`;
const CHUNKS = `POST rounds/${CHANNEL}/chunks`;

/** A file that says what of it was read. */
function file(name: string, size: number, type = "image/jpeg"): AttachmentSource & { readonly bytes: Uint8Array; read: number } {
  const bytes = new Uint8Array(Buffer.alloc(size, `${name}; `));
  return {
    name,
    type,
    size,
    bytes,
    read: 0,
    slice(start, end) {
      this.read += end - start;
      return { arrayBuffer: async () => bytes.slice(start, end).buffer };
    },
  };
}

function newChannel(): ChannelOperator {
  const world = makeWorld();
  return new ChannelOperator(world, makeChannel(world)).launch(undefined, [0, 1]);
}

const waits: number[] = [];
const openAt = (operator: ChannelOperator): Promise<Channel> =>
  openChannel(BASE, CHANNEL, { ...clientOptions(operator), wait: async (pause) => void waits.push(pause) });

/** The cases of a handler, all opened. */
async function casesOf(operator: ChannelOperator, keys: Trustee): Promise<readonly Case[]> {
  const transport = new Transport(BASE, operator.fetch);
  const now = new Date((START + 60) * 1000);
  const channel = await readChannel(transport, await LedgerView.fetch(transport, operator.world.programme, now), CHANNEL);
  const inbox = await Inbox.open({ transport, channel, keys, now });
  while ((await inbox.openMore()) > 0);
  return inbox.cases;
}

/** What a handler reads of the attachments of every case, in the order of messages. */
async function opened(operator: ChannelOperator, at = 0): Promise<OpenedAttachment[]> {
  const transport = new Transport(BASE, operator.fetch);
  const keys = operator.world.trustees[at] as Trustee;
  const found: OpenedAttachment[] = [];
  for (const { writer, messages } of await casesOf(operator, keys))
    for (const { document } of messages)
      for (const reference of document.attachments)
        found.push(await openAttachment(transport, operator.round.manifest, keys, writer, reference));
  return found;
}

async function whole(attachment: OpenedAttachment): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of attachment.bytes()) parts.push(part);
  return new Uint8Array(Buffer.concat(parts));
}

describe("attachments of a report", () => {
  it("reach every handler as they were, with progress up to the last byte, in requests of one size", async () => {
    const operator = newChannel();
    const channel = await openAt(operator);
    const files = [file("photo.jpg", 200_000), file("", 1, "text/plain; charset=utf-8"), file("note.m4a", 3 * CHUNK_CONTENT, "none")];
    const steps: unknown[] = [];
    await channel.report(channel.newSecretCode(), content, (step, upload) => steps.push(upload ?? step), null, files);
    const total = files.reduce((sum, { size }) => sum + uploadLength(size), 0);
    const group = WORK_LENGTH + GROUP_LENGTH;
    expect(total).toBe(4 * group);
    expect(steps).toEqual([...[1, 2, 3, 4].map((groups) => ({ sent: groups * group, total })), "sealing", "working", "sending", "kept"]);
    const uploads = operator.requests.filter(({ path }) => path.endsWith("uploads"));
    expect(new Set(uploads.map(({ body }) => body.length))).toEqual(new Set([group]));
    for (const handler of [0, 1]) {
      const found = await opened(operator, handler);
      expect(found.map(({ name, type, length }) => [name, type, length])).toEqual([
        ["photo.jpg", "image/jpeg", 200_000],
        ["", "text/plain", 1],
        ["note.m4a", "application/octet-stream", 3 * CHUNK_CONTENT],
      ]);
      for (const [at, each] of found.entries())
        expect(toHex(SHA256(await whole(each)))).toBe(toHex(SHA256((files[at] as (typeof files)[0]).bytes)));
    }
  });

  it("stand in follow-ups, too, and are uploaded once when another device was faster", async () => {
    const operator = newChannel();
    const channel = await openAt(operator);
    const code = channel.newSecretCode();
    await channel.report(code, content);
    await (await openAt(operator)).followUp(code, content);
    const photo = file("photo.jpg", 10);
    await channel.followUp(code, content, undefined, [photo]);
    expect(operator.messages).toHaveLength(3);
    expect(operator.requests.filter(({ path }) => path.endsWith("uploads"))).toHaveLength(1);
    expect((await opened(operator)).map(({ name }) => name)).toEqual(["photo.jpg"]);
  });

  it("does not change the size of the message", async () => {
    const operator = newChannel();
    const channel = await openAt(operator);
    await channel.report(channel.newSecretCode(), content, undefined, null, [file("a", 10), file("b", 10)]);
    await channel.report(channel.newSecretCode(), content);
    const sizes = operator.requests.filter(({ path }) => path === "submissions").map(({ body }) => body.length);
    expect(sizes).toHaveLength(2);
    expect(new Set(sizes).size).toBe(1);
  });

  it("that are too large, empty, too many or of too long a name are refused before anything is read or sent", async () => {
    const operator = newChannel();
    const channel = await openAt(operator);
    const before = operator.requests.length;
    const attach = (...files: AttachmentSource[]) => channel.report(channel.newSecretCode(), content, undefined, null, files);
    const large = { ...file("a", 1), size: 104_857_601 };
    await refused(attach(large), "ERR_ATTACHMENT_SIZE");
    await refused(attach(file("a", 0)), "ERR_ATTACHMENT_SIZE");
    await refused(attach(...Array.from({ length: 5 }, () => file("a", 1))), "ERR_ATTACHMENT_COUNT");
    await refused(attach(file("x".repeat(256), 1)), "ERR_ATTACHMENT_NAME");
    expect(operator.requests.length).toBe(before);
  });
});

describe("an upload that is interrupted", () => {
  it("waits and tries again by itself, and goes on where it was when it is called again: nothing is sealed or read twice", async () => {
    const operator = newChannel();
    const channel = await openAt(operator);
    const photo = file("photo.jpg", 500_000);
    const kept = operator.on.get(UPLOADS);
    const sent: string[] = [];
    let answers = 0;
    operator.on.set(UPLOADS, (body) => {
      sent.push(toHex(SHA256(body)));
      answers += 1;
      if (answers === 2) return { code: "ERR_OVERLOADED", status: 503, retryAfter: 2 };
      return answers > 3 ? { code: "ERR_STORE_WRITE", status: 503 } : (kept?.(body) ?? null);
    });
    waits.length = 0;
    const code = channel.newSecretCode();
    const send = () => channel.report(code, content, undefined, null, [photo]);
    await refused(send(), "ERR_STORE_WRITE");
    expect(waits).toEqual([1000, 1000, 2000, 4000, 8000]);
    // The first group once, the second twice, the third five times.
    expect([...new Set(sent)].map((each) => sent.filter((other) => other === each).length)).toEqual([1, 2, 5]);
    operator.on.set(UPLOADS, (body) => {
      sent.push(toHex(SHA256(body)));
      return kept?.(body) ?? null;
    });
    await send();
    expect(new Set(sent).size).toBe(4);
    expect(photo.read).toBe(500_000);
    const [found] = await opened(operator);
    expect(toHex(SHA256(await whole(found as OpenedAttachment)))).toBe(toHex(SHA256(photo.bytes)));
  });

  it("is sealed once also when it is asked for twice at once: a file that changes between would give both contents away", async () => {
    const operator = newChannel();
    const channel = await openAt(operator);
    const photo = file("photo.jpg", 500_000);
    const kept = operator.on.get(UPLOADS);
    const sent = new Set<string>();
    operator.on.set(UPLOADS, (body) => {
      sent.add(toHex(SHA256(body)));
      return kept?.(body) ?? null;
    });
    const code = channel.newSecretCode();
    const send = () => channel.report(code, content, undefined, null, [photo]);
    const done = await Promise.allSettled([send(), send()]);
    expect(done.map(({ status }) => status)).toContain("fulfilled");
    expect([sent.size, photo.read]).toEqual([4, 500_000]);
  });

  it("would be sealed twice under one nonce by two runs that know nothing of each other, and two contents would lie open side by side", async () => {
    const operator = newChannel();
    const { id, manifest } = operator.round;
    const groups: Uint8Array[] = [];
    operator.on.set(UPLOADS, (body) => {
      groups.push(decodeGroup(body.slice(WORK_LENGTH)).chunks);
      return new Uint8Array(0);
    });
    const changing = ["They asked for 200.", "They asked for 900."].map((text) => new File([text], "note.txt", { type: "text/plain" }));
    // What the two runs share is what one upload has: its id and its seed.
    const rng = (length: number) => new Uint8Array(length).fill(7);
    const transport = new Transport(BASE, operator.fetch);
    const options = { transport, manifest, manifestId: id, responseKey: new Uint8Array(32), rng, wait: async () => undefined };
    await Promise.all(changing.map((source) => new Upload(source, options).run(() => undefined)));
    const [one, two] = groups as [Uint8Array, Uint8Array];
    // Behind the tag of 16 bytes: what one says and the other does not.
    const apart = Array.from({ length: 19 }, (_, at) => (one[16 + at] as number) ^ (two[16 + at] as number));
    const texts = changing.map(({ size }, at) =>
      new TextEncoder().encode(at === 0 ? "They asked for 200." : "They asked for 900.").slice(0, size),
    );
    expect(apart).toEqual(Array.from({ length: 19 }, (_, at) => (texts[0]?.[at] as number) ^ (texts[1]?.[at] as number)));
    expect(apart.filter((byte) => byte !== 0)).toHaveLength(1);
  });

  it("is not tried again by itself when the server asks for an hour, or refuses", async () => {
    const operator = newChannel();
    const channel = await openAt(operator);
    waits.length = 0;
    const attach = () => channel.report(channel.newSecretCode(), content, undefined, null, [file("a", 1)]);
    operator.on.set(UPLOADS, () => ({ code: "ERR_OVERLOADED", status: 503, retryAfter: 3600 }));
    await refused(attach(), "ERR_OVERLOADED");
    operator.on.set(UPLOADS, () => ({ code: "ERR_ROUND_CLOSED", status: 409 }));
    await refused(attach(), "ERR_ROUND_CLOSED");
    expect(waits).toEqual([]);
  });

  it("of a file that cannot be read any more says so, and can go on when it can be again", async () => {
    const operator = newChannel();
    const channel = await openAt(operator);
    const code = channel.newSecretCode();
    const photo = file("photo.jpg", 500_000);
    let fault: "gone" | "shorter" | null = "gone";
    const failing: AttachmentSource = {
      ...photo,
      slice: (start, end) => ({
        arrayBuffer: async () => {
          if (start > 300_000 && fault === "gone") throw new Error("NotReadableError");
          return photo.bytes.slice(start, start > 300_000 && fault !== null ? end - 1 : end).buffer;
        },
      }),
    };
    const send = () => channel.report(code, content, undefined, null, [failing]);
    await refused(send(), "ERR_ATTACHMENT_READ");
    fault = "shorter";
    await refused(send(), "ERR_ATTACHMENT_READ");
    fault = null;
    await send();
    const [found] = await opened(operator);
    expect(toHex(SHA256(await whole(found as OpenedAttachment)))).toBe(toHex(SHA256(photo.bytes)));
  });

  it("that the server has dropped is begun anew, under other names and keys", async () => {
    const operator = newChannel();
    const channel = await openAt(operator);
    const code = channel.newSecretCode();
    const photo = file("photo.jpg", 10);
    const send = () => channel.report(code, content, undefined, null, [photo]);
    operator.on.set("POST submissions", () => ({ code: "ERR_UPLOAD_INCOMPLETE", status: 409 }));
    await refused(send(), "ERR_UPLOAD_INCOMPLETE");
    await expect(channel.retry()).rejects.toBeInstanceOf(TypeError);
    operator.on.set("POST submissions", (body) => operator.take(body));
    await send();
    const uploads = operator.requests
      .filter(({ path }) => path.endsWith("uploads"))
      .map(({ body }) => decodeGroup(body.slice(WORK_LENGTH)));
    expect(uploads).toHaveLength(2);
    expect(new Set(uploads.map(({ upload }) => toHex(upload))).size).toBe(2);
    expect(new Set(uploads.map(({ chunks }) => toHex(SHA256(chunks)))).size).toBe(2);
    expect(await opened(operator)).toHaveLength(1);
  });

  it("after which the message was lost is not repeated by `retry`", async () => {
    const operator = newChannel();
    const channel = await openAt(operator);
    operator.on.set("POST submissions", () => {
      throw new TypeError("offline");
    });
    await refused(channel.report(channel.newSecretCode(), content, undefined, null, [file("a", 10)]), "ERR_NETWORK");
    operator.on.set("POST submissions", (body) => operator.take(body));
    await channel.retry();
    expect(operator.requests.filter(({ path }) => path.endsWith("uploads"))).toHaveLength(1);
    expect(await opened(operator)).toHaveLength(1);
  });
});

describe("a handler that asks a server that lies for an attachment", () => {
  const one = async () => {
    const operator = newChannel();
    const channel = await openAt(operator);
    const code = channel.newSecretCode();
    await channel.report(code, content, undefined, null, [file("photo.jpg", 300_000)]);
    const [attachment] = await opened(operator);
    return { operator, code, channel, attachment: attachment as OpenedAttachment, honest: operator.on.get(CHUNKS) };
  };

  it("refuses chunks that are swapped, cut, changed or of another one, and says when one is not there", async () => {
    const { operator, attachment, honest } = await one();
    const answer = (change: (bytes: Uint8Array) => Uint8Array) =>
      operator.on.set(CHUNKS, (body) => change((honest as (body: Uint8Array) => Uint8Array)(body)));
    const swap = (bytes: Uint8Array): Uint8Array =>
      Buffer.concat([bytes.subarray(CHUNK_LENGTH, 2 * CHUNK_LENGTH), bytes.subarray(0, CHUNK_LENGTH), bytes.subarray(2 * CHUNK_LENGTH)]);
    for (const change of [
      swap,
      (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 1),
      (bytes: Uint8Array) => bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte)),
      (bytes: Uint8Array) =>
        Buffer.concat([bytes.subarray(0, CHUNK_LENGTH), bytes.subarray(0, CHUNK_LENGTH), bytes.subarray(2 * CHUNK_LENGTH)]),
      () => new Uint8Array(0),
    ]) {
      answer(change);
      await refused(whole(attachment), "ERR_ATTACHMENT_INVALID");
    }
    answer((bytes) => Buffer.concat([bytes, new Uint8Array(1)]));
    await refused(whole(attachment), "ERR_RESPONSE_INVALID");
    operator.on.set(CHUNKS, () => ({ code: "ERR_NOT_FOUND", status: 404 }));
    await refused(whole(attachment), "ERR_ATTACHMENT_MISSING");
    operator.on.set(CHUNKS, () => ({ code: "ERR_FETCH_REFUSED", status: 403 }));
    await refused(whole(attachment), "ERR_FETCH_REFUSED");
  });

  it("asks for all chunks of its size class, so that no request tells a length", async () => {
    const { operator, attachment } = await one();
    const before = operator.requests.length;
    expect(await whole(attachment)).toHaveLength(300_000);
    const asked = operator.requests.slice(before).filter(({ path }) => path.endsWith("chunks"));
    expect(asked.flatMap(({ body }) => (JSON.parse(new TextDecoder().decode(body)) as { chunks: string[] }).chunks)).toHaveLength(7);
  });

  it("does not open one that a report names and another mailbox sent, or whose head says what is not so", async () => {
    const { operator, code } = await one();
    const { round } = operator;
    const keys = operator.world.trustees[0] as Trustee;
    const transport = new Transport(BASE, operator.fetch);
    const [mine] = await casesOf(operator, keys);
    const [reference] = mine?.first.document.attachments ?? [];
    if (mine === undefined || reference === undefined) throw new TypeError("no attachment");
    const open = (writer: Uint8Array, as = reference) => openAttachment(transport, round.manifest, keys, writer, as);
    await refused(open(new Uint8Array(32).fill(7)), "ERR_ATTACHMENT_INVALID");
    await refused(open(mine.writer, { ...reference, seed: "00".repeat(32) }), "ERR_ATTACHMENT_INVALID");
    // A reporter who makes heads of their own.
    const key = chunkKey(fromHex(reference.seed), attachmentContext(round.id, responseKey(operator, code)));
    const forged = sealChunk(new TextEncoder().encode("AMA1"), key, HEAD_INDEX);
    operator.chunks.set(toHex(SHA256(forged)), forged);
    await refused(open(mine.writer, { ...reference, head: toHex(SHA256(forged)) }), "ERR_ATTACHMENT_FORMAT");
    const dirty = operator.requests.filter(({ path }) => path.endsWith("uploads")).map(({ body }) => decodeGroup(body.slice(WORK_LENGTH)));
    expect(dirty).toHaveLength(2);
  });

  it("finds what stands behind the end of a file", async () => {
    const { operator, code } = await one();
    const { round } = operator;
    const keys = operator.world.trustees[0] as Trustee;
    const transport = new Transport(BASE, operator.fetch);
    const [mine] = await casesOf(operator, keys);
    const seed = "11".repeat(32);
    const key = chunkKey(fromHex(seed), attachmentContext(round.id, responseKey(operator, code)));
    const data = [0, 1, 2].map((index) => sealChunk(new Uint8Array(CHUNK_CONTENT).fill(65), key, index));
    const text = new TextEncoder();
    const head = sealChunk(
      Buffer.concat([text.encode("AMA1"), Uint8Array.of(0, 0, 0, 5, 0, 0, 0, 1, 97, 0, 0, 0, 3), text.encode("a/b"), ...data.map(SHA256)]),
      key,
      HEAD_INDEX,
    );
    for (const chunk of [...data, head]) operator.chunks.set(toHex(SHA256(chunk)), chunk);
    const found = await openAttachment(transport, round.manifest, keys, mine?.writer as Uint8Array, { head: toHex(SHA256(head)), seed });
    expect([found.name, found.length]).toEqual(["a", 5]);
    await refused(whole(found), "ERR_ATTACHMENT_INVALID");
  });
});

function responseKey({ round }: ChannelOperator, code: SecretCode): Uint8Array {
  return responseSigningKey(code, round.id).publicKey;
}
