import { cp, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Credential, type Fetch, openInvitation, type Receipt } from "@amana/client";
import { audit } from "@amana/client/auditor";
import { Transport } from "@amana/client/trustee";
import { fromHex, newSecretCode, toHex } from "@amana/core/bytes";
import { decodeEntry, encodeEntry } from "@amana/core/entries";
import { isAmanaError } from "@amana/core/errors";
import { leafHash } from "@amana/core/ledger";
import { randomBytes } from "@amana/core/primitives";
import { verifyPromise } from "@amana/core/submission";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { forgedLedger } from "../../support/forged-ledger.ts";
import { type Twist, throughProxy } from "../../support/proxy.ts";
import { Deployment, HOUR, START } from "../support/server.ts";
import { TrusteeTool } from "../support/trustee.ts";

/* A server that lies, in front of the real client, the real trustee's tool and the real audit. What it shows is made with its own keys. */

let here: Deployment;
let early: string;
const people: { credential: Credential; receipt: Receipt }[] = [];

beforeAll(async () => {
  here = await Deployment.start((same) => same, { people: 8 });
  const answer = async (place: number): Promise<void> => {
    const { credential } = await here.enrol(place, listening);
    people.push({ credential, receipt: await credential.submit({ A1: `answer ${place}` }) });
  };
  await here.moveTo(START + 1);
  for (const place of [0, 1, 2]) await answer(place);
  // Two epochs go by: the first is sealed.
  await here.moveTo(START + 10);
  for (const place of [3, 4]) await answer(place);
  await here.moveTo(START + 20);
  early = `${here.folder}-early`;
  await cp(here.folder, early, { recursive: true, filter: (path) => !path.includes("amana.sock") });
  await answer(5);
  await here.moveTo(START + HOUR + 61);
  await here.moveTo(START + 4 * HOUR + 1);
});
afterAll(async () => {
  await here.stop();
  await rm(early, { recursive: true, force: true });
});

/** Failed checks of an audit behind a twist, with or without a memory of what this auditor saw before; and what it saw. */
async function audited(twist: Twist, known: Parameters<typeof audit>[1]["known"] = null) {
  return throughProxy(here.url, twist, async (url) => {
    const failed: string[] = [];
    const running = audit(new Transport(url), { programme: here.pinned, now: new Date(here.clock.seconds * 1000), known });
    for (let step = await running.next(); ; step = await running.next()) {
      if (step.done) return { failed, seen: step.value };
      if (!step.value.ok) failed.push(step.value.check);
    }
  });
}

/** What the clients below are told: tests change it. */
const honest: Twist = (_path, bytes) => bytes;
let told = honest;
const listening: Fetch = async (url, init) => {
  const reply = await fetch(url, init);
  const said = new Uint8Array(await reply.arrayBuffer());
  const bytes = await told(url.slice(here.url.length), said);
  return new Response(bytes, { status: bytes === said ? reply.status : 200 });
};

/** What person `place` finds of their own answer, through a lie. */
async function asSeenBy(place: number, twist: Twist): Promise<{ kept: unknown; included: boolean | string }> {
  const { credential, receipt } = people[place] as (typeof people)[number];
  told = twist;
  try {
    const included = await receipt.verifyIncluded().then(
      (found) => found.included,
      (error: unknown) => (isAmanaError(error) ? error.code : "?"),
    );
    return { kept: await credential.check(), included };
  } finally {
    told = honest;
  }
}

describe("rollback to an older disk", () => {
  /** The ledger as the old disk has it. */
  const rolledBack: Twist = async (path, bytes) => {
    const old = path.startsWith("ledger/") ? await readFile(join(early, path)).catch(() => null) : null;
    return old === null ? bytes : new Uint8Array(old);
  };

  it("is found by whoever saw the ledger before, and by nobody who did not", async () => {
    const { failed, seen } = await audited(honest);
    expect(failed).toEqual([]);
    expect((await audited(rolledBack, seen)).failed).toEqual(["consistency"]);
    expect((await audited(rolledBack)).failed).not.toContain("consistency");
  });

  it("is found by the one whose answer is gone: the promise is for an epoch that the older ledger does not have", async () => {
    expect(await asSeenBy(5, honest)).toMatchObject({ kept: { sequence: 0 }, included: true });
    expect(await asSeenBy(5, rolledBack)).toEqual({ kept: null, included: false });
    expect(await asSeenBy(0, rolledBack)).toMatchObject({ kept: { sequence: 0 }, included: true });
  });
});

/** The entries without one submission, the epoch's count fitting. */
function without(leaf: Uint8Array) {
  return (entries: Uint8Array[]): void => {
    const at = entries.findIndex((entry) => toHex(leafHash(entry)) === toHex(leaf));
    if (at < 0) throw new Error("not in the ledger");
    entries.splice(at, 1);
    for (let before = at - 1; ; before--) {
      const entry = decodeEntry(entries[before] as Uint8Array);
      if (entry.type !== "epoch") continue;
      entries[before] = encodeEntry({ ...entry, count: entry.count - 1 });
      break;
    }
    for (const [index, bytes] of entries.entries()) {
      const entry = decodeEntry(bytes);
      if (entry.type === "epoch" && entry.firstIndex > at) entries[index] = encodeEntry({ ...entry, firstIndex: entry.firstIndex - 1 });
    }
  };
}

describe("a dropped submission", () => {
  it("is missing for the one who sent it, who holds a promise that anyone can check", async () => {
    const { receipt } = people[3] as (typeof people)[number];
    const dropped = await forgedLedger(here.folder, without(receipt.leafHash));
    expect(await asSeenBy(3, honest)).toMatchObject({ kept: { sequence: 0 }, included: true });
    expect(await asSeenBy(3, dropped)).toEqual({ kept: null, included: false });
    // The evidence: the server's own signature over this leaf and an epoch that is sealed, and a ledger that does not have it.
    expect(receipt.promise !== null && verifyPromise(receipt.promise, fromHex(here.amana.programme.promiseKey))).toBe(true);
    expect(here.clock.seconds).toBeGreaterThan(START + 4 * HOUR);
  });

  it("is found by an auditor who saw the ledger before; without memory and promise nobody could", async () => {
    const { receipt } = people[3] as (typeof people)[number];
    const dropped = await forgedLedger(here.folder, without(receipt.leafHash));
    const { seen } = await audited(honest);
    expect((await audited(dropped, seen)).failed).toEqual(["consistency"]);
    expect((await audited(dropped)).failed).toEqual([]);
  });
});

describe("an issuer that votes for somebody who did not come", () => {
  it("is found by the invited person: the code is used, and not by them", async () => {
    const other = await Deployment.start((same) => same, { people: 3 });
    try {
      // The issuer knows every code.
      const taken = await other.enrol(0);
      await taken.credential.submit({ A1: "not mine" });
      const round = await openInvitation(other.links[0] as string, other.options());
      await expect(round.enrol(newSecretCode(randomBytes))).rejects.toMatchObject({ code: "ERR_INVITATION_USED" });
      // To everyone else it is a voice like any other: that is what remains.
      await (await other.enrol(1)).credential.submit({ A1: "mine" });
      await other.moveTo(START + HOUR + 61);
      await other.moveTo(START + 4 * HOUR + 1);
      expect(await other.failing()).toEqual([]);
    } finally {
      await other.stop();
    }
  });
});

describe("a store that is lost at the close", () => {
  it("takes nothing from the count of trustees who held each epoch, and everything from those who did not", async () => {
    const holders = [0, 1].map((index) => new TrusteeTool(here, index)) as [TrusteeTool, TrusteeTool];
    for (const tool of holders) await tool.hold();
    const rounds = join(here.folder, "rounds");
    for (const round of await readdir(rounds)) await rm(join(rounds, round, "epochs"), { recursive: true, force: true });
    // Somebody who comes now gets nothing any more.
    const late = new TrusteeTool(here, 2);
    await late.hold().catch(() => undefined);
    expect([holders[0].kept.size, late.kept.size]).toEqual([6, 0]);
    for (const tool of holders) await tool.commit();
    await here.moveTo((await here.manifest()).deadlines.commitBy + 1);
    for (const tool of holders) await tool.reveal();
    const [{ counted, missing } = { counted: -1, missing: -1 }] = (await holders[0].count()).audiences;
    expect({ counted, missing }).toEqual({ counted: 6, missing: 0 });
    // The same opening by trustees who keep nothing.
    const before = new Map(holders[0].kept);
    holders[0].kept.clear();
    const count = await holders[0].count().then(
      ({ audiences }) => audiences[0]?.counted ?? 0,
      () => 0,
    );
    expect(count).toBe(0);
    for (const [hash, envelope] of before) holders[0].kept.set(hash, envelope);
  });
});
