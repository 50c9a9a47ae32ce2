import { newSecretCode, type SecretCode } from "@amana/core/bytes";
import { type Draw, decodeDraws, drawLists, listOf, SMALLEST_LIST } from "@amana/core/credential";
import { isAmanaError } from "@amana/core/errors";
import type { Manifest } from "@amana/core/manifest";
import { randomBytes } from "@amana/core/primitives";
import { describe, expect, it } from "vitest";
import { Operator } from "../../test-support/operator.ts";
import { BASE, clientOptions, linkOf } from "../../test-support/people.ts";
import { HOUR, makeRound, makeWorld, START, withPhases } from "../../test-support/world.ts";
import { openInvitation, openRound } from "../index.ts";

const PLACE = "officials/officials-issuer";
const clock = { seconds: START + 60 };

/** As many draws as are wanted, spread as hashes are; nobody signed them, and nobody whose they are not asks. */
function others(count: number): Draw[] {
  const signature = new Uint8Array(256);
  return Array.from({ length: count }, (_, index) => {
    const hash = randomBytes(32);
    hash[0] = (index & 1) << 7;
    return { invitedHash: hash, blindedHash: hash, blindSignature: signature, reportBlindedHash: hash, reportBlindSignature: signature };
  });
}

const large = (manifest: Manifest): Manifest => ({
  ...withPhases(manifest),
  audiences: manifest.audiences.map((audience) => ({ ...audience, rosterSize: 20_000 })),
});

/** A round in which three have enrolled, one of them a trader; `lists` says how the officials' draws are logged. */
async function round(lists: (draws: Draw[]) => Draw[][]): Promise<{ operator: Operator; secrets: SecretCode[]; draws: Draw[] }> {
  const world = makeWorld();
  const operator = new Operator(world, makeRound(world, { change: large })).launch();
  const secrets: SecretCode[] = [];
  clock.seconds = START + 60;
  for (const [audience, place] of [
    ["officials", 0],
    ["officials", 1],
    ["traders", 0],
  ] as const) {
    const secret = newSecretCode(randomBytes);
    secrets.push(secret);
    await (await openInvitation(linkOf(operator, audience, place), clientOptions(operator, clock))).enrol(secret);
  }
  const places = [...operator.draws.keys()];
  const officials = places.find((place) => place.startsWith("officials/")) ?? PLACE;
  const draws = [...(operator.draws.get(officials) ?? []), ...others(2 * SMALLEST_LIST + 200)];
  for (const list of lists(draws)) operator.logDraws(officials, list);
  for (const place of operator.round.issuers.keys()) if (place !== officials) operator.logDraws(place, operator.draws.get(place) ?? []);
  operator.destroyIssuerKeys();
  clock.seconds = START + 2 * HOUR + 1;
  return { operator, secrets, draws };
}

/** What coming back with each code leads to, and which lists of the officials it fetched, by their place. */
async function comeBack({ operator, secrets }: Awaited<ReturnType<typeof round>>): Promise<{ outcome: string; fetched: number[] }[]> {
  const names = operator.entries.flatMap((bytes) => {
    const text = new TextDecoder().decode(bytes);
    return text.includes('"type":"draws"') && text.includes('"audience":"officials"')
      ? [/"sha256":"([0-9a-f]+)"/.exec(text)?.[1] ?? ""]
      : [];
  });
  const seen: { outcome: string; fetched: number[] }[] = [];
  for (const secret of secrets) {
    const back = await openRound(BASE, "wave-1", clientOptions(operator, clock));
    operator.requests.length = 0;
    const outcome = await back.resume(secret).then(
      ({ audience }) => audience.id,
      (error: unknown) => (isAmanaError(error) ? error.code : "unexpected"),
    );
    const fetched = operator.requests.map(({ path }) => names.indexOf(path.replace("files/", ""))).filter((place) => place >= 0);
    seen.push({ outcome, fetched: fetched.sort((a, b) => a - b) });
  }
  return seen;
}

describe("draws in lists", () => {
  it("are fetched one of the large ones and all of the small ones, whoever asks, and lead back", async () => {
    const world = await round((draws) => {
      const [late, ...rest] = draws as [Draw, ...Draw[]];
      return [...drawLists(rest, 1).map((file) => [...decodeDraws(file)]), [late]];
    });
    const seen = await comeBack(world);
    expect(seen.map(({ outcome }) => outcome)).toEqual(["officials", "officials", "traders"]);
    for (const { fetched } of seen) {
      // One of two halves, and what an objection added. A trader's requests look the same.
      expect(fetched).toHaveLength(2);
      expect(fetched[1]).toBe(2);
    }
    const second = world.draws[1] as Draw;
    expect(seen[1]?.fetched[0]).toBe(listOf(second.blindedHash, 1));
  });

  it("are all fetched where they are no power of two", async () => {
    const world = await round((draws) =>
      [draws.slice(0, SMALLEST_LIST), draws.slice(SMALLEST_LIST)].map((list) => [...list]).concat([others(SMALLEST_LIST)]),
    );
    for (const { outcome, fetched } of await comeBack(world)) {
      expect(outcome).toMatch(/officials|traders/);
      expect(fetched).toEqual([0, 1, 2]);
    }
  });

  it("that are not divided by their bits are refused: a person would stand among fewer than their count says", async () => {
    const world = await round((draws) => [draws.slice(0, SMALLEST_LIST), draws.slice(SMALLEST_LIST)]);
    for (const { outcome } of await comeBack(world)) expect(outcome).toBe("ERR_DRAWS_FORMAT");
  });
});
