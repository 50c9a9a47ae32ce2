import { AmanaError } from "@amana/core/errors";
import { describe, expect, it } from "vitest";
import type { Services } from "./services.ts";
import { Tick } from "./tick.ts";

/** The steps that {@link Tick} does for each round. */
const STEPS = ["replies", "uploads", "participation"] as const;

describe("what is due by the clock", () => {
  it("is done for every round, also after one of which an attachment is damaged; that is thrown at the end", async () => {
    const done: string[] = [];
    const step = (name: string) => async (round: { readonly name: string }) => {
      if (name === "uploads" && round.name === "damaged") throw new AmanaError("ERR_STORE_DAMAGED");
      done.push(`${round.name} ${name}`);
    };
    const nothing = async (): Promise<void> => undefined;
    const services = {
      cosigning: { run: () => done.push("cosigning"), published: new Map() },
      sealing: { tick: nothing },
      gateway: { tick: nothing },
      rounds: { all: () => [{ name: "damaged" }, { name: "whole" }] },
      replies: { tick: step("replies") },
      uploads: { tick: step("uploads") },
      reveals: { observe: () => undefined },
      participation: { observe: step("participation") },
      now: () => new Date(0),
      alone: (task: () => Promise<void>) => task(),
    };
    await expect(new Tick(services as unknown as Services).run()).rejects.toMatchObject({ code: "ERR_STORE_DAMAGED" });
    expect(done).toEqual([
      "cosigning",
      "damaged replies",
      "damaged participation",
      "whole replies",
      "whole uploads",
      "whole participation",
      "cosigning",
    ]);
  });

  it("would not be done for any round after a damaged one, were the first failure the end", async () => {
    const done: string[] = [];
    const untilItFails = async (): Promise<void> => {
      for (const name of ["damaged", "whole"])
        for (const step of STEPS) {
          if (step === "uploads" && name === "damaged") throw new AmanaError("ERR_STORE_DAMAGED");
          done.push(`${name} ${step}`);
        }
    };
    await expect(untilItFails()).rejects.toMatchObject({ code: "ERR_STORE_DAMAGED" });
    expect(done).toEqual(["damaged replies"]);
  });
});
