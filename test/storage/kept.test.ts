import { beforeAll, describe, expect, it } from "vitest";
import { read, tableOf } from "../docs/markdown.ts";
import { amendedLives } from "./amended-life.ts";
import { keptIn, linesOf } from "./fields.ts";
import { issuerLife } from "./issuer-life.ts";
import { absentTrustee, type Life, relayLife, wholeLife } from "./life.ts";
import { notifiedLife } from "./notified-life.ts";
import type { Written } from "./recorder.ts";
import { relayedLife } from "./relayed-life.ts";
import { witnessedLife } from "./witnessed-life.ts";

/** The list in docs/storage.md: one row for each field, with the reason why it may be there. */
const ROWS = tableOf(read("docs/storage.md"), "kept");
const LISTED = ROWS.map(([file, field, type]) => `${file} | ${field} | ${type}`).sort();

let life: Life;
let all: readonly Written[];
beforeAll(async () => {
  life = await wholeLife();
  const others = await Promise.all([
    absentTrustee(),
    relayLife(life.manifest),
    amendedLives(),
    issuerLife(),
    witnessedLife(),
    relayedLife(),
    notifiedLife(),
  ]);
  all = [...life.written, ...others.flat()];
});

const difference = (written: readonly Written[]): { unlisted: string[]; unused: string[] } => {
  const lines = linesOf(keptIn(written));
  return { unlisted: lines.filter((line) => !LISTED.includes(line)), unused: LISTED.filter((line) => !lines.includes(line)) };
};

describe("the list of what a server keeps (docs/storage.md)", () => {
  it("has every kind of file and every field that a whole life writes, and no other", () => {
    expect(difference(all)).toEqual({ unlisted: [], unused: [] });
  });

  it("gives each field a reason", () => {
    for (const [file, field, , why = ""] of ROWS) expect(why.length, `${file} ${field}`).toBeGreaterThan(7);
    expect(new Set(LISTED).size).toBe(LISTED.length);
  });

  it("has no time outside manifests and amendments, which are signed before they hold, and a witness's own signature", () => {
    const times = LISTED.filter((line) => /time/.test(line.split(" | ")[2] ?? ""));
    expect(
      times.filter((line) => !/^amendments\/|\| amendment\.change\.|^relay\/.*\/close\.json|^witness\/.*\.cosigned\.time/.test(line)),
    ).toEqual([]);
  });

  it("is of all that lies in the folder: beside files there is the lock's socket alone", () => {
    expect(life.beside.map((name) => name.replace(/\.[0-9a-f]{12}$/, ".<random>")).sort()).toEqual(["amana.sock", "amana.sock.<random>"]);
  });

  it("would fail: a store that notes when an answer came, one that counts visits, and one that leaves a file", () => {
    const document = (data: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify({ sha256: "", data }));
    const pending = all.find(({ path }) => /\/pending\//.test(path)) as Written;
    const { data } = JSON.parse(new TextDecoder().decode(pending.bytes)) as { data: { records: object[] } };
    const noting = { ...data, records: data.records.map((record) => ({ ...record, receivedAt: 1_900_000_000 })) };
    const file = "rounds/<manifest id>/pending/<random>.json";
    expect(difference([...all, { ...pending, bytes: document(noting) }]).unlisted).toEqual([`${file} | .records[].receivedAt | time`]);
    const counted = { ...pending, bytes: document({ ...data, visits: 3 }) };
    expect(difference([...all, counted]).unlisted).toEqual([`${file} | .visits | number`]);
    const said = all.find(({ path }) => path === "issuer/said.json") as Written;
    const noted = { ...said, bytes: document([{ delivered: false, at: 1_900_000_000 }]) };
    expect(difference([...all, noted]).unlisted).toEqual(["issuer/said.json | [].at | time"]);
    expect(difference([{ path: "access.log", bytes: new Uint8Array(1) }]).unlisted).toEqual(["access.log | all of it | ?"]);
  });

  it("would fail: a field that is listed and never written", () => {
    expect(difference(all.filter(({ path }) => path !== "secrets.json")).unused).toEqual([
      "secrets.json | .ledgerSeed | hex 32",
      "secrets.json | .promiseSeed | hex 32",
    ]);
  });
});
