import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { decodeEntryBundle } from "@amana/core/ledger";
import { CHANNEL, type Ran, WAVE } from "@amana/example-trial";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FinishedTrial, finishedTrial, OFFICIALS, PRIVATE_SECTOR } from "./support/finished-trial.ts";
import { rewriteDocument, snapshot, withCopy } from "./support/folder.ts";
import { forgedLedger } from "./support/forged-ledger.ts";
import { flipped, type Twist, throughProxy } from "./support/proxy.ts";
import { sealedWave } from "./support/sealed-wave.ts";

let trial: FinishedTrial;

beforeAll(async () => {
  trial = await finishedTrial();
});

afterAll(() => trial?.remove());

const isBuildList = (bytes: Uint8Array): boolean => /^\{"files":.*"type":"builds"\}$/.test(new TextDecoder().decode(bytes));

/** Where a submission leaf's first token begins, and its length (docs/protocol.md §6). */
const TOKEN_AT = 71;
const TOKEN = 354;

const isSubmission = (entry: Uint8Array): boolean => new TextDecoder().decode(entry.subarray(0, 4)) === "AML1";

describe("a small cycle", () => {
  it("counts to the person and verifies", () => {
    const { release, ledgerSize, ...numbers } = trial.summary;
    expect(numbers).toEqual({
      invited: OFFICIALS + PRIVATE_SECTOR + 50,
      drawn: 30,
      submitted: 30,
      revised: 12,
      withdrawn: 4,
      refused: 1,
      counted: 24,
      invalid: 2,
      verified: true,
      reports: { received: 3, replied: 3, verified: 1 },
    });
    expect(release).toMatch(/^[0-9a-f]{64}$/);
    // Two manifests, 46 versions, 30 draws in batches, a report and its follow-up, and what the key holders said.
    expect(ledgerSize).toBeGreaterThan(48);
    expect(trial.lines.filter((line) => line.startsWith("  ✓"))).toHaveLength(17);
  });

  it("ends its channel: a case is exported, reports are counted in bands, and then no message or attachment is left on the server", async () => {
    const [exported = ""] = (await readdir(trial.folder)).filter((name) => name.startsWith("case-"));
    expect(await readdir(join(trial.folder, exported))).toEqual(
      expect.arrayContaining(["attachments", "case.json", "manifest.json", "messages"]),
    );
    // Three are too few for any figure.
    const aggregate = JSON.parse(await readFile(join(trial.folder, "reports.json"), "utf8"));
    expect(aggregate).toMatchObject({ round: CHANNEL, reports: { suppressed: "protected" } });
    const { result } = await trial.world.amana(["status", "--data", trial.data]);
    const { rounds } = result as { rounds: { name: string; manifest: string }[] };
    const channel = `rounds/${rounds.find(({ name }) => name === CHANNEL)?.manifest}/`;
    const left = Object.keys(await snapshot(trial.data)).filter((path) => path.startsWith(channel));
    expect(left.length).toBeGreaterThan(0);
    for (const path of left) {
      const { data } = JSON.parse(await readFile(join(trial.data, path), "utf8")) as { data: Stored[] };
      expect(data.map(({ envelope }) => envelope)).toEqual(data.map(() => null));
    }
  });
});

/** `amana verify` through a server in between, with nothing remembered from before. */
function verify(twist: Twist, expected: number): Promise<{ failed: string[]; ran: Ran }> {
  return trial.serving(trial.data, (url) =>
    throughProxy(url, twist, async (proxy) => {
      await rm(join(trial.folder, "state"), { recursive: true, force: true });
      const ran = await trial.world.amana(
        ["verify", proxy, "--programme", trial.programme, "--evidence", join(trial.folder, "evidence")],
        expected,
      );
      const { checks } = ran.result as { checks: { check: string; ok: boolean }[] };
      return { failed: checks.filter(({ ok }) => !ok).map(({ check }) => check), ran };
    }),
  );
}

describe("amana verify", () => {
  it("finds nothing when nothing was changed", async () => {
    const { failed } = await verify((_path, bytes) => bytes, 0);
    expect(failed).toEqual([]);
  });

  const entries = (change: (bundle: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>): Twist => {
    return (path, bytes) => (path.startsWith("ledger/tile/entries/") ? change(bytes) : bytes);
  };
  /** Offsets in a bundle: two bytes of length before each entry. */
  const firstLeaf = (bundle: Uint8Array): number => {
    let at = 0;
    for (const entry of decodeEntryBundle(bundle, trial.summary.ledgerSize)) {
      if (isSubmission(entry)) return at + 2;
      at += 2 + entry.length;
    }
    throw new Error("no submission in the bundle");
  };

  const release = `${WAVE}: release`;
  const at =
    (place: string | (() => string), byte: number): Twist =>
    (path, bytes) =>
      path === (typeof place === "string" ? place : place()) ? flipped(bytes, byte) : bytes;

  it.each<[string, string, Twist]>([
    ["a token", "ledger", entries((bundle) => flipped(bundle, firstLeaf(bundle) + TOKEN_AT + TOKEN - 1))],
    ["an entry", "ledger", entries((bundle) => flipped(bundle, -1))],
    ["a ledger tile", "ledger", (path, bytes) => (path.startsWith("ledger/tile/0/") ? flipped(bytes, 5) : bytes)],
    ["the checkpoint's signature", "checkpoint", at("ledger/checkpoint", -10)],
    ["the programme", "programme", at("programme", 30)],
    ["the release", release, at(() => `files/${trial.summary.release}`, 100)],
    ["the release at its readers' address", release, at(`releases/${WAVE}/release.json`, 100)],
    ["the results", release, at(`releases/${WAVE}/results.json`, 50)],
    ["a page", release, at(`releases/${WAVE}/fr.html`, 900)],
    ["the page at the round's own address", release, at(`releases/${WAVE}/`, 900)],
    ["the form's page, for everybody", "served form", at("", 900)],
    [
      "a script of the form, for everybody",
      "served form",
      (path, bytes) => (path.startsWith("assets/index-") ? flipped(bytes, 900) : bytes),
    ],
    ["the logo, for everybody", "served form", at("brand/logo.svg", 20)],
    ["the list of the form's files", "served form", (_path, bytes) => (isBuildList(bytes) ? flipped(bytes, 40) : bytes)],
  ])("names the failed check and ends with 1 when one bit of %s is another", async (_what, check, twist) => {
    let twisted = 0;
    const counting: Twist = async (path, bytes) => {
      const after = await twist(path, bytes);
      if (after !== bytes) twisted += 1;
      return after;
    };
    const { failed, ran } = await verify(counting, 1);
    expect(twisted).toBeGreaterThan(0);
    expect(failed).toEqual([check]);
    expect(ran.warnings.join("\n")).toContain(`✗ ${check}`);
  });

  it("finds a changed token also where the ledger's own key signs the changed ledger", async () => {
    const change = (all: Uint8Array[]): void => {
      const at = all.findIndex(isSubmission);
      all[at] = flipped(all[at] as Uint8Array, TOKEN_AT + TOKEN - 1);
    };
    const { failed } = await verify(await forgedLedger(trial.data, change), 1);
    expect(failed).toContain(`${WAVE}: submissions`);
    // The forger's tool itself changes nothing that was not asked for.
    expect((await verify(await forgedLedger(trial.data, () => undefined), 0)).failed).toEqual([]);
  });
});

/** The documents of sealed epochs. */
const epochPaths = async (data: string): Promise<string[]> =>
  Object.keys(await snapshot(data)).filter((path) => /^rounds\/[0-9a-f]{64}\/epochs\/\d+\/\d+\.json$/.test(path));

/** Those of the wave that still have an envelope: a document may hold superseded versions only. */
async function epochDocuments(data: string): Promise<string[]> {
  const all = await epochPaths(data);
  const found: string[] = [];
  for (const path of all) {
    const { data: records } = JSON.parse(await readFile(join(data, path), "utf8")) as { data: Stored[] };
    const ofWave = (leaf: string): boolean => Buffer.from(leaf, "base64").subarray(0, 4).toString() === "AML1";
    if (records.some(({ leaf, envelope }) => ofWave(leaf) && envelope !== null)) found.push(join(data, path));
  }
  return found;
}

interface Stored {
  leafHash: string;
  leaf: string;
  envelope: string | null;
}

/** Flips one bit of the first envelope of a document that still has one, under a digest that fits. Returns its leaf's hash. */
async function damageEnvelope(path: string): Promise<string> {
  let leaf = "";
  await rewriteDocument(path, (records) => {
    const kept = (records as Stored[]).find(({ envelope }) => envelope !== null) as Stored;
    kept.envelope = damagedBase64(kept.envelope ?? "");
    leaf = kept.leafHash;
  });
  return leaf;
}

const damagedBase64 = (envelope: string): string => Buffer.from(flipped(Buffer.from(envelope, "base64"), 1000)).toString("base64");

/** One bit of a file on the disk. */
const damageFile = async (path: string, at: number): Promise<void> => writeFile(path, flipped(await readFile(path), at));

describe("amana doctor", () => {
  const doctor = async (data: string, expected: number): Promise<{ failed: { check: string; detail: string }[] }> => {
    const { result } = await trial.world.amana(["doctor", data], expected);
    const { findings } = result as { findings: { check: string; ok: boolean; detail: string }[] };
    return { failed: findings.filter(({ ok }) => !ok) };
  };

  it("finds nothing in a sound folder and changes nothing", async () => {
    const before = await snapshot(trial.data);
    expect((await doctor(trial.data, 0)).failed).toEqual([]);
    expect(await snapshot(trial.data)).toEqual(before);
  });

  it.each<[string, string, (data: string) => Promise<string>]>([
    ["document", "documents", async (data) => join(data, (await epochPaths(data))[0] as string)],
    ["ledger tile", "ledger", async (data) => join(data, "ledger/tile/0/000.p", String(trial.summary.ledgerSize))],
    ["entry", "ledger", async (data) => join(data, "ledger/tile/entries/000.p", String(trial.summary.ledgerSize))],
    ["release", "files", async (data) => join(data, "files", trial.summary.release)],
  ])("names a stored %s of which one bit is another", async (_what, check, find) => {
    await withCopy(trial.data, async (data) => {
      const path = await find(data);
      await damageFile(path, 300);
      const { failed } = await doctor(data, 1);
      expect(failed.map((finding) => finding.check)).toEqual([check]);
    });
  });
});

describe("the trustee's tool", () => {
  const ledgerSize = async (url: string): Promise<number> => Number((await (await fetch(`${url}ledger/checkpoint`)).text()).split("\n")[1]);

  it("names an envelope that was damaged at the server, as the doctor does, and one that was damaged on its own machine, and ends with 1", async () => {
    const wave = await sealedWave();
    try {
      const hold = (expected: number): Promise<Ran> => wave.world.as("customs", ["trustee", "hold", "--round", WAVE], expected);
      const held = join(wave.folder, "keys", "customs.key.work", WAVE, "envelopes");
      const [document = ""] = await epochDocuments(wave.data);
      const sound = await readFile(document);
      const leaf = await damageEnvelope(document);
      const { result: doctor } = await wave.world.amana(["doctor", wave.data], 1);
      const { findings } = doctor as { findings: { check: string; ok: boolean; detail: string }[] };
      expect(findings.filter(({ ok }) => !ok)).toMatchObject([{ check: `round ${WAVE}`, detail: expect.stringContaining(leaf) }]);
      await wave.serving(wave.data, async (url) => {
        const before = await ledgerSize(url);
        const { warnings, result } = await hold(1);
        expect(warnings.join("\n")).toContain(leaf);
        expect(result).toMatchObject({ step: "hold", epochs: 1, missing: 1, notGiven: [leaf] });
        expect((await readdir(held)).length).toBe(2);
        // What could not be had is said in the ledger, for everyone to see.
        expect(await ledgerSize(url)).toBe(before + 1);
      });

      const [name = ""] = await readdir(held);
      await damageFile(join(held, name), 40);
      // The server cannot give it again either.
      await rewriteDocument(document, (records) => {
        for (const record of records as Stored[]) {
          if (record.leafHash === name) record.envelope = damagedBase64(record.envelope ?? "");
        }
      });
      await wave.serving(wave.data, async () => {
        const { warnings, result } = await hold(1);
        expect(warnings.join("\n")).toContain(name);
        expect(result).toMatchObject({ step: "hold", damaged: [name] });
      });

      // With the sound document restored the tool mends what it holds.
      await writeFile(document, sound);
      await wave.serving(wave.data, () => hold(0));
      await wave.serving(wave.data, async () => expect((await hold(0)).warnings).toEqual([]));
      expect((await readdir(held)).length).toBe(3);
    } finally {
      await wave.remove();
    }
  });
});

describe("what cannot be done", () => {
  /** One sentence on stderr, exit code 2, and every file as before. */
  const refused = async (args: readonly string[], code: string): Promise<string> => {
    const before = await snapshot(trial.folder);
    const { warnings } = await trial.world.amana(args, 2);
    expect(await snapshot(trial.folder)).toEqual(before);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(code);
    return warnings[0] as string;
  };
  const key = (name: string): string => trial.world.key(name);
  const passphrase = (): string => join(trial.folder, "keys", "passphrase.txt");

  it("a wrong passphrase", async () => {
    const wrong = join(trial.folder, "wrong.txt");
    await writeFile(wrong, "not this one\n");
    await refused(["trustee", "hold", "--round", WAVE, "--key", key("customs"), "--passphrase-file", wrong], "ERR_PASSPHRASE");
    await refused(["trustee", "next", "--key", key("customs"), "--passphrase-file", join(trial.folder, "none.txt")], "ERR_PASSPHRASE");
    await rm(wrong);
  });

  it("a missing key file, and one that is none", async () => {
    await refused(["trustee", "next", "--key", key("nobody"), "--passphrase-file", passphrase()], "ERR_KEY_FILE");
    await refused(["reports", "list", "--round", WAVE, "--key", passphrase(), "--passphrase-file", passphrase()], "ERR_KEY_FILE");
  });

  it("a missing data folder", async () => {
    const missing = join(trial.folder, "none");
    await refused(["serve", "--data", missing, "--port", "0"], "ERR_PROGRAMME_MISSING");
    await refused(["status", "--data", missing], "ERR_PROGRAMME_MISSING");
    await refused(["results", "publish", "--data", missing, "--round", WAVE], "ERR_PROGRAMME_MISSING");
    await refused(["doctor", missing], "no such folder");
  });

  it("a busy port", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as AddressInfo;
    await refused(["serve", "--data", trial.data, "--port", String(port)], "ERR_ADDRESS_BUSY");
    await new Promise((resolve) => other.close(resolve));
  });

  it("a second server on the folder; a doctor asks the first", () =>
    trial.serving(trial.data, async () => {
      await refused(["serve", "--data", trial.data, "--port", "0"], "ERR_STORE_BUSY");
      const { result } = await trial.world.amana(["doctor", trial.data], 0);
      expect((result as { findings: { check: string }[] }).findings.map(({ check }) => check)).toContain("server");
    }));

  it("a server that is not there", async () => {
    await refused(["verify", "http://127.0.0.1:9/", "--programme", trial.programme], "ERR_NETWORK");
  });
});
