import { toHex } from "@amana/core/bytes";
import type { ErrorCode } from "@amana/core/errors";
import { type Manifest, manifestId } from "@amana/core/manifest";
import { describe, expect, it } from "vitest";
import { makeChannel } from "../../test-support/channel.ts";
import { json, Operator } from "../../test-support/operator.ts";
import { BASE, clientOptions } from "../../test-support/people.ts";
import { makeWorld, type Round, type World } from "../../test-support/world.ts";
import type { RoundState } from "../wire/rounds.ts";
import { type Channel, openChannel } from "./channel.ts";
import { otherChannels, successorOf } from "./others.ts";

interface Planned {
  readonly state?: RoundState;
  readonly successor?: string;
  readonly signers?: readonly number[];
  /** What the server answers when it is asked for this round. */
  readonly fails?: ErrorCode;
}

/** One programme with several channels, each of two handlers who signed it. */
function programmeOf(channels: Readonly<Record<string, Planned>>): Operator {
  const world: World = makeWorld();
  const template: Round = makeChannel(world);
  const operator = new Operator(world, template);
  const listed = Object.entries(channels).map(([name, { state = "open", successor = null, signers = [0, 1], fails }]) => {
    const manifest: Manifest = { ...template.manifest, round: name, successor };
    const round = { ...template, manifest, id: manifestId(manifest) };
    operator.launch(round, signers);
    const { entryIndex } = operator;
    const summary = {
      name,
      kind: "reports",
      title: manifest.title,
      state,
      manifest: toHex(round.id),
      entryIndex,
      amendments: [],
      draws: [],
    };
    operator.on.set(`GET rounds/${name}`, () => (fails === undefined ? json(summary) : { code: fails, status: 404 }));
    return summary;
  });
  operator.on.set("GET rounds", () => json({ rounds: [...listed, { ...listed[0], name: "survey-1", kind: "survey" }] }));
  return operator;
}

const names = (channels: readonly Channel[]): string[] => channels.map(({ manifest }) => manifest.round);
const others = (operator: Operator): Promise<readonly Channel[]> => otherChannels(BASE, "port", clientOptions(operator));

describe("the other channels of a programme", () => {
  it("are those that take reports now: not this one, no survey, none that is over or not yet open", async () => {
    const operator = programmeOf({ port: {}, customs: {}, past: { state: "closed" }, later: { state: "upcoming" }, court: {} });
    expect(names(await others(operator))).toEqual(["customs", "court"]);
  });

  it("are checked like the first: one that no handler signed is left out, and so is one that the server only lists", async () => {
    const operator = programmeOf({ port: {}, forged: { signers: [] }, gone: { fails: "ERR_ROUND_UNKNOWN" }, court: {} });
    expect(names(await others(operator))).toEqual(["court"]);
  });

  it("are asked for with the same requests by everyone, wherever they then go", async () => {
    const [all, again] = [programmeOf({ port: {}, court: {}, customs: {} }), programmeOf({ port: {}, court: {}, customs: {} })];
    await others(all);
    await others(again);
    const asked = all.requests.map(({ method, path, size }) => `${method} ${path} ${size}`);
    expect(again.requests.map(({ method, path, size }) => `${method} ${path} ${size}`)).toEqual(asked);
    expect(asked.every((line) => line.startsWith("GET "))).toBe(true);
  });

  it("are none where there is no other; a server that does not answer is not taken for that", async () => {
    expect(await others(programmeOf({ port: {} }))).toEqual([]);
    const operator = programmeOf({ port: {}, court: {} });
    let answers = 1;
    const lost = {
      ...clientOptions(operator),
      fetch: (async (...call: Parameters<typeof operator.fetch>) => {
        answers -= 1;
        if (answers < 0) throw new TypeError("the connection is lost");
        return operator.fetch(...call);
      }) as typeof operator.fetch,
    };
    await expect(otherChannels(BASE, "port", lost)).rejects.toMatchObject({ code: "ERR_NETWORK" });
  });

  it("are sixteen at most, however many a server lists", async () => {
    const many = Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`channel-${at}`, {}]));
    expect(await others(programmeOf(many))).toHaveLength(16);
  });
});

describe("the channel after one that is over", () => {
  const after = async (channels: Readonly<Record<string, Planned>>): Promise<string | null> => {
    const operator = programmeOf(channels);
    const first = await openChannel(BASE, "port", clientOptions(operator));
    return (await successorOf(BASE, first, clientOptions(operator)))?.manifest.round ?? null;
  };

  it("is the one that its manifest names, or the one after that where it is over too", async () => {
    expect(await after({ port: { state: "closed", successor: "port-2" }, "port-2": {} })).toBe("port-2");
    const chain = { port: { successor: "port-2" }, "port-2": { state: "released" as const, successor: "port-3" }, "port-3": {} };
    expect(await after(chain)).toBe("port-3");
  });

  it("is none where none is named, where it is not made yet, and where the last one is over", async () => {
    expect(await after({ port: {} })).toBeNull();
    expect(await after({ port: { successor: "port-2" } })).toBeNull();
    expect(await after({ port: { successor: "port-2" }, "port-2": { fails: "ERR_ROUND_UNKNOWN" } })).toBeNull();
    expect(await after({ port: { successor: "port-2" }, "port-2": { state: "closed" } })).toBeNull();
  });

  it("is not one that nobody signed", async () => {
    await expect(after({ port: { successor: "port-2" }, "port-2": { signers: [] } })).rejects.toMatchObject({ code: /^ERR_/ });
  });

  it("is not looked for without end where two name each other", async () => {
    expect(await after({ port: { state: "closed", successor: "port-2" }, "port-2": { state: "closed", successor: "port" } })).toBeNull();
  });
});
