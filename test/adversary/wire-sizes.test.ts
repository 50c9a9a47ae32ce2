import { readFileSync } from "node:fs";
import { type Credential, type Fetch, openInvitation, openRound } from "@amana/client";
import { newSecretCode, utf8 } from "@amana/core/bytes";
import { seal } from "@amana/core/envelope";
import { isAmanaError } from "@amana/core/errors";
import { recipients } from "@amana/core/manifest";
import { randomBytes, signingKey } from "@amana/core/primitives";
import { type Answers, checkQuestionnaire, type Questionnaire } from "@amana/core/questionnaire";
import { encodeSubmission, NO_TOKEN, signSubmission, submissionContext } from "@amana/core/submission";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fullest } from "./support/extremes.ts";
import { Deployment, HOUR, ROUND, START } from "./support/server.ts";
import { type Exchange, Wire } from "./support/wire.ts";

/* What somebody between respondents and the server sees who cannot read: how many bytes go each way, headers included. */

const load = (name: string): Questionnaire =>
  checkQuestionnaire(JSON.parse(readFileSync(new URL(`../../examples/questionnaires/${name}.json`, import.meta.url), "utf8")));
const GROUPS = [
  { id: "officials", issuer: "customs", questionnaire: load("officials") },
  { id: "private-sector", issuer: "the-federation-of-all-traders", questionnaire: load("private-sector") },
];
const PEOPLE = 8;
const SUBMISSIONS = "POST /submissions";
/** Versions of an answer: sequences 0 to 15. */
const VERSIONS = 16;

let here: Deployment;
let wire: Wire;

beforeAll(async () => {
  here = await Deployment.start((same) => same, { people: PEOPLE, groups: GROUPS });
  wire = await Wire.before(here.url);
});
afterAll(async () => {
  await wire.close();
  await here.stop();
});

const linkOf = (group: number, person: number): string => (here.links[group * PEOPLE + person] as string).replace(here.url, wire.url);
/** All connections end, so that every exchange is complete. */
const seen = (): Promise<Exchange[]> => wire.take();
const only = (all: readonly Exchange[], path: RegExp): Exchange[] => all.filter(({ what }) => path.test(what));
const sizes = (all: readonly Exchange[]): string[] => [...new Set(all.map(({ sent, received }) => `${sent} out, ${received} back`))];

async function enrolled(group: number, person: number): Promise<{ credential: Credential; fetched: Exchange[]; draw: Exchange[] }> {
  await seen();
  const round = await openInvitation(linkOf(group, person), here.options());
  const fetched = await seen();
  const credential = await round.enrol(round.newSecretCode());
  return { credential, fetched, draw: await seen() };
}

describe("requests and replies of a round", () => {
  const people: { credential: Credential; fetched: Exchange[]; draw: Exchange[] }[] = [];

  it("are the same for everyone until a question is shown, whatever the audience and the issuer", async () => {
    for (const [group, person] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ] as const)
      people.push(await enrolled(group, person));
    expect(people[0]?.fetched.length).toBeGreaterThan(5);
    for (const { fetched } of people) expect(fetched).toEqual(people[0]?.fetched);
    const draws = people.flatMap(({ draw }) => draw);
    expect(draws).toHaveLength(4);
    expect(sizes(draws)).toHaveLength(1);
  });

  it("are of one size, whatever is answered, changed or withdrawn, and however often", async () => {
    const [official, , trader] = people as [(typeof people)[number], unknown, (typeof people)[number]];
    const counted: Exchange[] = [];
    for (const { credential } of [official, trader]) {
      const extremes: (Answers | null)[] = [{}, fullest(credential.questionnaire), null];
      for (let sequence = 0; sequence < VERSIONS; sequence++) {
        const answers = extremes[sequence % extremes.length] as Answers | null;
        await (answers === null ? credential.withdraw() : credential.submit(answers));
        counted.push(...(await seen()));
      }
      await expect(credential.submit({})).rejects.toMatchObject({ code: "ERR_REVISIONS_SPENT" });
    }
    expect(await seen()).toEqual([]);
    expect(counted.map(({ what }) => what)).toEqual(Array.from({ length: 2 * VERSIONS }, () => SUBMISSIONS));
    expect(sizes(counted)).toHaveLength(1);
    // Through a cut: the same bytes again, and the same promise.
    let cut = true;
    const cutting: Fetch = async (url, init) => {
      const reply = await fetch(url, init);
      if (cut && url.endsWith("/submissions")) throw new TypeError("cut");
      return reply;
    };
    const round = await openInvitation(linkOf(0, 2), { ...here.options(), fetch: cutting });
    const unlucky = await round.enrol(round.newSecretCode());
    await seen();
    await expect(unlucky.submit({})).rejects.toMatchObject({ code: "ERR_NETWORK" });
    cut = false;
    await unlucky.retry();
    const twice = await seen();
    expect(twice).toHaveLength(2);
    expect(sizes([...counted, ...twice])).toHaveLength(1);
  });

  it("are refused in one size", async () => {
    const refused: Exchange[] = [];
    const attempt = async (work: () => Promise<unknown>, code: string): Promise<void> => {
      await work().then(
        () => expect.unreachable(code),
        (error: unknown) => expect(isAmanaError(error) ? error.code : error).toBe(code),
      );
      refused.push(...only(await seen(), /^POST/));
    };
    const used = await openInvitation(linkOf(0, 0), here.options());
    await attempt(() => used.enrol(newSecretCode(randomBytes)), "ERR_INVITATION_USED");
    const unknown = await openInvitation(`${wire.url}${ROUND}#officials.${linkOf(1, 3).split(".").at(-1)}`, here.options());
    await attempt(() => unknown.enrol(newSecretCode(randomBytes)), "ERR_INVITATION_UNKNOWN");
    // Somebody who comes back to an answer that is not there has no tokens to show.
    const back = await openRound(wire.url, ROUND, here.options());
    const stranger = await back.resume(newSecretCode(randomBytes), "officials");
    await attempt(() => stranger.submit({}), "ERR_TOKEN_MISSING");
    expect(refused).toHaveLength(3);
    for (const [type, body] of [
      ["application/vnd.amana.submission", new Uint8Array(1)],
      ["application/vnd.amana.submission", randomBytes(600)],
      ["text/plain", new Uint8Array(1)],
      ["application/vnd.amana.report", randomBytes(64)],
    ] as const) {
      await fetch(`${wire.url}submissions`, { method: "POST", headers: { "content-type": type }, body: new Uint8Array(body) });
      refused.push(...only(await seen(), /^POST/));
    }
    here.clock.seconds = START + 4 * HOUR + 1;
    await attempt(() => (people[1] as (typeof people)[number]).credential.submit({}), "ERR_ROUND_CLOSED");
    await attempt(async () => (await openInvitation(linkOf(0, 5), here.options())).enrol(newSecretCode(randomBytes)), "ERR_ROUND_CLOSED");
    expect(new Set(refused.map(({ status }) => status)).size).toBeGreaterThan(3);
    expect([...new Set(refused.map(({ received }) => received))]).toHaveLength(1);
    // A request that is refused is as long as one that is not.
    const own = refused.filter(({ what }) => /enrolments/.test(what));
    expect(new Set([...own, ...people.flatMap(({ draw }) => draw)].map(({ sent }) => sent)).size).toBe(1);
  });

  it("are the same for everyone who looks for an answer, whether it is there or not", async () => {
    await here.moveTo(START + 4 * HOUR + 1);
    const looks: Exchange[][] = [];
    for (const { credential } of people) {
      await seen();
      await credential.check();
      looks.push(await seen());
    }
    for (const code of [newSecretCode(randomBytes), newSecretCode(randomBytes)]) {
      const round = await openRound(wire.url, ROUND, here.options());
      await seen();
      await expect(round.resume(code)).rejects.toMatchObject({ code: "ERR_NOT_FOUND" });
      looks.push(await seen());
    }
    expect(looks[0]?.length).toBeGreaterThan(1);
    for (const look of looks) expect(look).toEqual(looks[0]);
  });
});

describe("a client without these rules", () => {
  it("tells an empty answer from a long one, when it seals to the length of what was said", async () => {
    const manifest = await here.manifest();
    const { manifestId } = await openRound(wire.url, ROUND, here.options());
    const sent: number[] = [];
    for (const answers of [{}, fullest((GROUPS[0] as (typeof GROUPS)[number]).questionnaire)]) {
      const text = utf8(JSON.stringify(answers));
      const key = signingKey(randomBytes(32));
      const context = submissionContext(manifestId, 0, key.publicKey, 0);
      const envelope = seal(text, {
        recipients: recipients(manifest),
        threshold: manifest.threshold,
        context,
        size: text.length,
        rng: randomBytes,
      });
      const body = encodeSubmission(signSubmission({ manifestId, audience: 0, sequence: 0, tokens: [NO_TOKEN], envelope }, key));
      await seen();
      await fetch(`${wire.url}submissions`, {
        method: "POST",
        headers: { "content-type": "application/vnd.amana.submission" },
        body: new Uint8Array(body),
      });
      sent.push(...(await seen()).map((each) => each.sent));
    }
    expect(sent).toHaveLength(2);
    expect(sent[1]).toBeGreaterThan((sent[0] as number) + 500);
  });

  it("tells whose issuer it asks, when it does not fill up the path", async () => {
    const sent: number[] = [];
    for (const { issuer } of GROUPS) {
      await seen();
      await fetch(`${wire.url}issuers/${issuer}/enrolments`, {
        method: "POST",
        headers: { "content-type": "application/vnd.amana.enrolment" },
        body: new Uint8Array(559),
      });
      sent.push(...(await seen()).map((each) => each.sent));
    }
    expect(new Set(sent).size).toBe(2);
  });
});
