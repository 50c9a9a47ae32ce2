import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRound, parseInvitationLink } from "@amana/client";
import { toHex } from "@amana/core/bytes";
import { invitedHash, responseSigningKey } from "@amana/core/credential";
import { manifestId } from "@amana/core/manifest";
import { randomBytes } from "@amana/core/primitives";
import { programmeId } from "@amana/core/programme";
import { type LowdbOptions, lowdbStore } from "@amana/server";
import { describe, expect, it } from "vitest";
import { Deployment, HOUR, ROUND, START } from "./support/server.ts";
import { best, copyDisk, linked } from "./support/stored-data.ts";

/*
 * The stored-data game of docs/protocol.md §6: N people, the real server and disk, one copy of the disk with every stat. The thief has 48
 * methods and is given the best of them in hindsight. Worst case for the people: all of them answer in the order in which they enrolled.
 *
 * Bounds. A method that knows nothing names about one right by chance in each set of records that cannot be told apart, a Poisson number
 * of mean 1 (2 where 50 people wait in two documents, of 32 and 18). The best of 48 such methods exceeds 8 with probability below
 * 48 · 1.2e-6 (mean 1), and exceeds 11 below 48 · 1.4e-6 (mean 2).
 */
const N = 50;
const CHANCE = 8;
const CHANCE_IN_TWO_DOCUMENTS = 11;
/** A writer that puts records down as they come. */
const UNSORTED: LowdbOptions = { arrange: (records) => [...records] };

interface Person {
  readonly invited: string;
  readonly responseKey: string;
}

async function personOf(here: Deployment, place: number, secretCode: Parameters<typeof responseSigningKey>[0]): Promise<Person> {
  const [code] = parseInvitationLink(here.links[place] as string).codes;
  if (code === undefined) throw new Error("a link without a code");
  const id = manifestId(await here.manifest());
  return {
    invited: toHex(invitedHash(programmeId(here.amana.programme), ROUND, "customs", code)),
    responseKey: toHex(responseSigningKey(secretCode, id).publicKey),
  };
}

const truthOf = (people: readonly Person[]): Map<string, string> =>
  new Map(people.map(({ invited, responseKey }) => [invited, responseKey]));

function report(game: string, { method, count }: { method: string; count: number }, n = N): number {
  process.stdout.write(`${JSON.stringify({ game, n, linked: count, share: count / n, chance: 1 / n, method })}\n`);
  return count;
}

/** Everyone enrols and answers at once; nothing is sealed. The copy is taken when the last has answered. */
async function withoutSeparation(store: LowdbOptions): Promise<number> {
  const here = await Deployment.start((manifest) => ({ ...manifest, epoch: { minimumKeys: N, minimumSeconds: 1 } }), { people: N, store });
  try {
    const people: Person[] = [];
    for (let place = 0; place < N; place++) {
      const { credential, secretCode } = await here.enrol(place);
      await credential.submit({ A1: "an answer" });
      people.push(await personOf(here, place, secretCode));
    }
    return report(
      store === UNSORTED ? "unsorted writer, open epoch" : "open epoch",
      best(linked(await copyDisk(here.folder), truthOf(people))),
    );
  } finally {
    await here.stop();
  }
}

describe("one copy of the disk", () => {
  it("without sorting, order names whose ballot is whose", async () => {
    expect(await withoutSeparation(UNSORTED)).toBeGreaterThanOrEqual(0.6 * N);
  }, 120_000);

  it("with the open epoch on it names no more than chance", async () => {
    expect(await withoutSeparation({})).toBeLessThanOrEqual(CHANCE_IN_TWO_DOCUMENTS);
  }, 120_000);

  it("in a round with phases, at a random moment and at the end, names no more than chance", async () => {
    const phases = (manifest: Parameters<NonNullable<Parameters<typeof Deployment.start>[0]>>[0]) => ({
      ...manifest,
      separation: ["phases" as const],
      epoch: { minimumKeys: 5, minimumSeconds: 1 },
      windows: { ...manifest.windows, answeringOpen: START + 2 * HOUR },
    });
    const here = await Deployment.start(phases, { people: N });
    try {
      const codes = [];
      for (let place = 0; place < N; place++) codes.push((await here.enrol(place)).secretCode);
      const truth = truthOf(await Promise.all(codes.map((code, place) => personOf(here, place, code))));
      for (const seconds of [START + HOUR + 1, START + HOUR + 61, START + 2 * HOUR + 1]) await here.moveTo(seconds);
      const moment = 5 + ((randomBytes(1)[0] ?? 0) % (N - 5));
      for (const [place, code] of codes.entries()) {
        await (await (await openRound(here.url, ROUND, here.options())).resume(code)).submit({ A1: "an answer" });
        await here.moveTo(here.clock.seconds + 30);
        if (place === moment)
          expect(report("phases, random moment", best(linked(await copyDisk(here.folder), truth)))).toBeLessThanOrEqual(CHANCE);
      }
      await here.moveTo(START + 4 * HOUR + 1);
      expect(report("phases, closed", best(linked(await copyDisk(here.folder), truth)))).toBeLessThanOrEqual(CHANCE);
    } finally {
      await here.stop();
    }
  }, 240_000);
});

describe("many copies of the disk of the store alone, of as many rounds", () => {
  /** Rounds; the mean over them of a method that knows nothing is 1 with a standard error of 1/√ROUNDS. */
  const ROUNDS = 12;

  /** For each method the mean number of people that it names, over rounds in which claims were merged before the first answer. */
  async function means(store: LowdbOptions, merged: boolean): Promise<Map<string, number>> {
    const sums = new Map<string, number>();
    for (let round = 0; round < ROUNDS; round++) {
      const folder = await mkdtemp(join(tmpdir(), "amana-adversary-"));
      const open = await lowdbStore(folder, store);
      try {
        const id = toHex(randomBytes(32));
        const people = Array.from({ length: 30 }, () => ({ invited: toHex(randomBytes(32)), responseKey: toHex(randomBytes(32)) }));
        await open.addInvitations(id, "officials.customs", people.map(({ invited }) => invited).sort());
        for (const { invited } of people)
          await open.claimInvitation(id, "officials.customs", invited, toHex(randomBytes(32)), randomBytes(608));
        if (merged) await open.mergeClaims(id);
        for (const { responseKey } of people) {
          const rest = {
            sequence: 0,
            audience: 0,
            leaf: randomBytes(64),
            envelope: randomBytes(64),
            epoch: 0,
            gapless: false,
            revisionsUpTo: 4096,
          };
          await open.admitSubmission(id, { responseKey, leafHash: toHex(randomBytes(32)), ...rest });
        }
        for (const [method, count] of linked(await copyDisk(folder), truthOf(people)))
          sums.set(method, (sums.get(method) ?? 0) + count / ROUNDS);
      } finally {
        await open.close();
        await rm(folder, { recursive: true, force: true });
      }
    }
    return sums;
  }

  // Six standard errors above the mean: among 48 methods less than once in a million runs.
  const noise = 1 + 6 / Math.sqrt(ROUNDS);

  it("no method names more than chance, before claims are merged and after", async () => {
    for (const merged of [true, false]) {
      const top = best(await means({}, merged));
      report(`store, mean of ${ROUNDS}, claims ${merged ? "merged" : "waiting"}`, top, 30);
      expect(top.count).toBeLessThan(noise);
    }
  }, 120_000);

  it("without sorting, all are named while claims wait", async () => {
    expect(best(await means(UNSORTED, false)).count).toBeGreaterThan(0.6 * 30);
  }, 120_000);
});
