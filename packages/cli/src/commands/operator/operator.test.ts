import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Status } from "@amana/server";
import { describe, expect, it } from "vitest";
import { newCard, writeDocument } from "../../../test-support/cards.ts";
import { withFolder } from "../../../test-support/folder.ts";
import { testIo, type Written } from "../../../test-support/io.ts";
import { QUESTIONNAIRE } from "../../../test-support/questionnaire.ts";
import { run } from "../../run.ts";
import type { Io } from "../../terminal/io.ts";
import { linesOf } from "./status.ts";

/** Runs a line and returns what it wrote. */
async function amana(line: readonly string[], expected: number, overrides: Partial<Io> = {}): Promise<Written> {
  const { io, written } = testIo({ now: () => new Date(), ...overrides });
  expect(await run(line, io), written.warned.join("\n")).toBe(expected);
  expect(written.results).toHaveLength(1);
  return written;
}

/** A programme's file with cards, and its data folder when `made`. */
async function programme(folder: string, made = true): Promise<string> {
  const ids = ["customs", "federation", "observatory"];
  for (const id of ids) await writeDocument(join(folder, `${id}.card.json`), newCard(id, "wave-1"));
  const organisations = ids.map((id) => ({ id, name: { en: id } }));
  const config = await writeDocument(join(folder, "programme.yaml"), {
    name: { en: "P" },
    trial: true,
    origin: "p.example",
    organisations,
  });
  if (made) await amana(["init", join(folder, "data"), "--config", config], 0);
  return join(folder, "data");
}

async function wave(folder: string): Promise<string> {
  await writeDocument(join(folder, "officials.json"), QUESTIONNAIRE);
  const issuers = [{ name: "issuer", handedOutBy: "customs" }];
  return writeDocument(join(folder, "wave.yaml"), {
    round: "wave-1",
    kind: "survey",
    title: { en: "Wave" },
    audiences: [{ id: "officials", title: { en: "O" }, questionnaire: "officials.json", roster: 6, minimumGroup: 1, issuers }],
    trustees: ["customs", "federation", "observatory"].map((id) => `${id}.card.json`),
    windows: { answeringOpen: "+0", answeringClose: "+3600" },
    epoch: { minimumKeys: 1, minimumSeconds: 5 },
  });
}

/** Every file below a folder with its bytes. */
async function snapshot(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(await Promise.all(files.sort().map(async (path) => [path, await readFile(path, "hex")])));
}

describe("amana init", () => {
  it("refuses a folder that is not empty, and changes nothing in it", () =>
    withFolder(async (folder) => {
      await programme(folder, false);
      await writeDocument(join(folder, "data", "mine.txt"), "mine");
      const before = await snapshot(folder);
      const { warned } = await amana(["init", join(folder, "data"), "--config", join(folder, "programme.yaml")], 2);
      expect(warned).toEqual([expect.stringContaining("ERR_FOLDER_NOT_EMPTY")]);
      expect(await snapshot(folder)).toEqual(before);
    }));

  it("names every wrong field, or every wrong card, at once, and makes nothing", () =>
    withFolder(async (folder) => {
      await programme(folder, false);
      const line = ["init", join(folder, "data"), "--config", join(folder, "programme.yaml")];
      const organisations = ["customs", "federation"].map((id) => ({
        id,
        name: { en: id },
        card: id === "customs" ? "none" : "customs.card.json",
      }));
      await writeDocument(join(folder, "programme.yaml"), { name: { en: "P" }, origin: "p.example", organisations });
      expect((await amana(line, 2)).results[0]).toMatchObject({
        error: "ERR_CONFIG_INVALID",
        problems: [
          { path: "/organisations/0/card" },
          { path: "/organisations/1/card", message: "a card of another organisation: customs" },
        ],
      });
      await writeDocument(join(folder, "programme.yaml"), { name: "P", origin: "with a space", organisations: [{ id: "Customs" }] });
      const { problems } = (await amana(line, 2)).results[0] as { problems: { path: string }[] };
      expect(problems.map(({ path }) => path)).toEqual(["/name", "/origin", "/organisations/0/id", "/organisations/0/name"]);
      expect(await readdir(folder)).not.toContain("data");
    }));
});

describe("amana round", () => {
  it("previews without storing or opening anything", () =>
    withFolder(async (folder) => {
      const data = await programme(folder);
      const before = await snapshot(folder);
      const path = await wave(folder);
      const { said, results } = await amana(["round", "create", path, "--preview", "--data", data], 0);
      expect(results).toEqual([{ round: "wave-1", stored: false }]);
      expect(said.join("\n")).toContain("officials: 6 people, minimum group 1, issuers issuer");
      expect(await snapshot(data)).toEqual(Object.fromEntries(Object.entries(before).filter(([name]) => name.startsWith(data))));
    }));

  it("is created, replaced, shown as waiting for its invitations, and discarded", () =>
    withFolder(async (folder) => {
      const data = await programme(folder);
      const path = await wave(folder);
      // The cards were made apart from the programme's: all of its mistakes are named.
      await amana(["round", "create", path, "--data", data], 0);
      const invitations = ["invitations", "create", "--data", data, "--round", "wave-1", "--url", "http://127.0.0.1/a,b", "--count", "4"];
      const line = [...invitations, "--audience", "officials", "--spares", "1", "--out", join(folder, "codes.csv")];
      await amana([...invitations, "--audience", "nobody", "--out", join(folder, "codes.csv")], 2);
      await amana([...line.slice(0, -4), "--spares", "5", "--out", join(folder, "codes.csv")], 2);
      expect((await amana(["status", "--data", data], 0)).said.at(-1)).toMatch(/^wave-1 +draft +amana invitations create$/);
      await amana(line, 0);
      const rows = (await readFile(join(folder, "codes.csv"), "utf8")).trim().split("\n");
      expect(rows).toHaveLength(5);
      expect(rows[1]).toMatch(/^[0-9A-Z-]+,"http:\/\/127\.0\.0\.1\/a,b\/wave-1#officials\.[0-9A-Z-]+",$/);
      expect(rows[4]).toMatch(/,spare$/);
      const made = await amana(["status", "--data", data], 0);
      expect(made.said.at(-1)).toContain("co-signatures of customs, federation, observatory");
      await amana(["round", "create", path, "--data", data], 2);
      await amana(["round", "discard", "wave-1", "--data", data], 0);
      expect((await amana(["status", "--data", data], 0)).said.at(-1)).toBe("No rounds yet. Next: amana round create.");
      await amana(["round", "discard", "wave-1", "--data", data], 2);
    }));

  it("has its invitations on a sheet to print, instead of or beside the list; a file that cannot be written stops both", () =>
    withFolder(async (folder) => {
      const data = await programme(folder);
      await amana(["round", "create", await wave(folder), "--data", data], 0);
      const line = ["invitations", "create", "--data", data, "--round", "wave-1", "--url", "http://127.0.0.1/", "--audience", "officials"];
      const [csv, sheet] = [join(folder, "codes.csv"), join(folder, "codes.html")];
      const made = [...line, "--count", "4", "--spares", "1"];
      await amana(made, 2);
      await amana([...made, "--sheet", csv, "--out", csv], 2);
      await amana([...made, "--sheet", sheet, "--languages", "ar,xx"], 2);
      await writeFile(sheet, "mine");
      await amana([...made, "--out", csv, "--sheet", sheet], 2);
      expect([await readFile(sheet, "utf8"), existsSync(csv)]).toEqual(["mine", false]);
      await rm(sheet);
      const { said, results } = await amana([...made, "--out", csv, "--sheet", sheet, "--languages", "fr,ar"], 0);
      expect(said.join("\n")).toContain("Delete what was written");
      expect(results).toEqual([{ round: "wave-1", audience: "officials", count: 4, spares: 1, out: csv, sheet }]);
      const html = await readFile(sheet, "utf8");
      const codes = (await readFile(csv, "utf8"))
        .trim()
        .split("\n")
        .slice(1)
        .map((row) => row.split(",")[0] ?? "");
      const text = html.replaceAll("<wbr>", "").replace(/<\/?span>/g, "");
      for (const code of codes) expect(text).toContain(code);
      const { digits } = (await amana(["status", "--data", data, "--json"], 0)).results[0] as { digits: string };
      expect(html).toContain(digits);
      expect(html.indexOf('lang="fr"')).toBeLessThan(html.indexOf('lang="ar"'));
      expect((await stat(sheet)).mode & 0o777).toBe(0o600);
    }));

  it("names the server's mistakes too, all at once", () =>
    withFolder(async (folder) => {
      const data = await programme(folder);
      const path = await wave(folder);
      for (const id of ["customs", "federation"]) await writeDocument(join(folder, `${id}.card.json`), newCard(id, "wave-1"));
      const { problems } = (await amana(["round", "create", path, "--data", data], 2)).results[0] as { problems: { path: string }[] };
      expect(problems.map(({ path }) => path)).toEqual(["/manifest/trustees/0/signingKey", "/manifest/trustees/1/signingKey"]);
    }));
});

describe("a folder that is no data folder", () => {
  it("is not opened by any command: nothing in it is taken for interrupted writing", () =>
    withFolder(async (folder) => {
      await writeFile(join(folder, "thesis.tmp"), "mine");
      await mkdir(join(folder, "files"));
      const before = await snapshot(folder);
      for (const line of [
        ["doctor", folder],
        ["status", "--data", folder],
        ["serve", "--data", folder, "--port", "0"],
      ]) {
        const { warned, results } = await amana(line, 2);
        expect(warned).toEqual([expect.stringContaining("ERR_PROGRAMME_MISSING")]);
        expect(results).toMatchObject([{ error: "ERR_PROGRAMME_MISSING" }]);
      }
      expect(await snapshot(folder)).toEqual(before);
      expect((await amana(["doctor", join(folder, "none")], 2)).results).toMatchObject([{ error: "ERR_USAGE" }]);
    }));
});

describe("amana doctor", () => {
  it("finds a sound folder sound without changing it, and names what is damaged or lost", () =>
    withFolder(async (folder) => {
      const data = await programme(folder);
      // The first opening of a new folder signs the empty ledger.
      await amana(["status", "--data", data], 0);
      const before = await snapshot(data);
      expect((await amana(["doctor", data], 0)).said.at(-1)).toBe("The folder is sound.");
      expect(await snapshot(data)).toEqual(before);
      await writeFile(join(data, "secrets.json"), "damaged");
      expect((await amana(["doctor", data], 1)).warned.join()).toContain("✗");
      await writeFile(join(data, "secrets.json"), Buffer.from(before[join(data, "secrets.json")] as string, "hex"));
      await writeFile(join(data, "programme.json"), "");
      expect((await amana(["doctor", data], 1)).results[0]).toMatchObject({ sound: false });
    }));
});

describe("amana serve", () => {
  it("says in one sentence why it does not start: a busy port, a second server, a wrong setting", () =>
    withFolder(async (folder) => {
      const data = await programme(folder);
      const other = createServer();
      await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
      const { port } = other.address() as AddressInfo;
      const busy = await amana(["serve", "--data", data, "--port", String(port)], 2);
      other.close();
      expect(busy.warned).toEqual([expect.stringMatching(/^amana: Another program is listening .*\(ERR_ADDRESS_BUSY\)$/)]);
      expect(busy.results).toMatchObject([{ error: "ERR_ADDRESS_BUSY" }]);

      const stop = new AbortController();
      const first = testIo({ now: () => new Date(), stop: stop.signal });
      const listening = new Promise<void>((resolve) => {
        first.io.result = () => resolve();
      });
      const ended = run(["serve", "--data", data, "--port", "0"], first.io);
      await listening;
      const second = await amana(["serve", "--data", data, "--port", "0"], 2);
      expect(second.warned).toEqual([expect.stringContaining("ERR_STORE_BUSY")]);
      stop.abort();
      expect(await ended).toBe(0);
      expect(first.written.said.at(-1)).toBe("Stopped.");

      const wrong = await amana(["serve", "--data", data, "--port", "port"], 2);
      expect(wrong.results).toMatchObject([{ error: "ERR_CONFIG_INVALID", problems: [{ path: "/AMANA_PORT" }] }]);
    }));
});

describe("amana status", () => {
  const live = { name: "w", kind: "survey", title: {}, manifest: "", entryIndex: 1, epochs: 2, sealed: 12 } as const;
  const waits = (round: object): string => {
    const report = {
      programme: "",
      digits: "1234",
      trial: false,
      ledgerSize: 7,
      publication: { quorum: 0, publicSize: 7, witnessedAt: null, stale: false, olderCopy: false, witnesses: [] },
      notification: null,
      drafts: [],
      amendments: [],
      rounds: [{ ...live, committed: [], openers: [], participation: [], neverOpensFor: [], ...round }],
    };
    return (linesOf(report as unknown as Status).at(-1) as string).replace(/^.*?12 +/, "");
  };

  it("tells for whom a round does not open", () => {
    expect(waits({ state: "open", neverOpensFor: ["officials"] })).toBe(
      "Too few have enrolled: w does not open for officials. Their pages say so; tell them.",
    );
  });

  it("tells participation in tens, for reminders, and where none was counted yet", () => {
    const participation = [
      { audience: "officials", enrolled: 20 },
      { audience: "traders", enrolled: null },
    ];
    expect(waits({ state: "enrolling", participation })).toBe(
      "Enrolled in w, in tens, at the last whole day: officials 20 or more, traders not counted yet",
    );
  });

  it("says what of the ledger is public, and what each witness says", () => {
    const witness = { url: "https://w.example/", standing: "refused", code: "ERR_MANIFEST_SECOND", size: 4 };
    const publication = { quorum: 2, publicSize: 4, witnessedAt: 1, stale: true, olderCopy: true, witnesses: [witness] };
    const report = { programme: "", digits: "1234", trial: false, ledgerSize: 7, publication, notification: null, drafts: [], rounds: [] };
    const text = linesOf(report as unknown as Status).join("\n");
    for (const part of [
      "4 of 7 entries are public",
      "STALE",
      "OLDER COPY",
      "https://w.example/  refuses this ledger (ERR_MANIFEST_SECOND), 4 entries",
    ])
      expect(text).toContain(part);
  });

  it("says of the daily message to handlers whether it was handed over, and if not, why", () => {
    const publication = { quorum: 0, publicSize: 7, witnessedAt: null, stale: false, olderCopy: false, witnesses: [] };
    const lines = (notification: object): string[] =>
      linesOf({ digits: "1234", trial: false, ledgerSize: 7, publication, notification, drafts: [], rounds: [] } as unknown as Status);
    expect(lines({ at: 425, addresses: 2, handedOver: 1_900_000_000, refusal: null })).toContain(
      "Message    to handlers, 2 addresses, daily at 07:05 UTC; the newest handed over is of 2030-03-17",
    );
    const failing = lines({ at: 0, addresses: 1, handedOver: null, refusal: "tls" }).join("\n");
    expect(failing).toContain("1 address, daily at 00:00 UTC; none was handed over yet");
    expect(failing).toContain("NOT HANDED OVER: the mail server offers no TLS that can be trusted");
  });

  it("says of each state what it waits for", () => {
    expect(waits({ state: "upcoming" })).toBe("its opening");
    expect(waits({ state: "enrolling" })).toBe("enrolment to close");
    expect(waits({ state: "open" })).toBe("answers");
    expect(waits({ state: "open", kind: "reports" })).toBe("reports");
    expect(waits({ state: "closed" })).toBe("trustees to hold and commit");
    expect(waits({ state: "closed", committed: ["a"] })).toBe("more commitments: a committed");
    expect(waits({ state: "closed", committed: ["a", "b"], openers: ["a", "b"] })).toBe("a, b to reveal, count and sign");
    expect(waits({ state: "closed", kind: "reports" })).toBe("nothing: closed");
    expect(waits({ state: "released" })).toBe("nothing: published");
    expect(waits({ state: "cancelled" })).toBe("nothing: cancelled");
  });
});

describe("amana backup and restore", () => {
  it("copy a data folder outside of it, and make one of the copy when somebody says that it is the newest", () =>
    withFolder(async (folder) => {
      const data = await programme(folder);
      const [copy, restored] = [join(folder, "copy"), join(folder, "restored")];
      expect((await amana(["backup", "--data", data, join(data, "copy")], 2)).warned.join()).toContain("outside the data folder");
      const { results, said } = await amana(["backup", "--data", data, copy], 0);
      expect(results[0]).toMatchObject({ folder: copy, ledgerSize: 0, keysOf: [] });
      expect(said.join("\n")).toContain("what waits for a seal is not in it");
      expect((await amana(["restore", copy, restored], 2)).results[0]).toMatchObject({ error: "ERR_BACKUP_UNCHECKED" });
      expect((await amana(["restore", copy, restored, "--witness", "x"], 2)).results[0]).toMatchObject({ error: "ERR_USAGE" });
      expect(existsSync(restored)).toBe(false);
      const seen = ["--seen", join(copy, "data/ledger/checkpoint")];
      expect((await amana(["restore", copy, restored, "--newest", ...seen], 0)).results[0]).toMatchObject({ ledgerSize: 0, witnesses: 0 });
      await amana(["doctor", restored], 0);
      expect((await amana(["restore", copy, restored, "--newest"], 2)).results[0]).toMatchObject({ error: "ERR_FOLDER_NOT_EMPTY" });
    }));
});
