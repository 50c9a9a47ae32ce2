import { toHex } from "@amana/core/bytes";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Deployment, HOUR, START } from "./support/server.ts";
import { TrusteeTool } from "./support/trustee.ts";

/* One of three trustees wants to keep the results from being published. Two are enough to open, and they must be enough against it. */

const CLOSED = START + 4 * HOUR + 1;
const COMMITTED = CLOSED + 600;

let here: Deployment;
let hostile: TrusteeTool;
let honest: [TrusteeTool, TrusteeTool];

beforeEach(async () => {
  here = await Deployment.start();
  for (const place of [0, 1, 2]) await (await here.enrol(place)).credential.submit({ A1: `answer ${place}` });
  await here.moveTo(START + HOUR + 61);
  await here.moveTo(CLOSED);
  const tools = [0, 1, 2].map((index) => new TrusteeTool(here, index)) as [TrusteeTool, TrusteeTool, TrusteeTool];
  for (const tool of tools) await tool.holdAndCommit();
  [hostile, ...honest] = tools;
  await here.moveTo(COMMITTED + 1);
});
afterEach(() => here.stop());

/** The two honest ones reveal, count and sign. */
async function published(): Promise<void> {
  expect(await honest[0].openers()).toEqual([1, 2]);
  for (const tool of honest) await tool.reveal();
  const releases = [await honest[0].sign(), await honest[1].sign()];
  expect(toHex(releases[0] as Uint8Array)).toBe(toHex(releases[1] as Uint8Array));
  await isPublished();
}

async function isPublished(): Promise<void> {
  expect((await honest[0].history()).release?.signatures.map(({ holder }) => holder)).toEqual([1, 2]);
  expect(await here.failing()).toEqual([]);
}

describe("a hostile opener", () => {
  it("that calls every list it gets faulty ends up alone with its word", async () => {
    for (const tool of [hostile, ...honest]) await tool.reveal();
    await hostile.dispute(1);
    // Nobody is out: the next attempt keeps the two apart.
    expect(await hostile.openers()).toEqual([0, 2]);
    await hostile.reveal();
    await honest[1].reveal();
    await hostile.dispute(2);
    await published();
    await expect(hostile.dispute(1)).rejects.toMatchObject({ code: "ERR_ENTRY_REFUSED" });
  });

  it("that takes the lists and never signs is left behind", async () => {
    for (const tool of [hostile, ...honest]) await tool.reveal();
    await honest[0].sign();
    expect(await hostile.notSigning()).toEqual([]);
    expect(await honest[0].notSigning()).toEqual([0]);
    await honest[0].dispute(0);
    // It opens with the other now, and is silent again: but the two honest ones have counted the same.
    for (const tool of [hostile, honest[1]]) await tool.reveal();
    await honest[1].sign();
    await isPublished();
  });

  it("that signs another release than it counted, and hides public files in it, holds nothing up", async () => {
    for (const tool of [hostile, ...honest]) await tool.reveal();
    await honest[0].sign();
    await hostile.signOther();
    expect(await honest[0].notSigning()).toEqual([0]);
    const { questionnaire } = (await here.manifest()).audiences[0] ?? { questionnaire: "" };
    expect((await fetch(`${here.url}files/${questionnaire}`)).status).toBe(200);
    await honest[0].dispute(0);
    for (const tool of [hostile, honest[1]]) await tool.reveal();
    await honest[1].sign();
    await isPublished();
  });
});
