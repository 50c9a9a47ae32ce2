import { type HolderKeys, Inbox, readChannel, reply } from "@amana/client/handler";
import { type Channel, openChannel } from "@amana/client/reporter";
import { LedgerView, Transport } from "@amana/client/trustee";
import { encodeJson, H, newSecretCode, type Rng, type SecretCode, SHA256, TAGS, toHex, uint } from "@amana/core/bytes";
import { sealCaseRecord } from "@amana/core/cases";
import { mailboxSecret, replyKemKey, responseSigningKey } from "@amana/core/credential";
import { mailboxAddress, REPLY_LENGTH, replyLookup, sealReply } from "@amana/core/mailbox";
import { type Manifest, manifestId } from "@amana/core/manifest";
import { kemKey, randomBytes, sign, signingKey } from "@amana/core/primitives";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHANNEL, DAY, launchChannel, reportsDraft } from "./support/channel.ts";
import { Deployment } from "./support/server.ts";
import { Wire } from "./support/wire.ts";

/* A reports channel on a real server, and who would find out who wrote, what, or how much, or answer in a handler's name. */

let here: Deployment;
let wire: Wire;
let keys: HolderKeys;
let channel: Channel;
let manifest: Manifest;
let id: Uint8Array;
const content = (text: string) => ({ locale: "en", fields: {}, text });

beforeAll(async () => {
  here = await Deployment.start((same) => same, { people: 3 });
  const signing = here.holders[0]?.signing;
  if (signing === undefined) throw new TypeError("no handler");
  keys = { signing, kem: kemKey(randomBytes(32)) };
  await launchChannel(here, reportsDraft(here, await here.manifest(), keys), keys);
  await here.moveTo(here.clock.seconds + 1);
  wire = await Wire.before(here.url);
  channel = await openChannel(wire.url, CHANNEL, here.options());
  manifest = channel.manifest;
  id = manifestId(manifest);
});
afterAll(async () => {
  await wire.close();
  await here.stop();
});

async function inbox(): Promise<Inbox> {
  const transport = new Transport(here.url);
  const now = new Date(here.clock.seconds * 1000);
  const history = await readChannel(transport, await LedgerView.fetch(transport, channel.programme, now), CHANNEL);
  const opened = await Inbox.open({ transport, channel: history, keys, now });
  while ((await opened.openMore()) > 0);
  return opened;
}

/** A report with one reply, published. */
async function answered(code: SecretCode, text: string): Promise<void> {
  await channel.report(code, content(text));
  const box = await inbox();
  const found = box.cases.find(({ first }) => first.document.text === text);
  if (found === undefined) throw new TypeError("no such case");
  await reply(box, found, "Thank you.", false);
  await here.moveTo(here.clock.seconds + DAY / 2);
}

const get = async (path: string): Promise<Uint8Array> => new Uint8Array(await (await fetch(new URL(path, here.url))).arrayBuffer());
const store = async (): Promise<Uint8Array[]> => {
  const bytes = await get(`rounds/${CHANNEL}/replies`);
  return Array.from({ length: bytes.length / REPLY_LENGTH }, (_, at) => bytes.subarray(at * REPLY_LENGTH, (at + 1) * REPLY_LENGTH));
};
const addressOf = (code: SecretCode): Uint8Array => mailboxAddress(id, mailboxSecret(code, id));

describe("whoever guesses secret codes", () => {
  /** What a guess costs nobody but the one who guesses: everything that it is tried on is public. */
  const guess = async (codes: readonly SecretCode[]): Promise<number> => {
    const lookups = new Set((await store()).map((entry) => toHex(entry.subarray(0, 32))));
    return codes.filter((code) => lookups.has(toHex(replyLookup(id, addressOf(code), 0)))).length;
  };
  /** A code of two random bytes, as short as what people are often given to type. */
  const short = (value: number): SecretCode =>
    newSecretCode((length) => new Uint8Array(length).map((_, at) => (at < 2 ? value >> (8 * at) : 0) & 255));

  it("finds none: each has 128 random bits, and a wrong one looks like one without a reply", async () => {
    const drawn: number[] = [];
    const rng: Rng = (length) => {
      drawn.push(length);
      return randomBytes(length);
    };
    const code = newSecretCode(rng);
    expect(drawn).toEqual([16]);
    await answered(code, "guessed at");
    expect(await guess([code])).toBe(1);
    expect(await guess(Array.from({ length: 200 }, () => newSecretCode(randomBytes)))).toBe(0);
    await wire.take();
    expect(await channel.replies(newSecretCode(randomBytes))).toEqual([]);
    const wrong = await wire.take();
    expect((await channel.replies(code)).map(({ text }) => text)).toEqual(["Thank you."]);
    expect(await wire.take()).toEqual(wrong);
  });

  it("would find one of so few bits that people remember it, offline, with nobody to stop the guessing", async () => {
    await answered(short(300), "a short code");
    expect(await guess(Array.from({ length: 512 }, (_, value) => short(value)))).toBe(1);
  });
});

describe("whoever wants a list of mailboxes", () => {
  /** Everything that anybody can fetch of the channel. */
  const everything = async (): Promise<string> => {
    const view = await LedgerView.fetch(new Transport(here.url), here.amana.programme, new Date(here.clock.seconds * 1000));
    let bytes = toHex(await get(`rounds/${CHANNEL}/replies`)) + toHex(await get("rounds"));
    for await (const entry of view.entries()) bytes += toHex(entry.bytes);
    return bytes;
  };

  it("finds in nothing that is public which mailboxes there are, what belongs to one, or how many replies there are", async () => {
    const before = (await store()).length;
    const codes = [1, 2].map(() => newSecretCode(randomBytes)) as [SecretCode, SecretCode];
    for (const code of codes) await channel.report(code, content("listed?"));
    await channel.followUp(codes[0], content("and again"));
    await here.moveTo(here.clock.seconds + DAY / 2);
    const all = await everything();
    for (const code of codes) {
      const writer = responseSigningKey(code, id).publicKey;
      for (const trace of [addressOf(code), writer, replyKemKey(code, id).publicKey]) expect(all.includes(toHex(trace))).toBe(false);
    }
    expect((await store()).length).toBe(before);
    // A ledger of the messages as they were sent would say which of them are one person's.
    const sent = (await inbox()).cases.flatMap(({ writer, messages }) => messages.map(() => toHex(writer)));
    expect(sent.filter((writer) => writer === toHex(responseSigningKey(codes[0], id).publicKey))).toHaveLength(2);
  });

  it("is told nothing by the server without a handler's signature over a nonce of its own", async () => {
    const { nonce } = { nonce: toHex(new Uint8Array(await (await fetch(new URL("nonces", here.url), { method: "POST" })).arrayBuffer())) };
    for (const path of ["inbox", "reports", "cases", "chunks"]) {
      const more =
        path === "inbox"
          ? { from: 0, to: null, after: null }
          : path === "chunks"
            ? { chunks: ["00".repeat(32)] }
            : { wanted: ["00".repeat(32)] };
      const signature = toHex(sign(signingKey(randomBytes(32)), H(TAGS.fetch, id, uint(0, 4), randomBytes(32))));
      const body = new TextDecoder().decode(encodeJson({ holder: 0, nonce, signature, ...more }));
      const response = await fetch(new URL(`rounds/${CHANNEL}/${path}`, here.url), {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body,
      });
      expect([path, response.status, ((await response.json()) as { code: string }).code]).toEqual([path, 403, "ERR_FETCH_REFUSED"]);
    }
  });
});

describe("whoever watches somebody look for replies", () => {
  it("sees one size and one sequence of requests, whether there is a reply, none, or no such mailbox; and replies come at whole periods", async () => {
    const code = newSecretCode(randomBytes);
    await channel.report(code, content("polled"));
    const visit = async (as: SecretCode): Promise<unknown> => {
      await wire.take();
      const again = await openChannel(wire.url, CHANNEL, here.options());
      await again.replies(as);
      return (await wire.take()).filter(({ what }) => what.includes("replies"));
    };
    const before = await visit(code);
    const published = SHA256(await get(`rounds/${CHANNEL}/replies`));
    const box = await inbox();
    const found = box.cases.find(({ first }) => first.document.text === "polled");
    if (found === undefined) throw new TypeError("no such case");
    await reply(box, found, "x".repeat(2000), true);
    // At the moment of a reply nothing changes.
    await here.moveTo(here.clock.seconds);
    expect(toHex(SHA256(await get(`rounds/${CHANNEL}/replies`)))).toBe(toHex(published));
    await here.moveTo(here.clock.seconds + DAY / 2);
    expect((await channel.replies(code)).length).toBe(1);
    expect(before).toHaveLength(1);
    expect(await visit(code)).toEqual(before);
    expect(await visit(newSecretCode(randomBytes))).toEqual(before);
  });

  it("would see it by the length, did a client ask for its own entries alone", async () => {
    const all = await store();
    const own = (code: SecretCode): number =>
      all.filter((entry) => [0, 1, 2].some((at) => toHex(entry.subarray(0, 32)) === toHex(replyLookup(id, addressOf(code), at)))).length *
      REPLY_LENGTH;
    const code = newSecretCode(randomBytes);
    await answered(code, "asks for its own");
    all.splice(0, all.length, ...(await store()));
    expect([own(code), own(newSecretCode(randomBytes))]).toEqual([REPLY_LENGTH, 0]);
  });
});

describe("a handler who was removed, and knows mailbox and reply key of a report", () => {
  /** Of a round before this one: no handler of this one any more. */
  const removed = signingKey(randomBytes(32));
  const sealed = (code: SecretCode): Uint8Array =>
    sealReply(
      {
        reports: manifest,
        address: addressOf(code),
        replyKey: replyKemKey(code, id).publicKey,
        sequence: 0,
        handler: 0,
        text: "Meet me alone.",
      },
      removed,
    );

  it("delivers nothing to the server, forged or played back, and is shown by no client where the server lets it in", async () => {
    const code = newSecretCode(randomBytes);
    await channel.report(code, content("to be forged"));
    const forged = sealed(code);
    const change = { kind: "note", text: "x" } as const;
    const document = { protocol: "amana/1", type: "case-record", address: toHex(addressOf(code)), after: [], day: 1, change } as const;
    const { bytes } = sealCaseRecord({ reports: manifest, handler: 0, document }, removed);
    const signature = toHex(sign(removed, H(TAGS.replyDelivery, id, SHA256(forged), SHA256(bytes))));
    const body = new TextDecoder().decode(encodeJson({ holder: 0, reply: toHex(forged), record: toHex(bytes), signature }));
    const init = { method: "POST", headers: { "Content-Type": "application/json" }, body };
    const response = await fetch(new URL(`rounds/${CHANNEL}/replies`, here.url), init);
    expect(((await response.json()) as { code: string }).code).toBe("ERR_FETCH_REFUSED");
    // A server that lets it in, and plays back in the next place what somebody else was told.
    const [real] = (await store()).filter((entry) => toHex(entry.subarray(0, 32)) !== toHex(forged.subarray(0, 32)));
    const replayed = Buffer.concat([replyLookup(id, addressOf(code), 1), (real as Uint8Array).subarray(32)]);
    const lying = await openChannel(here.url, CHANNEL, {
      ...here.options(async (url, init_) => {
        const answer = await fetch(url, init_);
        if (!url.endsWith("/replies")) return answer;
        return new Response(Buffer.concat([...(await store()), forged, replayed]));
      }),
    });
    const none = { organisation: null, text: null, fault: "ERR_REPLY_INVALID" };
    expect(await lying.replies(code)).toEqual([none, none]);
  });
});
