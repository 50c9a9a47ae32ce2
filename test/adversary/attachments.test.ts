import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Case, type HolderKeys, Inbox, openAttachment, readChannel } from "@amana/client/handler";
import { type AttachmentSource, type Channel, openChannel } from "@amana/client/reporter";
import { LedgerView, Transport } from "@amana/client/trustee";
import { toHex } from "@amana/core/bytes";
import type { ErrorCode } from "@amana/core/errors";
import { kemKey, randomBytes } from "@amana/core/primitives";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHANNEL, DAY, launchChannel, reportsDraft } from "./support/channel.ts";
import { Deployment } from "./support/server.ts";
import { type Exchange, Wire } from "./support/wire.ts";

/* Attachments against a real server: what its disk, the line and a server that lies can learn and do. */

const NAME = "canary-name-of-a-file.jpg";
const TYPE = "application/x-canary-type";
/** As a number of four bytes it is seen in no header of ours. */
const LENGTH = 123_457;
const TEXT = "canary-content-of-a-file; ";

let here: Deployment;
let wire: Wire;
let keys: HolderKeys;
let channel: Channel;
const content = { locale: "en", fields: {}, text: "See the file." };
const refused = (promise: Promise<unknown>, code: ErrorCode) => expect(promise).rejects.toMatchObject({ code });

beforeAll(async () => {
  here = await Deployment.start();
  const signing = here.holders[0]?.signing;
  if (signing === undefined) throw new TypeError("no handler");
  keys = { signing, kem: kemKey(randomBytes(32)) };
  await launchChannel(here, reportsDraft(here, await here.manifest(), keys), keys);
  // The clockwork runs, as it does in a server that has started.
  await here.moveTo(here.clock.seconds + 1);
  wire = await Wire.before(here.url);
  channel = await openChannel(wire.url, CHANNEL, here.options());
});
afterAll(async () => {
  await wire.close();
  await here.stop();
});

/** Its own words, as often as they fit; a small file is one of the same class as a large one. */
const file = (length: number, name = NAME): AttachmentSource =>
  new File([TEXT.repeat(length / TEXT.length + 1).slice(0, length)], name, { type: TYPE });
const transport = (fetch?: ConstructorParameters<typeof Transport>[1]) => new Transport(here.url, fetch);

async function cases(): Promise<readonly Case[]> {
  const now = new Date(here.clock.seconds * 1000);
  const history = await readChannel(transport(), await LedgerView.fetch(transport(), channel.programme, now), CHANNEL);
  const inbox = await Inbox.open({ transport: transport(), channel: history, keys, now });
  while ((await inbox.openMore()) > 0);
  return inbox.cases;
}

async function whole(of: Pick<Case, "first" | "writer">, through = transport(), at = 0): Promise<string> {
  const [reference] = of.first.document.attachments.slice(at);
  if (reference === undefined) throw new TypeError("no attachment");
  const parts: Uint8Array[] = [];
  for await (const part of (await openAttachment(through, channel.manifest, keys, of.writer, reference)).bytes()) parts.push(part);
  return Buffer.concat(parts).toString();
}

/** Every file in the data folder, as text of single bytes, under its path. */
async function disk(): Promise<string[]> {
  const entries = await readdir(here.folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return Promise.all(paths.map(async (path) => `${path}\n${await readFile(path, "latin1")}`));
}

describe("the line", () => {
  it("shows one size for every group and for every message, with files and without, and how many groups there are", async () => {
    const send = async (...files: AttachmentSource[]): Promise<Exchange[]> => {
      await wire.take();
      await channel.report(channel.newSecretCode(), content, undefined, null, files);
      return (await wire.take()).filter(({ what }) => what.startsWith("POST"));
    };
    const [none, tiny, most, four] = [
      await send(),
      await send(file(1)),
      await send(file(190_000)),
      await send(...[1, 2, 3, 4].map((length) => file(length))),
    ];
    const sizes = (all: readonly Exchange[], path: RegExp) => [
      ...new Set(all.filter(({ what }) => path.test(what)).map(({ sent, received }) => `${sent} ${received}`)),
    ];
    const all = [...none, ...tiny, ...most, ...four];
    expect(sizes(all, /submissions$/)).toHaveLength(1);
    expect(sizes(all, /uploads$/)).toHaveLength(1);
    expect([none, tiny, most, four].map(({ length }) => length)).toEqual([1, 2, 2, 5]);
    // Two sizes of the same class look alike; what is seen is the class.
    expect(tiny).toEqual(most);
    expect(await send(file(200_000))).toHaveLength(3);
  });
});

describe("the disk", () => {
  it("has nothing of a file's content, name, type or true size, and after the seal nothing of its upload", async () => {
    const uploads: string[] = [];
    const watched = await openChannel(here.url, CHANNEL, {
      ...here.options(async (url, init) => {
        const body = init?.body;
        if (url.endsWith("/uploads") && body instanceof Uint8Array) uploads.push(toHex(new Uint8Array(body).slice(12, 28)));
        return fetch(url, init);
      }),
    });
    await watched.report(watched.newSecretCode(), content, undefined, null, [file(LENGTH)]);
    const size = Buffer.from([0, LENGTH >> 16, (LENGTH >> 8) & 255, LENGTH & 255]).toString("latin1");
    const traces = [
      NAME,
      TYPE,
      "canary",
      String(LENGTH),
      size,
      ...[NAME, TYPE, TEXT].map((text) => Buffer.from(text).toString("base64").slice(0, 16)),
    ];
    const upload = uploads[0] as string;
    const names = [upload, Buffer.from(upload, "hex").toString("latin1"), Buffer.from(upload, "hex").toString("base64")];
    const found = async (texts: readonly string[]) => {
      const files = await disk();
      return texts.filter((text) => files.some((bytes) => bytes.includes(text)));
    };
    // Until the seal the upload is a folder of that name.
    expect(await found([...traces, ...names])).toEqual([upload]);
    await here.moveTo(here.clock.seconds + DAY);
    expect(await found([...traces, ...names])).toEqual([]);
    expect((await disk()).filter((bytes) => bytes.includes("/chunks/")).length).toBeGreaterThanOrEqual(4);
    // What a writer of files as they are would leave: the same search finds it.
    const plain = [`${NAME}\n${TEXT}`];
    expect(traces.filter((text) => plain.some((bytes) => bytes.includes(text)))).not.toEqual([]);
    const texts = await Promise.all(
      (await cases()).filter(({ first }) => first.document.attachments.length === 1).map((each) => whole(each)),
    );
    expect(texts.some((text) => text.length === LENGTH && text.startsWith(TEXT))).toBe(true);
  });
});

describe("a server that lies", () => {
  const two = async (): Promise<Case> => {
    const found = (await cases()).find(({ first }) => first.document.attachments.length === 4);
    if (found === undefined) throw new TypeError("no such case");
    return found;
  };
  /** What the server answers for chunks, changed on the way; the first answer is for the head. */
  const between = (change: (bytes: Uint8Array, answer: number) => Uint8Array | Response) => {
    let answers = 0;
    return transport(async (url, init) => {
      const response = await fetch(url, init);
      if (!url.endsWith("/chunks")) return response;
      const changed = change(new Uint8Array(await response.arrayBuffer()), answers++);
      return changed instanceof Response ? changed : new Response(new Uint8Array(changed));
    });
  };

  it("and hands out one attachment's chunks for another's, of one report or of two, is found out", async () => {
    const [report] = [await two()];
    const kept: Uint8Array[] = [];
    const keeping = between((bytes) => {
      kept.push(bytes);
      return bytes;
    });
    await whole(report, keeping, 1);
    const [head, data] = kept as [Uint8Array, Uint8Array];
    await refused(
      whole(
        report,
        between((bytes, answer) => (answer === 0 ? head : bytes)),
        0,
      ),
      "ERR_ATTACHMENT_INVALID",
    );
    await refused(
      whole(
        report,
        between((bytes, answer) => (answer === 0 ? bytes : data)),
        0,
      ),
      "ERR_ATTACHMENT_INVALID",
    );
    const other = (await cases()).find(({ first }) => first.document.attachments.length === 1) as Case;
    await refused(
      whole(
        other,
        between((bytes, answer) => (answer === 0 ? head : bytes)),
      ),
      "ERR_ATTACHMENT_INVALID",
    );
  });

  it("and swaps, repeats, cuts or loses chunks is found out", async () => {
    const report = await two();
    const size = 65_536;
    const data = (change: (bytes: Uint8Array) => Uint8Array | Response) =>
      between((bytes, answer) => (answer === 0 ? bytes : change(bytes)));
    const swapped = (bytes: Uint8Array) =>
      Buffer.concat([bytes.subarray(size, 2 * size), bytes.subarray(0, size), bytes.subarray(2 * size)]);
    const repeated = (bytes: Uint8Array) => Buffer.concat([bytes.subarray(0, size), bytes.subarray(0, size), bytes.subarray(2 * size)]);
    for (const change of [swapped, repeated, (bytes: Uint8Array) => bytes.subarray(0, 2 * size)])
      await refused(whole(report, data(change)), "ERR_ATTACHMENT_INVALID");
    const lost = new Response(JSON.stringify({ code: "ERR_NOT_FOUND" }), { status: 404 });
    await refused(
      whole(
        report,
        data(() => lost),
      ),
      "ERR_ATTACHMENT_MISSING",
    );
    expect(await whole(report)).toBe(TEXT.slice(0, 1));
  });
});

describe("a stranger", () => {
  it("who knows an attachment's head and seed cannot pass it off as another mailbox's", async () => {
    const [theirs, mine] = (await cases()).filter(({ first }) => first.document.attachments.length > 0) as [Case, Case];
    const stolen = {
      ...mine,
      first: { ...mine.first, document: { ...mine.first.document, attachments: theirs.first.document.attachments } },
    };
    await refused(whole(stolen), "ERR_ATTACHMENT_INVALID");
  });

  it("who holds no key of the channel gets no chunk, though its hash is known", async () => {
    const [report] = (await cases()).filter(({ first }) => first.document.attachments.length > 0) as [Case];
    const [reference] = report.first.document.attachments;
    if (reference === undefined) throw new TypeError("no attachment");
    const stranger = { ...keys, signing: here.holders[1]?.signing ?? keys.signing };
    await refused(openAttachment(transport(), channel.manifest, stranger, report.writer, reference), "ERR_KEY_FILE");
    const forged = transport(async (url, init) => {
      if (!url.endsWith("/chunks")) return fetch(url, init);
      const body = JSON.parse(new TextDecoder().decode(init?.body as Uint8Array)) as object;
      return fetch(url, { ...init, body: JSON.stringify({ ...body, signature: "00".repeat(64) }) });
    });
    await refused(openAttachment(forged, channel.manifest, keys, report.writer, reference), "ERR_FETCH_REFUSED");
  });
});
