import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openChannel } from "@amana/client/reporter";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everything } from "../test-support/io.ts";
import { CHANNEL, ORGANISATIONS, Trial, WAVE } from "../test-support/trial.ts";
import { readKeyFile } from "./keys/key-file.ts";

let trial: Trial;
const PASSPHRASE = "a passphrase of the trial";
const secrets: string[] = [];
const OPENERS = ["customs", "federation"];

beforeAll(async () => {
  trial = new Trial(await mkdtemp(join(tmpdir(), "amana-trial-")));
  await trial.launch();
  for (const id of ORGANISATIONS) {
    const { signingSeed, rounds } = await readKeyFile(trial.key(id), PASSPHRASE);
    secrets.push(signingSeed, ...Object.values(rounds));
  }
});

afterAll(async () => {
  await trial.stop();
  await rm(trial.folder, { recursive: true, force: true });
});

const envelopes = (id: string): string => join(`${trial.key(id)}.work`, WAVE, "envelopes");
const withUrl = (...line: string[]): string[] => [...line, "--url", trial.url];
const holdLine = (): string[] => withUrl("trustee", "hold", "--round", WAVE);
const hold = (expected = 0) => trial.as("customs", holdLine(), expected).then(({ results }) => results[0]);
const doctor = (expected = 0) => trial.as("customs", withUrl("trustee", "doctor"), expected);

describe("amana, from people's terminals to a released wave", () => {
  it("tells the operator what rounds do, in a table", async () => {
    const { said } = await trial.amana(["status", "--data", trial.data]);
    expect(said[0]).toMatch(/^Programme {2}(\d{4} ){5}\d{4} {3}trial: it protects nobody$/);
    expect(said.slice(3)).toEqual([
      "ROUND      KIND     STATE  SEALED  WAITS FOR",
      "wave-1     survey   open   0       answers",
      "reports-1  reports  open   0       reports",
      "",
      "Enrolled in wave-1, in tens, at the last whole day: officials not counted yet",
    ]);
  });

  it("makes no code where a file is in the way, or a second time, and leaves no file", async () => {
    const before = await readFile(trial.csv(), "utf8");
    await trial.amana(trial.invitations(), 2);
    expect(await readFile(trial.csv(), "utf8")).toBe(before);
    await trial.amana(trial.invitations(join(trial.folder, "again.csv")), 2);
    expect(await readdir(trial.folder)).not.toContain("again.csv");
  });

  it("holds what was sealed; a damaged or lost envelope is named, fetched again and repaired", async () => {
    for (const link of [0, 1, 2]) {
      await trial.answer(link);
      await trial.seal();
    }
    expect(await hold()).toMatchObject({ step: "hold", missing: 0, repaired: [], damaged: [] });
    const [one = "", two = ""] = (await readdir(envelopes("customs"))).sort();
    expect((await doctor()).results[0]).toMatchObject({ sound: true });

    await writeFile(join(envelopes("customs"), one), "damaged");
    await rm(join(envelopes("customs"), two));
    const named = await doctor(1);
    expect(named.warned.join()).toContain(`${one} is damaged; ${two} is not kept any more`);
    expect(await hold()).toMatchObject({ epochs: 0, repaired: [one, two], damaged: [] });
    expect((await doctor()).results[0]).toMatchObject({ sound: true });
  });

  it("fails, and says which, while the server does not give a damaged one again", async () => {
    const [one = ""] = (await readdir(envelopes("customs"))).sort();
    await writeFile(join(envelopes("customs"), one), "damaged");
    trial.between = async (url, send) => (url.endsWith("/envelopes") ? new Response(new Uint8Array(0)) : send());
    expect(await hold(1)).toMatchObject({ repaired: [], damaged: [one] });
    trial.between = (_url, send) => send();
    expect(await hold()).toMatchObject({ repaired: [one], damaged: [] });
  });

  it("lists, opens and answers a report, and `next` does not take a channel for a survey", async () => {
    const channel = await openChannel(trial.url, CHANNEL, trial.options);
    await channel.report(channel.newSecretCode(), { locale: "en", fields: { role: "trader" }, text: "First line\nSecond line" });
    await trial.seal();
    const line = (...words: string[]): string[] => withUrl("reports", ...words, "--round", CHANNEL);
    const list = await trial.as("observatory", line("list"));
    const { reports } = list.results[0] as { reports: { reference: string }[] };
    expect(list.said.join()).toContain("First line Second line");
    const [{ reference } = { reference: "" }] = reports;
    expect((await trial.as("observatory", line("open", reference))).said.join("\n")).toContain("  │ First line\n  │ Second line");
    await trial.as("observatory", [...line("reply", reference), "--text", "Thank you."]);
    await trial.as("observatory", line("open", "ffffffffff"), 2);
    // Where it stands, who is responsible, labels and notes; each wrong word is said before anything is written.
    const changed = async (...words: string[]) => (await trial.as("observatory", line(...words))).results[0];
    expect(await changed("state", reference, "investigating")).toMatchObject({
      reference,
      state: "investigating",
      replies: 1,
      acknowledgeBy: null,
    });
    expect(await changed("assign", reference, "observatory")).toMatchObject({ assigned: "observatory" });
    expect(await changed("label", reference, "douane")).toMatchObject({ labels: ["douane"] });
    expect(await changed("label", reference, "port")).toMatchObject({ labels: ["douane", "port"] });
    expect(await changed("label", reference, "port", "--off")).toMatchObject({ labels: ["douane"] });
    await changed("note", reference, "--text", "Same office\r\nas before.");
    for (const wrong of [
      ["state", reference, "closed"],
      ["assign", reference, "nowhere"],
      ["note", reference],
      ["note", reference, "--text", "\u001b[2J"],
      ["label", reference, "a\u202eb"],
      ["list", "--state", "closed"],
    ])
      await trial.as("observatory", line(...wrong), 2);
    // Many at once, and back again; with nobody to ask nothing is changed.
    const all = (...words: string[]) => changed("state-all", "junk", ...words);
    await trial.as("observatory", line("state-all", "junk", "--state", "investigating"), 2);
    expect(await all("--state", "investigating", "--containing", "nothing like it", "--yes")).toEqual({ changed: 0 });
    expect(await all("--state", "investigating", "--label", "douane", "--yes")).toEqual({ changed: 1 });
    expect((await changed("list", "--state", "junk")) as object).toMatchObject({ reports: [{ reference }] });
    expect(await all("--undo", "--yes")).toEqual({ changed: 1 });
    expect((await changed("list", "--state", "investigating")) as object).toMatchObject({ reports: [{ reference }] });
    const open = await trial.as("observatory", line("open", reference));
    expect(open.said.join("\n")).toMatch(/ {2}observatory[^\n]*\n {2}│ Thank you\.\n/);
    expect(open.said.join("\n")).toContain("observatory: note: Same office as before.");
    expect(open.results[0]).toMatchObject({ replies: [{ text: "Thank you.", by: "observatory" }] });
    expect((await changed("list", "--label", "douane", "--to", "observatory")) as object).toMatchObject({ reports: [{ reference }] });
    expect((await changed("list", "--state", "junk")) as object).toMatchObject({ reports: [] });
    // What was opened is kept, and nobody reads it without the key.
    const kept = await readFile(join(`${trial.key("observatory")}.work`, CHANNEL, "opened"));
    expect(kept.length).toBeGreaterThan(100);
    expect(kept.includes("First line")).toBe(false);
    const folder = join(trial.data, "..", "exported");
    expect(await changed("export", reference, "--out", folder)).toMatchObject({
      files: expect.arrayContaining(["case.json", "manifest.json"]),
    });
    expect(await readFile(join(folder, "case.json"), "utf8")).toContain("Same office\\nas before.");
    await trial.as("observatory", line("export", reference, "--out", folder), 2);
    // Whoever gets the folder needs neither a key nor a server.
    const verified = (expected: number, ...more: string[]) => trial.amana(["reports", "verify", folder, ...more], expected);
    expect((await verified(0)).results[0]).toMatchObject({
      holds: true,
      checks: expect.arrayContaining([{ check: "attachments", ok: true, detail: "none" }]),
    });
    expect((await verified(1, "--programme", "00".repeat(32))).results[0]).toMatchObject({ holds: false });
    await verified(2, "--programme", "00");
    await symlink(join(folder, "case.json"), join(folder, "case-2.json"));
    expect((await verified(1)).results[0]).toMatchObject({ holds: false });
    await rm(join(folder, "case-2.json"));
    await writeFile(join(folder, "messages", "000.json"), "{}");
    expect((await verified(1)).results[0]).toMatchObject({ holds: false });
    await rm(join(folder, "programme.json"));
    await verified(2);
    await trial.amana(["reports", "verify", join(folder, "nowhere")], 2);
    expect(await changed("retain")).toMatchObject({ over: false, open: [reference] });
    const next = await trial.as("observatory", withUrl("trustee", "next", "--round", CHANNEL));
    expect(next.said.join()).toContain("amana reports list");
  });

  it("saves the files of a report under safe names, over nothing that is there, and none that the server spoils", async () => {
    const channel = await openChannel(trial.url, CHANNEL, trial.options);
    const file = (name: string, text: string) => new File([text], name, { type: "text/plain" });
    const files = [file("../../.ssh/keys\u202etxt.exe", "first"), file("note.txt", "second"), file("note.txt", "third".repeat(50_000))];
    await channel.report(channel.newSecretCode(), { locale: "en", fields: {}, text: "With files" }, undefined, null, files);
    const line = (...words: string[]): string[] => withUrl("reports", ...words, "--round", CHANNEL);
    const listed = (await trial.as("observatory", line("list"))).said.find((row) => row.includes("With files")) ?? "";
    const reference = listed.slice(0, 8);
    const { said } = await trial.as("observatory", line("open", reference));
    expect(said.filter((text) => /^ {2}\[/.test(text))).toEqual([
      "  [1] _.._.ssh_keystxt.exe (named otherwise by its sender)   text/plain   5 bytes",
      "  [2] note.txt   text/plain   6 bytes",
      "  [3] note.txt   text/plain   250 kB",
    ]);
    const folder = join(trial.folder, "case");
    const save = (expected = 0, ...more: string[]) =>
      trial.as("observatory", [...line("attachment", reference, ...more), "--folder", folder], expected);
    expect((await save(0, "2")).results[0]).toEqual({
      reference,
      folder,
      attachments: [{ number: 2, name: "note.txt", bytes: 6, code: null }],
    });
    // A link to elsewhere stands where the next name would be.
    await symlink(join(trial.folder, "elsewhere"), join(folder, "note (2).txt"));
    // What a command that was killed left half saved, and what one that runs is saving.
    const [left, saving] = [4_194_305, process.pid].map((pid) => join(folder, `.amana-${pid}-${"0".repeat(16)}.part`)) as [string, string];
    for (const path of [left, saving]) await writeFile(path, "half");
    await save();
    await rm(saving);
    expect((await readdir(folder)).sort()).toEqual(["_.._.ssh_keystxt.exe", "note (2).txt", "note (3).txt", "note (4).txt", "note.txt"]);
    expect(await readFile(join(folder, "note.txt"), "utf8")).toBe("second");
    expect((await stat(join(folder, "note (4).txt"))).size).toBe(250_000);
    expect((await stat(join(folder, "note (4).txt"))).mode & 0o777).toBe(0o600);
    expect(await readdir(trial.folder)).not.toContain("elsewhere");
    await save(2, "4");
    // The server hands out the heads, and spoils what is behind them.
    trial.between = async (url, send) => {
      const response = await send();
      if (!url.endsWith("/chunks")) return response;
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (bytes.length > 65_536) bytes[70_000] = (bytes[70_000] ?? 0) ^ 1;
      return new Response(bytes);
    };
    const spoiled = await save(1, "3");
    expect(spoiled.results[0]).toMatchObject({ attachments: [{ number: 3, name: null, code: "ERR_ATTACHMENT_INVALID" }] });
    trial.between = (_url, send) => send();
    expect(await readdir(folder)).toHaveLength(5);
  });

  it("commits after the close, and waits for the others", async () => {
    trial.forward(86_400 * 2);
    await trial.tick();
    for (const id of OPENERS) expect((await trial.next(id)).map(({ step }) => step)).toContain("commit");
    trial.forward(86_400 * 15);
    const { said } = await trial.amana(["status", "--data", trial.data]);
    expect(said.join("\n")).toContain("customs, federation to reveal, count and sign");
  });

  it("reveals again, with the same bytes, what was interrupted after it had arrived", async () => {
    trial.between = async (url, send) => {
      const response = await send();
      if (url.endsWith("/reveals")) throw new Error("cut");
      return response;
    };
    await trial.as("customs", withUrl("trustee", "next", "--round", WAVE), 2);
    trial.between = (_url, send) => send();
    // It was late, and the other opener is not absent yet: the server has waited for it for no time at all.
    expect(await trial.next("customs")).toEqual([
      { step: "reveal", code: 0 },
      { step: "wait", code: 0, for: ["federation"] },
    ]);
  });

  it("counts and signs; with the second signature the release is published", async () => {
    expect((await trial.next("federation")).map(({ step }) => step)).toEqual(["reveal", "sign", "wait"]);
    // What comes after signing is cut: the last one to sign has its key destroyed here, and the ledger does not say so yet.
    trial.between = (url, send) => (url.endsWith("/entries") ? Promise.reject(new Error("cut")) : send());
    await trial.as("customs", withUrl("trustee", "next", "--round", WAVE), 2);
    await trial.amana(["results", "publish", "--data", trial.data, "--round", WAVE]);
    const ballots = JSON.parse(await readFile(join(`${trial.key("customs")}.work`, WAVE, "ballots.json"), "utf8"));
    expect(ballots[0].answers).toHaveLength(3);
  });

  it("destroys a key here first, and has the ledger say so later where the network was cut", async () => {
    trial.between = (_url, send) => send();
    const { rounds } = await readKeyFile(trial.key("customs"), PASSPHRASE);
    expect(rounds).toEqual({});
    expect(await readFile(`${trial.key("customs")}.backup.txt`, "utf8")).not.toContain(`round/${WAVE}`);
    expect(await trial.next("customs")).toEqual([{ step: "destroy", code: 0 }]);
    expect(await trial.next("customs")).toEqual([]);
    expect((await trial.next("federation")).map(({ step }) => step)).toEqual(["destroy"]);
  });

  it("is verified by a stranger, who is asked before another programme is pinned", async () => {
    const { results, said } = await trial.amana(["verify", trial.url]);
    expect(results[0]).toMatchObject({ verified: true });
    expect(said.at(-1)).toMatch(/^All \d+ checks hold\.$/);
    await writeFile(join(trial.state, "pins.json"), JSON.stringify({ [trial.url]: "00".repeat(32) }));
    const refused = await trial.amana(["trust", trial.url, "--yes"], 1);
    expect(refused.results).toMatchObject([{ pinned: false }]);
    await trial.amana(["verify", trial.url], 1);
    await trial.amana(["trust", trial.url, "--yes", "--replace"]);
    await trial.amana(["verify", trial.url]);
  });

  it("asks the server how it stands, and checks the data folder when it has stopped", async () => {
    const running = await trial.amana(["doctor", trial.data]);
    expect(running.said.at(-1)).toBe("What was looked at is sound.");
    expect(running.said.join("\n")).toContain("✓ server");
    expect(running.said.join("\n")).not.toContain("envelopes as the ledger says");
    expect(await trial.stop()).toBe(0);
    expect((await trial.amana(["doctor", trial.data])).results[0]).toMatchObject({ sound: true });
    for (const file of await readdir(join(trial.data, "files"))) await writeFile(join(trial.data, "files", file), "damaged");
    const { warned, results } = await trial.amana(["doctor", trial.data], 1);
    expect(results[0]).toMatchObject({ sound: false });
    expect(warned.join()).toContain("✗ files");
  });

  it("never wrote a seed, a code, a passphrase or an answer", async () => {
    const codes = (await trial.links()).map((link) => link.split(".").at(-1) as string);
    const server = JSON.parse(await readFile(join(trial.data, "secrets.json"), "utf8"));
    secrets.push(server.data.ledgerSeed, server.data.promiseSeed, ...codes, ...codes.map((code) => code.replaceAll("-", "")), PASSPHRASE);
    expect(secrets.length).toBeGreaterThan(20);
    const written = trial.outputs.map(everything).join("\n");
    expect(written.length).toBeGreaterThan(1000);
    for (const secret of [...secrets, "a comment"]) expect(written.toLowerCase()).not.toContain(secret.toLowerCase());
  });
});
