import { isAmanaError } from "@amana/core/errors";
import { manifestId } from "@amana/core/manifest";
import { describe, expect, it } from "vitest";
import { withDataFolder } from "../../fixtures/folder.ts";
import { Clock, makeWorld, Person, type ServiceOptions, type Services, START, startServices, type World } from "../../fixtures/world.ts";
import { lowdbStore } from "../stores/lowdb/index.ts";
import { neverOpensFor } from "./phases.ts";
import { RoundLogs } from "./round-log.ts";
import { summary } from "./summaries.ts";

const OPEN = START + 1200;
const windows = { enrolmentOpen: START, enrolmentClose: START + 1000, answeringOpen: OPEN, answeringClose: START + 2000 };
const base = makeWorld({ separation: ["phases"], windows });
/** The officials are two at least, the traders one. */
const manifest = {
  ...base.manifest,
  audiences: base.manifest.audiences.map((audience, at) => ({ ...audience, minimumGroup: at === 0 ? 2 : 1 })),
};
const phases: World = { ...base, manifest, id: manifestId(manifest) };

type Reopen = (without?: Omit<ServiceOptions, "now">) => Promise<Services>;

function withServices(use: (services: Services, clock: Clock, reopen: Reopen) => Promise<void>): Promise<void> {
  return withDataFolder(async (folder) => {
    const clock = new Clock();
    let store = await lowdbStore(folder);
    const reopen: Reopen = async (without = {}) => {
      await store.close();
      store = await lowdbStore(folder);
      return startServices(store, phases, { now: clock.now, ...without });
    };
    try {
      await use(await startServices(store, phases, { now: clock.now }), clock, reopen);
    } finally {
      await store.close();
    }
  });
}

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
    return "admitted";
  } catch (error) {
    if (isAmanaError(error)) return error.code;
    throw error;
  }
}

async function enrolled({ issuer }: Services, audience: number, place: number): Promise<Person> {
  const person = new Person(phases, audience);
  await person.enrol(issuer, phases.codes[audience]?.[place]);
  return person;
}

describe("the collector of a round with phases", () => {
  it("admits nothing before the time, nor before every issuer's draws and destroyed keys are in the ledger", () =>
    withServices(async (services, clock, reopen) => {
      const [ana, ben, tara] = [await enrolled(services, 0, 0), await enrolled(services, 0, 1), await enrolled(services, 1, 0)];
      expect(await codeOf(services.collector.submit(ana.submission()))).toBe("ERR_ROUND_NOT_OPEN");
      // The time has come, but the clockwork has not run: an issuer could still draw.
      clock.seconds = OPEN;
      expect(await codeOf(services.collector.submit(ana.submission()))).toBe("ERR_ROUND_NOT_OPEN");
      clock.seconds = START + 1001;
      await services.sealing.tick();
      clock.seconds = OPEN;
      expect(await codeOf(services.collector.submit(ana.submission()))).toBe("ERR_ROUND_NOT_OPEN");
      await services.sealing.tick();
      for (const person of [ana, ben, tara]) expect(await codeOf(services.collector.submit(person.submission()))).toBe("admitted");
      // What opened the round is read from the ledger again.
      const again = await reopen();
      expect(await codeOf(again.collector.submit(ana.submission(1)))).toBe("admitted");
    }));

  it("without that, an answer is kept while its issuer still draws, and its time tells who it is", () =>
    withServices(async (_services, clock, reopen) => {
      const { issuer, collector } = await reopen({ phases: () => undefined });
      clock.seconds = START + 999;
      const person = new Person(phases);
      await person.enrol(issuer, phases.codes[0]?.[2]);
      clock.seconds = OPEN;
      expect(await codeOf(collector.submit(person.submission()))).toBe("admitted");
    }));

  it("says to a group that is too small that it will not open for it, and opens for the others", () =>
    withServices(async (services, clock, reopen) => {
      const [lone, trader] = [await enrolled(services, 0, 0), await enrolled(services, 1, 0)];
      clock.seconds = OPEN;
      await services.sealing.tick();
      const [round] = services.rounds.all();
      expect(round === undefined ? [] : neverOpensFor(round)).toEqual(["officials"]);
      expect(await codeOf(services.collector.submit(lone.submission()))).toBe("ERR_ROUND_TOO_FEW");
      expect(await codeOf(services.collector.submit(trader.submission()))).toBe("admitted");
      const again = await reopen();
      expect(await codeOf(again.collector.submit(lone.submission()))).toBe("ERR_ROUND_TOO_FEW");
      // Without it, the one official who answers is known to whoever holds the list of draws.
      const without = await reopen({ phases: () => undefined });
      expect(await codeOf(without.collector.submit(lone.submission()))).toBe("admitted");
    }));

  it("is said not to be open until then", () =>
    withServices(async ({ rounds, ledger, sealing }, clock) => {
      const [round] = rounds.all();
      if (round === undefined) throw new TypeError("no round");
      const state = (): string => summary(round, new RoundLogs(ledger), clock.now(), ledger.size).state;
      expect(state()).toBe("enrolling");
      clock.seconds = OPEN;
      expect(state()).toBe("upcoming");
      await sealing.tick();
      expect(state()).toBe("open");
    }));
});
