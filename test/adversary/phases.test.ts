import { openRound } from "@amana/client";
import { newSecretCode, toHex } from "@amana/core/bytes";
import { randomBytes } from "@amana/core/primitives";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Deployment, HOUR, ROUND, START } from "./support/server.ts";

/* A round whose enrolment is over before anyone answers, on the real server: what removes the link by time. */

describe("a round with phases", () => {
  let here: Deployment;
  beforeAll(async () => {
    here = await Deployment.start((manifest) => ({
      ...manifest,
      separation: ["phases"],
      windows: { ...manifest.windows, answeringOpen: START + 2 * HOUR },
    }));
  });
  afterAll(() => here.stop());

  it("is enrolled in, closed, answered with the code alone, changed, and passes the audit", async () => {
    const people = [await here.enrol(0), await here.enrol(1), await here.enrol(2)];
    // 1. Before its time, no answer leaves the device, also where nothing else would stop it.
    const [eager] = people as [(typeof people)[number]];
    await expect(eager.credential.submit({ A1: "early" })).rejects.toMatchObject({ code: "ERR_ROUND_NOT_OPEN" });
    await expect(eager.round.resume(eager.secretCode)).rejects.toMatchObject({ code: "ERR_ROUND_NOT_OPEN" });
    // 2. Enrolment ends; until the time to object has passed, issuers have their keys.
    await here.moveTo(START + HOUR + 1);
    await expect(eager.round.resume(eager.secretCode)).rejects.toMatchObject({ code: "ERR_ROUND_NOT_OPEN" });
    await expect(here.enrol(3)).rejects.toMatchObject({ code: "ERR_ROUND_CLOSED" });
    await here.moveTo(START + HOUR + 61);
    await here.moveTo(START + 2 * HOUR + 1);
    // 3. Each comes back with the code alone, on a device that knows nothing else.
    for (const [at, { secretCode }] of people.entries()) {
      const back = await (await openRound(here.url, ROUND, here.options())).resume(secretCode);
      const receipt = await back.submit({ A1: `answer ${at}` });
      await here.moveTo(here.clock.seconds + 2);
      await here.moveTo(here.clock.seconds + 2);
      expect(receipt.text).toContain(toHex(receipt.leafHash));
      if (at === 0) await back.submit({ A1: "changed" });
    }
    const stranger = (await openRound(here.url, ROUND, here.options())).resume(newSecretCode(randomBytes));
    await expect(stranger).rejects.toMatchObject({ code: "ERR_NOT_FOUND" });
    await here.moveTo(START + 4 * HOUR + 1);
    const back = await (await openRound(here.url, ROUND, here.options())).resume(eager.secretCode);
    expect(await back.check()).toMatchObject({ sequence: 1 });
    expect(await here.failing()).toEqual([]);
  });
});

describe("a group that is too small for its answers to hide in", () => {
  it("is told so, and nothing is sent", async () => {
    const here = await Deployment.start((manifest) => ({
      ...manifest,
      separation: ["phases"],
      windows: { ...manifest.windows, answeringOpen: START + 2 * HOUR },
    }));
    try {
      const { secretCode } = await here.enrol(0);
      await here.moveTo(START + HOUR + 61);
      await here.moveTo(START + 2 * HOUR + 1);
      const round = await openRound(here.url, ROUND, here.options());
      await expect(round.resume(secretCode)).rejects.toMatchObject({ code: "ERR_ROUND_TOO_FEW" });
    } finally {
      await here.stop();
    }
  });
});
