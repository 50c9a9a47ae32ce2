import { decodeJson, encodeJson, fromHex, SHA256, toHex } from "@amana/core/bytes";
import { open } from "@amana/core/envelope";
import { leafHash, openTlogProof } from "@amana/core/ledger";
import { decodeFirstReport, reportContext } from "@amana/core/mailbox";
import { decodeManifest, manifestId, recipients } from "@amana/core/manifest";
import { decodeProgramme, programmeId } from "@amana/core/programme";
import { decodeSubmission, encodeReportLeaf } from "@amana/core/submission";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { CHANNEL, ChannelOperator, makeChannel } from "../../test-support/channel.ts";
import { BASE, clientOptions } from "../../test-support/people.ts";
import { makeWorld, START, type Trustee } from "../../test-support/world.ts";
import { openChannel } from "../reporter/channel.ts";
import { LedgerView } from "../wire/ledger-view.ts";
import { Transport } from "../wire/transport.ts";
import { type Case, change, type ExportCheck, exportCase, Inbox, readChannel, reply, verifyExport } from "./index.ts";

const manifestSchema = v.object({ files: v.array(v.object({ path: v.string(), sha256: v.string(), length: v.number() })) });
const caseSchema = v.looseObject({ messages: v.array(v.looseObject({ leaf: v.string(), share: v.string() })) });

/** Every file of an export that can be read to its end. `spoil` makes the server lie before it is asked for chunks. */
async function exported(spoil: (operator: ChannelOperator) => void = () => undefined): Promise<Map<string, Uint8Array>> {
  const world = makeWorld();
  const operator = new ChannelOperator(world, makeChannel(world)).launch(undefined, [0, 1]);
  const reporter = await openChannel(BASE, CHANNEL, clientOptions(operator));
  const code = reporter.newSecretCode();
  const photograph = { name: "../CON.jpg", type: "image/jpeg", bytes: new Uint8Array(70_000).fill(7) };
  const source = { ...photograph, size: 70_000, slice: (from: number, to: number) => new Blob([photograph.bytes.slice(from, to)]) };
  await reporter.report(code, { locale: "en", fields: {}, text: "It happened." }, undefined, null, [source]);
  await reporter.followUp(code, { locale: "en", fields: {}, text: "And again." });
  await reporter.report(reporter.newSecretCode(), { locale: "en", fields: {}, text: "Another." });
  operator.sealReports();
  const transport = new Transport(BASE, operator.fetch);
  const now = new Date((START + 60) * 1000);
  const view = await LedgerView.fetch(transport, world.programme, now);
  const channel = await readChannel(transport, view, CHANNEL);
  const inbox = await Inbox.open({ transport, channel, keys: world.trustees[0] as Trustee, now });
  while ((await inbox.openMore()) > 0);
  const found = inbox.cases.find(({ messages }) => messages.length === 2) as Case;
  await reply(inbox, await change(inbox, found, { kind: "note", text: "Ours." }), "Thank you.", false);
  spoil(operator);
  const files = new Map<string, Uint8Array>();
  for await (const { path, pieces } of exportCase(inbox, inbox.find(found.reference), view)) {
    const parts: Uint8Array[] = [];
    try {
      for await (const piece of pieces) parts.push(piece);
      files.set(path, new Uint8Array(Buffer.concat(parts)));
    } catch (error) {
      expect(error).toMatchObject({ code: "ERR_ATTACHMENT_INVALID" });
    }
  }
  return files;
}

describe("an exported case", () => {
  it("is whole, and proves without any server that the ledger has these messages with these texts", async () => {
    const files = await exported();
    const fileOf = (path: string): Uint8Array => files.get(path) as Uint8Array;
    // 1. Every file is the one that the manifest names, and none is beside it.
    const manifest = v.parse(manifestSchema, JSON.parse(new TextDecoder().decode(fileOf("manifest.json"))));
    expect([...files.keys()].sort()).toEqual([...manifest.files.map(({ path }) => path), "manifest.json"].sort());
    for (const { path, sha256, length } of manifest.files)
      expect([toHex(SHA256(fileOf(path))), fileOf(path).length], path).toEqual([sha256, length]);
    // 2. What they say.
    const text = new TextDecoder().decode(fileOf("case.json"));
    for (const said of ["It happened.", "And again.", "Thank you.", "Ours."]) expect(text).toContain(said);
    expect(text).not.toContain("Another.");
    // 3. The text is in the sealed bytes, and they are in the ledger.
    const programme = decodeProgramme(fileOf("programme.json"));
    const round = decodeManifest(fileOf("round.json"));
    const { messages } = decodeJson(fileOf("case.json"), caseSchema);
    for (const [sequence, { leaf, share }] of messages.entries()) {
      const name = `messages/00${sequence}`;
      const bytes = fileOf(`${name}.submission`);
      const hash = leafHash(encodeReportLeaf(bytes));
      expect(toHex(hash)).toBe(leaf);
      openTlogProof(fileOf(`${name}.tlog-proof`), hash, {
        ...programme.ledger,
        witnesses: programme.witnesses.map(({ vkey }) => vkey),
        quorum: programme.quorum,
      });
      const { envelope, responseKey } = decodeSubmission(bytes, round);
      const context = reportContext(manifestId(round), responseKey, sequence);
      const plaintext = await open(envelope, [fromHex(share)], { recipients: recipients(round), threshold: 1, context, size: round.size });
      const document = sequence === 0 ? decodeFirstReport(plaintext).document : JSON.parse(new TextDecoder().decode(plaintext));
      expect(JSON.parse(new TextDecoder().decode(fileOf(`${name}.json`)))).toEqual(document);
    }
    // 4. What was attached, under a name that harms no disk.
    const attachments = [...files.keys()].filter((path) => path.startsWith("attachments/"));
    expect(attachments).toHaveLength(1);
    expect(attachments[0]).toMatch(/^attachments\/000-0-[^/\\]+$/);
    expect(fileOf(attachments[0] as string)).toEqual(new Uint8Array(70_000).fill(7));
  });

  describe("checked without any server", () => {
    const encode = (value: unknown) => encodeJson(value);
    const read = (files: Map<string, Uint8Array>, path: string) => JSON.parse(new TextDecoder().decode(files.get(path))) as never;
    const pinOf = (files: Map<string, Uint8Array>) => toHex(programmeId(decodeProgramme(files.get("programme.json") as Uint8Array)));
    async function check(files: Map<string, Uint8Array>, pinned = pinOf(files)): Promise<ExportCheck[]> {
      const folder = {
        paths: [...files.keys()],
        async *read(path: string) {
          const bytes = files.get(path) as Uint8Array;
          for (let at = 0; at < bytes.length; at += 50_000) yield bytes.subarray(at, at + 50_000);
        },
      };
      const checks: ExportCheck[] = [];
      for await (const each of verifyExport(folder, pinned)) checks.push(each);
      return checks;
    }
    const failed = (checks: readonly ExportCheck[]) =>
      checks.filter(({ ok }) => !ok).map(({ check: what, detail }) => `${what}: ${detail}`);
    /** What somebody changed who knows how manifest.json is made. */
    function forge(files: Map<string, Uint8Array>, changes: Readonly<Record<string, Uint8Array | null>>): Map<string, Uint8Array> {
      const forged = new Map(files);
      for (const [path, bytes] of Object.entries(changes))
        if (bytes === null) forged.delete(path);
        else forged.set(path, bytes);
      const list = [...forged].filter(([path]) => path !== "manifest.json");
      const named = list.map(([path, bytes]) => ({ path, sha256: toHex(SHA256(bytes)), length: bytes.length }));
      return forged.set("manifest.json", encode({ protocol: "amana/1", type: "case-export", files: named }));
    }

    it("holds as it is; whatever is changed, added, taken away or made up is named", async () => {
      const files = await exported();
      const checks = await check(files);
      expect(failed(checks)).toEqual([]);
      expect(checks.map(({ check: what }) => what)).toEqual(["files", "programme", "round", "messages", "attachments"]);
      const attachment = [...files.keys()].find((path) => path.startsWith("attachments/")) as string;
      const other = new Uint8Array(70_000).fill(8);
      // 1. By somebody who does not rewrite the list of files.
      expect(failed(await check(new Map([...files, ["messages/000.json", encode({})], ["more.txt", other]])))).toContain(
        "files: messages/000.json was changed; more.txt was added",
      );
      const without = new Map(files);
      without.delete("round.json");
      expect(failed(await check(without)).length).toBeGreaterThan(0);
      expect(failed(await check(new Map(), pinOf(files)))).toContain("files: manifest.json is missing");
      expect(failed(await check(files, "00".repeat(32)))[0]).toMatch(/^programme: /);
      // 2. By somebody who does: what was sealed, the ledger and the message still say otherwise.
      const said = { ...(read(files, "messages/000.json") as object), text: "It never happened." };
      const story = read(files, "case.json") as { messages: { document: object; attachments: object[] }[] };
      const told = { ...story, messages: story.messages.map((each, at) => (at === 0 ? { ...each, document: said } : each)) };
      const renamed = story.messages.map((each, at) =>
        at === 0 ? { ...each, attachments: [{ ...each.attachments[0], name: "x.pdf" }] } : each,
      );
      const moved = attachment.replace(/-0-.*$/, "-0-minister.jpg");
      const called = story.messages.map((each, at) =>
        at === 0 ? { ...each, attachments: [{ ...each.attachments[0], path: moved }] } : each,
      );
      const gone = story.messages.map((each) => ({ ...each, attachments: [] }));
      for (const [changes, where] of [
        [{ "messages/000.json": encode(said), "case.json": encode(told) }, /^messages: messages\/000 says something else/],
        [{ "case.json": encode({ ...story, messages: story.messages.slice(1) }) }, /^messages: messages\/000/],
        [{ "case.json": encode({ ...story, messages: [] }) }, /^messages: case.json has no message/],
        [{ "case.json": encode({ ...story, address: "ab".repeat(32) }) }, /^messages: case.json names another mailbox/],
        [{ "messages/001.submission": null }, /^messages: .*sealed bytes/],
        [{ "messages/001.tlog-proof": null }, /^messages: .*not in the ledger/],
        [{ "messages/001.tlog-proof": files.get("messages/000.tlog-proof") as Uint8Array }, /^messages: /],
        [{ "case.json": encode({ ...story, messages: renamed }) }, /^attachments: .*not what the reporter attached/],
        [{ "case.json": encode({ ...story, messages: gone }) }, /^attachments: case.json names other/],
        [{ [attachment]: other }, /^attachments: .*not what the reporter attached/],
        [{ [attachment]: null }, /^attachments: .*missing/],
        [{ "attachments/000-1-confession.pdf": other }, /^attachments: .*confession.pdf is of no message/],
        [{ "messages/002.json": encode(said) }, /^attachments: messages\/002.json is of no message/],
        [
          { [attachment]: null, [moved]: files.get(attachment) as Uint8Array, "case.json": encode({ ...story, messages: called }) },
          /^attachments: .*minister.jpg is not what the reporter called it/,
        ],
      ] as const) {
        const forged = forge(files, changes);
        const found = await check(forged);
        expect(failed(found)[0]).toMatch(where);
        // Whoever compares the list of hashes alone believes each of them.
        expect(found[0]).toMatchObject({ check: "files", ok: true });
      }
    });

    it("says of what the reporter attached and is not there that it is missing", async () => {
      const files = await exported((operator) => operator.on.set(`POST rounds/${CHANNEL}/chunks`, () => new Uint8Array(0)));
      expect(failed(await check(files))).toEqual(["attachments: one that the reporter attached is not here: ERR_ATTACHMENT_INVALID"]);
    });
  });

  it.each([
    ["that does not open", 0],
    ["that breaks off", 1],
  ])(
    "does without an attachment %s, and says so: neither who wrote it nor the server keeps a case from being exported",
    async (_, good) => {
      const files = await exported((operator) => {
        const kept = operator.on.get(`POST rounds/${CHANNEL}/chunks`);
        let asked = 0;
        operator.on.set(`POST rounds/${CHANNEL}/chunks`, (body) => (asked++ < good ? (kept?.(body) ?? null) : new Uint8Array(0)));
      });
      expect([...files.keys()].filter((path) => path.startsWith("attachments/"))).toEqual([]);
      const { messages } = decodeJson(files.get("case.json") as Uint8Array, caseSchema);
      expect(messages[0]).toMatchObject({ attachments: [{ failed: "ERR_ATTACHMENT_INVALID" }] });
      const { files: named } = v.parse(manifestSchema, JSON.parse(new TextDecoder().decode(files.get("manifest.json"))));
      expect(named.map(({ path }) => path).sort()).toEqual([...files.keys()].filter((path) => path !== "manifest.json").sort());
    },
  );
});
