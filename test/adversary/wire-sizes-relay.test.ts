import { readFileSync } from "node:fs";
import { type Credential, openInvitation } from "@amana/client";
import { utf8 } from "@amana/core/bytes";
import { roundEnvelopeLength } from "@amana/core/manifest";
import { randomBytes } from "@amana/core/primitives";
import { type Answers, checkQuestionnaire } from "@amana/core/questionnaire";
import { relayRequestLength } from "@amana/core/submission";
import type { Relay } from "@amana/server/relay";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fullest } from "./support/extremes.ts";
import { LEAD, RelayHere } from "./support/relay.ts";
import { Deployment, HOUR, START } from "./support/server.ts";
import { type Exchange, Wire } from "./support/wire.ts";

/* A round through a relay: what somebody between respondents and relay, or between relay and gateway, counts. */

const file = new URL("../../examples/questionnaires/officials.json", import.meta.url);
const QUESTIONNAIRE = checkQuestionnaire(JSON.parse(readFileSync(file, "utf8")));
const GROUPS = [{ id: "officials", issuer: "customs", questionnaire: QUESTIONNAIRE }];
const VERSIONS = 16;

let front: RelayHere;
let relay: Relay;
let here: Deployment;
/** Between respondents and the relay, and between the relay and the server. */
let outer: Wire;
let inner: Wire;

beforeAll(async () => {
  front = await RelayHere.start();
  outer = await Wire.before(front.url);
  here = await Deployment.start(front.change(outer.url), { people: 8, groups: GROUPS });
  inner = await Wire.before(here.url);
  relay = await front.serve(here, inner.url);
});
afterAll(async () => {
  await outer.close();
  await inner.close();
  await front.stop();
  await here.stop();
});

const sizes = (all: readonly Exchange[]): string[] => [...new Set(all.map(({ sent, received }) => `${sent} out, ${received} back`))];

async function enrolled(person: number): Promise<Credential> {
  const round = await openInvitation(here.links[person] as string, here.options());
  return round.enrol(round.newSecretCode());
}

describe("requests and replies through a relay", () => {
  const toRelay: Exchange[] = [];

  it("are of one size on the way to it, whatever is answered, changed or withdrawn, and however often", async () => {
    const extremes: (Answers | null)[] = [{}, fullest(QUESTIONNAIRE), null];
    // One of each kind is the last that the relay gets of a person.
    for (const [person, last] of extremes.entries()) {
      const credential = await enrolled(person);
      await outer.take();
      for (let sequence = 0; sequence < VERSIONS; sequence++) {
        const answers = sequence === VERSIONS - 1 ? last : (extremes[sequence % extremes.length] as Answers | null);
        await (answers === null ? credential.withdraw() : credential.submit(answers));
        const [exchange, ...more] = await outer.take();
        expect(more).toEqual([]);
        toRelay.push(exchange as Exchange);
      }
    }
    expect(toRelay).toHaveLength(3 * VERSIONS);
    expect(new Set(toRelay.map(({ status }) => status))).toEqual(new Set([202]));
    expect(sizes(toRelay)).toHaveLength(1);
  });

  it("are of one size on the way from it to the gateway, and back: first versions, later ones, withdrawals", async () => {
    expect((await inner.take()).filter(({ what }) => /gateway/.test(what))).toEqual([]);
    await (await enrolled(3)).submit({});
    await inner.take();
    const before = here.clock.seconds;
    here.clock.seconds = START + 4 * HOUR - LEAD;
    await relay.tick();
    await relay.idle();
    const given = await inner.take();
    expect(before).toBeLessThan(here.clock.seconds);
    expect(given.length).toBeGreaterThanOrEqual(4);
    expect(new Set(given.map(({ what, status }) => `${what} ${status}`))).toEqual(new Set(["POST /gateway 200"]));
    expect(sizes(given)).toHaveLength(1);
  });
});

describe("a client without these rules", () => {
  const send = async (body: Uint8Array, sequence: string): Promise<number> => {
    await outer.take();
    await fetch(`${outer.url}${"00".repeat(32)}`, {
      method: "POST",
      headers: {
        "content-type": "message/ohttp-req",
        "amana-slot": "11".repeat(32),
        "amana-sequence": sequence,
        "amana-work": "00".repeat(8),
      },
      body: new Uint8Array(body),
    });
    return (await outer.take())[0]?.sent ?? 0;
  };

  it("tells an empty answer from a long one, when it fills nothing up", async () => {
    const manifest = await here.manifest();
    const rest = relayRequestLength(manifest) - roundEnvelopeLength(manifest);
    const [empty, long] = await Promise.all(
      [{}, fullest(QUESTIONNAIRE)].map(async (answers) => randomBytes(rest + utf8(JSON.stringify(answers)).length)),
    );
    const sent = [await send(empty as Uint8Array, "00"), await send(long as Uint8Array, "00")] as const;
    expect(sent[1]).toBeGreaterThan(sent[0] + 500);
  });

  it("tells who changed an answer ten times, when the number of a version has as many digits as it needs", async () => {
    const body = randomBytes(64);
    expect(await send(body, "10")).toBe((await send(body, "9")) + 1);
    expect(await send(body, "10")).toBe(await send(body, "09"));
  });
});
