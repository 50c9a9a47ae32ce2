import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Credential, openInvitation } from "@amana/client";
import { issuerLink } from "@amana/client/issuer";
import { formatCode, type InvitationCode, newInvitationCode } from "@amana/core/bytes";
import { isAmanaError } from "@amana/core/errors";
import { randomBytes } from "@amana/core/primitives";
import { type Answers, checkQuestionnaire, type Questionnaire } from "@amana/core/questionnaire";
import { freePort } from "@amana/example-trial";
import { type IssuerLink, type IssuerSetup, initIssuer, issuerClient, serveIssuer } from "@amana/server";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { fullest } from "./support/extremes.ts";
import { Deployment, ROUND } from "./support/server.ts";
import { type Exchange, Wire } from "./support/wire.ts";

/* A round with two issuers, one of them at an address of its own: what somebody on the way to either counts. */

const load = (name: string): Questionnaire =>
  checkQuestionnaire(JSON.parse(readFileSync(new URL(`../../examples/questionnaires/${name}.json`, import.meta.url), "utf8")));
const GROUPS = [
  { id: "officials", issuer: "customs", questionnaire: load("officials") },
  { id: "private-sector", issuer: "the-federation-of-all-traders", questionnaire: load("private-sector") },
];
const PEOPLE = 6;
const NAME = "university";

let folder: string;
let here: Deployment;
/** On the way to the operator's server, and to the other issuer. */
let wire: Wire;
let other: Wire;
let codes: readonly InvitationCode[] = [];
const stop = new AbortController();
let ended: Promise<number>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "amana-issuer-"));
  const port = await freePort();
  other = await Wire.before(`http://127.0.0.1:${port}/`);
  here = await Deployment.start((same) => same, {
    people: PEOPLE,
    groups: GROUPS,
    offer: async (server, programme) => {
      const place = { programme, round: ROUND, audience: "officials", name: NAME, origin: other.url, handedOutBy: "bar" };
      const made = await initIssuer(folder, { ...place, server, count: PEOPLE, spares: 0 });
      codes = made.codes;
      return { offer: made.offer };
    },
  });
  wire = await Wire.before(here.url);
  const now = (): Date => new Date(here.clock.seconds * 1000);
  const link = ({ server, offer }: IssuerSetup): IssuerLink => issuerLink({ server, programme: offer.programme, round: offer.round, now });
  await new Promise<void>((ready, failed) => {
    ended = serveIssuer(
      { data: folder, host: "127.0.0.1", port, base: "/" },
      {
        now,
        stop: stop.signal,
        say: () => undefined,
        warn: (line) => failed(new Error(line)),
        onListening: () => ready(),
        link,
      },
    );
  });
  const client = await issuerClient(folder, link, now);
  await vi.waitUntil(async () => (await client.status()).state === "enrolling", { timeout: 30_000 });
});
afterAll(async () => {
  stop.abort();
  await ended;
  await wire.close();
  await other.close();
  await here.stop();
  await rm(folder, { recursive: true, force: true });
});

const sizes = (all: readonly Exchange[]): string[] => [...new Set(all.map(({ sent, received }) => `${sent} out, ${received} back`))];
const posts = (all: readonly Exchange[]): Exchange[] => all.filter(({ what }) => what.startsWith("POST"));
/** What was sent since the last time, to the server and to the other issuer. */
const seen = async (): Promise<[Exchange[], Exchange[]]> => [posts(await wire.take()), posts(await other.take())];

function linkOf(person: number, second: InvitationCode = codes[person] as InvitationCode): string {
  return `${(here.links[person] as string).replace(here.url, wire.url)}.${formatCode(second)}`;
}
const traderLink = (): string => (here.links[PEOPLE] as string).replace(here.url, wire.url);

async function enrolled(link: string): Promise<Credential> {
  const round = await openInvitation(link, here.options());
  return round.enrol(round.newSecretCode());
}

describe("requests and replies of a round with two issuers", () => {
  const people: Credential[] = [];

  it("are of one size at both, and as long as those of an audience with one", async () => {
    const [atServer, atOther]: [Exchange[], Exchange[]] = [[], []];
    await seen();
    for (const link of [linkOf(0), linkOf(1), traderLink()]) {
      people.push(await enrolled(link));
      const [own, others] = await seen();
      atServer.push(...own);
      atOther.push(...others);
    }
    expect([atServer.length, atOther.length]).toEqual([3, 2]);
    expect([sizes(atServer).length, sizes(atOther).length]).toEqual([1, 1]);
    expect(new Set([...atServer, ...atOther].map(({ sent }) => sent)).size).toBe(1);
  });

  it("are refused in one size, in requests as long as those that are not", async () => {
    const drawn: Exchange[] = [];
    const refused: Exchange[] = [];
    for (const [second, code] of [
      [codes[0] as InvitationCode, "ERR_INVITATION_USED"],
      [newInvitationCode(randomBytes), "ERR_INVITATION_UNKNOWN"],
    ] as const) {
      await seen();
      await enrolled(linkOf(2 + refused.length, second)).then(
        () => expect.unreachable(code),
        (error: unknown) => expect(isAmanaError(error) ? error.code : error).toBe(code),
      );
      const [own, others] = await seen();
      drawn.push(...own);
      refused.push(...others);
    }
    expect(refused).toHaveLength(2);
    expect(new Set(refused.map(({ received }) => received)).size).toBe(1);
    expect(new Set([...drawn, ...refused].map(({ sent }) => sent)).size).toBe(1);
  });

  it("are of one size for answers with two tokens and with one, changes and withdrawals", async () => {
    const counted: Exchange[] = [];
    for (const credential of [people[0], people[2]] as [Credential, Credential]) {
      for (const answers of [{}, fullest(credential.questionnaire), null] as (Answers | null)[]) {
        await (answers === null ? credential.withdraw() : credential.submit(answers));
        counted.push(...(await seen())[0]);
      }
    }
    expect(counted.map(({ what }) => what)).toEqual(Array(6).fill("POST /submissions"));
    expect(sizes(counted)).toHaveLength(1);
  });
});

describe("a client without these rules", () => {
  it("tells whose issuers a person has: with as many tokens as there are issuers, and with a path as long as a name", async () => {
    const manifest = await here.manifest();
    const tokens = manifest.audiences.map(({ issuers }) => 256 * issuers.length);
    const sent: number[] = [];
    for (const [at, length] of tokens.entries()) {
      await wire.take();
      const headers = { "content-type": "application/vnd.amana.submission" };
      await fetch(`${wire.url}submissions`, { method: "POST", headers, body: new Uint8Array(4000 + length) });
      await fetch(`${wire.url}issuers/${GROUPS[at]?.issuer}/enrolments`, { method: "POST", headers, body: new Uint8Array(559) });
      sent.push(...(await wire.take()).map((each) => each.sent));
    }
    expect(sent).toHaveLength(4);
    const [two = 0, short = 0, one = 0, long = 0] = sent;
    expect([two - one, long - short]).toEqual([256, "the-federation-of-all-traders".length - "customs".length]);
  });
});
