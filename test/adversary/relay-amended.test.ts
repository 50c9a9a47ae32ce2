import { openInvitation, openRound, type Receipt } from "@amana/client";
import { LedgerView, Transport } from "@amana/client/trustee";
import { encodeJson, newSecretCode, toHex } from "@amana/core/bytes";
import { type Amendment, type AmendmentChange, signAmendment } from "@amana/core/manifest";
import { randomBytes } from "@amana/core/primitives";
import { describe, expect, it } from "vitest";
import { RELEASE_LEAD, Relaying } from "../bench/linkage/relaying.ts";
import { Deployment, HOUR, type Holder, ROUND, START } from "./support/server.ts";

/* A round with a relay whose close is moved: the real server, the real relay and the real client, by one clock. */

const CLOSE = START + 10 * HOUR;
const PEOPLE = 5;

interface Case {
  readonly here: Deployment;
  readonly relaying: Relaying;
  /** Has a change signed by two trustees; the code of a refusal, or "". The relay reads it with its next look. */
  amend(change: AmendmentChange): Promise<string>;
  /** Moves the clock; server and relay do what is due. */
  moveTo(seconds: number): Promise<void>;
}

async function relayed(use: (given: Case) => Promise<void>): Promise<void> {
  const relaying = await Relaying.start();
  const here = await Deployment.start(
    (manifest) => ({
      ...manifest,
      separation: ["relay"],
      relay: relaying.settings(PEOPLE),
      windows: { enrolmentOpen: START, enrolmentClose: CLOSE, answeringOpen: START, answeringClose: CLOSE },
      deadlines: { objection: 0, sealBy: CLOSE + HOUR, missingBy: CLOSE + 2 * HOUR, commitBy: CLOSE + 3 * HOUR, revealSpan: HOUR },
    }),
    { people: PEOPLE },
  );
  try {
    await relaying.serve(await here.manifest(), here.url, () => new Date(here.clock.seconds * 1000));
    await use({
      here,
      relaying,
      amend: (change) => amend(here, relaying, change),
      moveTo: async (seconds) => {
        here.clock.seconds = seconds;
        await relaying.tick();
        await here.moveTo(seconds);
      },
    });
    expect(await here.failing()).toEqual([]);
  } finally {
    await here.stop();
    await relaying.stop();
  }
}

async function amend(here: Deployment, relaying: Relaying, change: AmendmentChange): Promise<string> {
  try {
    await here.amana.operator.proposeAmendment({ round: ROUND, change });
  } catch (error) {
    return (error as { code: string }).code;
  }
  const { number, previous } = (await (await fetch(`${here.url}amendments/${ROUND}`)).json()) as Amendment;
  const manifest = await here.manifest();
  for (const holder of [0, 1]) {
    const signature = toHex(signAmendment(manifest, { number, previous, change }, (here.holders[holder] as Holder).signing));
    const body = new Uint8Array(encodeJson({ holder, signature }));
    const headers = { "content-type": "application/json" };
    expect((await fetch(`${here.url}amendments/${ROUND}/cosignatures`, { method: "POST", headers, body })).status).toBe(200);
  }
  await relaying.look(await openRound(here.url, ROUND, here.options()));
  return "";
}

const send = async (here: Deployment, place: number): Promise<Receipt> => (await here.enrol(place)).credential.submit({ A1: `${place}` });

/** Sequences of the round's leaves, ascending. */
async function sequences(here: Deployment): Promise<number[]> {
  const view = await LedgerView.fetch(new Transport(here.url), here.amana.programme, new Date(here.clock.seconds * 1000));
  const found: number[] = [];
  for await (const { entry } of view.entries()) if (entry.type === "submission") found.push(entry.leaf.sequence);
  return found.sort();
}

describe("a round with a relay that is lengthened", () => {
  const BY = 24 * HOUR;
  const lengthen = {
    kind: "lengthen",
    answeringClose: CLOSE + BY,
    sealBy: CLOSE + BY + HOUR,
    missingBy: CLOSE + BY + 2 * HOUR,
    commitBy: CLOSE + BY + 3 * HOUR,
  } as const;

  it("is given on at the new times, also what came from a page that was open all the time", () =>
    relayed(async ({ here, amend, moveTo }) => {
      const receipts = [await send(here, 0), await send(here, 1)];
      expect(receipts[0]?.releaseAt).toBe(CLOSE - RELEASE_LEAD);
      const openPage = await here.enrol(2);
      await moveTo(CLOSE - RELEASE_LEAD - 1);
      expect(await amend(lengthen)).toBe("");
      await moveTo(CLOSE - RELEASE_LEAD + 1);
      // By the times that this page knows it is late; the relay's promise tells that it is not, and nothing shows that it once was.
      receipts.push(await openPage.credential.submit({ A1: "2" }));
      receipts.push(await send(here, 3));
      expect(receipts.slice(2).map(({ releaseAt }) => releaseAt)).toEqual([CLOSE + BY - RELEASE_LEAD, CLOSE + BY - RELEASE_LEAD]);
      await moveTo(CLOSE + 1);
      expect((await openRound(here.url, ROUND, here.options())).releases?.[0]).toBe(CLOSE + BY - RELEASE_LEAD);
      expect((await receipts[0]?.verifyIncluded())?.included).toBe(false);
      await moveTo(CLOSE + BY - RELEASE_LEAD);
      expect(await amend({ ...lengthen, answeringClose: CLOSE + 2 * BY })).toBe("ERR_AMENDMENT_INVALID");
      receipts.push(await send(here, 4));
      expect(receipts[4]?.releaseAt).toBe(CLOSE + BY - RELEASE_LEAD / 4);
      await moveTo(CLOSE + BY - RELEASE_LEAD / 4);
      await moveTo(CLOSE + BY + 1);
      for (const receipt of receipts) expect(await receipt.verifyIncluded()).toMatchObject({ included: true });
      expect(receipts.map(({ state }) => state)).toEqual(Array(PEOPLE).fill("promised"));
      expect(await sequences(here)).toEqual([0, 0, 0, 0, 1]);
    }));
});

describe("a round with a relay that is closed early", () => {
  const EARLY = CLOSE - 4 * HOUR;

  it("loses nothing of what waits: it is given on before the new close, and what a page sends that knows the old one is refused", () =>
    relayed(async ({ here, amend, moveTo }) => {
      const receipts = [await send(here, 0), await send(here, 1)];
      const openPage = await here.enrol(2);
      await moveTo(EARLY - RELEASE_LEAD + 1);
      expect(await amend({ kind: "close-early", answeringClose: EARLY })).toBe("ERR_AMENDMENT_INVALID");
      await moveTo(EARLY - RELEASE_LEAD);
      expect(await amend({ kind: "close-early", answeringClose: EARLY })).toBe("");
      await moveTo(EARLY - RELEASE_LEAD);
      receipts.push(await send(here, 3));
      expect(receipts[2]?.releaseAt).toBe(EARLY - RELEASE_LEAD / 4);
      await moveTo(EARLY - RELEASE_LEAD / 4);
      await expect(openPage.credential.submit({ A1: "2" })).rejects.toMatchObject({ code: "ERR_ROUND_CLOSED" });
      await moveTo(EARLY);
      // A page that does not know of it looks at the time that the relay promised, and not before.
      expect(await receipts[2]?.verifyIncluded()).toMatchObject({ included: true });
      here.clock.seconds = CLOSE - RELEASE_LEAD;
      for (const receipt of receipts) expect(await receipt.verifyIncluded()).toMatchObject({ included: true });
      here.clock.seconds = EARLY;
      await expect((await openInvitation(here.links[4] as string, here.options())).enrol(newSecretCode(randomBytes))).rejects.toMatchObject(
        {
          code: "ERR_ROUND_CLOSED",
        },
      );
    }));
});
