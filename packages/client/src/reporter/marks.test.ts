import { newSecretCode, type SecretCode, toHex } from "@amana/core/bytes";
import type { Draw } from "@amana/core/credential";
import { type DrawsEntry, signEntry } from "@amana/core/entries";
import type { ErrorCode } from "@amana/core/errors";
import { randomBytes } from "@amana/core/primitives";
import { beforeAll, describe, expect, it } from "vitest";
import { CHANNEL, ChannelOperator, makeChannel } from "../../test-support/channel.ts";
import { json, Operator } from "../../test-support/operator.ts";
import { BASE, clientOptions, linkOf } from "../../test-support/people.ts";
import { type IssuerPair, makeRound, makeWorld, type Round, START, type Trustee, type World } from "../../test-support/world.ts";
import { Inbox, readChannel } from "../handler/index.ts";
import { openInvitation } from "../index.ts";
import { LedgerView } from "../wire/ledger-view.ts";
import { Transport } from "../wire/transport.ts";
import { type Channel, openChannel } from "./channel.ts";
import { Marks } from "./marks.ts";

const TRADERS = "traders/chamber";
const content = (text: string) => ({ locale: "en", fields: {}, text });

/** What everyone drew in a survey, once: drawing is what takes time here. */
let world: World;
let survey: Round;
let drawn: ReadonlyMap<string, Draw[]>;
let codes: Record<"trader" | "official", SecretCode>;

beforeAll(async () => {
  world = makeWorld();
  const two = { change: (m: Round["manifest"]) => ({ ...m, audiences: m.audiences.map((a) => ({ ...a, minimumGroup: 2 })) }) };
  survey = makeRound(world, two);
  const operator = new Operator(world, survey).launch();
  const enrol = async (audience: string, place: number): Promise<SecretCode> => {
    const code = newSecretCode(randomBytes);
    await (await openInvitation(linkOf(operator, audience, place), clientOptions(operator))).enrol(code);
    return code;
  };
  const [trader, , , official] = [
    await enrol("traders", 0),
    await enrol("traders", 1),
    await enrol("traders", 2),
    await enrol("officials", 0),
  ];
  await enrol("officials", 1);
  codes = { trader, official: official as SecretCode };
  drawn = operator.draws;
});

/** A channel on the same server; `lists` are the traders' draws as their issuer logs them, null: none are logged yet. */
function channelOf(lists: ((draws: readonly Draw[]) => Draw[][]) | null = (draws) => [[...draws]]): ChannelOperator {
  const surveys = new Operator(world, survey).launch();
  if (lists !== null) {
    surveys.logDraws("officials/ministry", drawn.get("officials/ministry") ?? []);
    for (const list of lists(drawn.get(TRADERS) ?? [])) surveys.logDraws(TRADERS, list);
  }
  const operator = new ChannelOperator(world, makeChannel(world, [toHex(survey.id)]));
  operator.entries.push(...surveys.entries);
  for (const [sha256, file] of surveys.files) operator.files.set(sha256, file);
  operator.drawnAt = surveys.drawnAt;
  operator.on.set("GET rounds", () => json({ rounds: [summary(operator)] }));
  return operator.launch(undefined, [0, 1]);
}

const summary = ({ drawnAt }: ChannelOperator) => {
  const { round: name, kind, title } = survey.manifest;
  return { name, kind, title, state: "closed", manifest: toHex(survey.id), entryIndex: 1, amendments: [], draws: drawnAt };
};
const openAt = (operator: ChannelOperator): Promise<Channel> => openChannel(BASE, CHANNEL, clientOptions(operator));
const marksOf = async (operator: ChannelOperator): Promise<Marks> => (await (await openAt(operator)).marks()) as Marks;
const states = ({ surveys }: Marks): string[] => surveys.map(({ state }) => state);
const refuses = (marks: Marks, code: SecretCode, error: ErrorCode) =>
  expect(() => marks.find(code)).toThrow(expect.objectContaining({ code: error }));

describe("the mark of a survey's secret code", () => {
  it("is found among everybody's draws, and a handler sees the audience", async () => {
    const operator = channelOf();
    const channel = await openAt(operator);
    const marks = (await channel.marks()) as Marks;
    const found = marks.find(codes.trader);
    expect(found).toMatchObject({ audience: { en: "traders" }, survey: { en: "Wave" }, crowd: 3 });
    expect(marks.find(codes.official)).toMatchObject({ audience: { en: "officials" }, crowd: 2 });
    await channel.report(channel.newSecretCode(), content("marked"), undefined, found.source);
    await channel.report(channel.newSecretCode(), content("again"), undefined, marks.find(codes.trader).source);
    await channel.report(channel.newSecretCode(), content("not"));
    const transport = new Transport(BASE, operator.fetch);
    const now = new Date((START + 60) * 1000);
    const view = await LedgerView.fetch(transport, world.programme, now);
    const inbox = await Inbox.open({
      transport,
      channel: await readChannel(transport, view, CHANNEL),
      keys: world.trustees[0] as Trustee,
      now,
    });
    while ((await inbox.openMore()) > 0);
    const shown = inbox.cases.map(({ first, mark }) => [first.document.text, mark] as const);
    expect(new Map(shown)).toEqual(
      new Map([
        ["marked", { audience: "traders", cases: 2 }],
        ["again", { audience: "traders", cases: 2 }],
        ["not", null],
      ]),
    );
  });

  it("is not there for another code; of a survey whose draws are not published, nobody can say yet", async () => {
    const marks = await marksOf(channelOf());
    refuses(marks, newSecretCode(randomBytes), "ERR_NOT_FOUND");
    const early = await marksOf(channelOf(null));
    expect(early.surveys).toMatchObject([{ title: { en: "Wave" }, state: "early", enrolmentClose: START + 3600 }]);
    refuses(early, codes.trader, "ERR_ROUND_NOT_OPEN");
  });

  it("is nothing that a channel without surveys has", async () => {
    const operator = new ChannelOperator(world, makeChannel(world)).launch(undefined, [0, 1]);
    const before = operator.requests.length;
    const channel = await openAt(operator);
    expect(await channel.marks()).toBeNull();
    expect(operator.requests.slice(before).some(({ path }) => path === "rounds")).toBe(false);
  });
});

function says(operator: ChannelOperator, drawnAt: number[]): void {
  operator.drawnAt = drawnAt;
}

describe("what a server says of the draws", () => {
  it.each<[string, string, (operator: ChannelOperator) => void]>([
    ["a survey that it does not name", "unusable", (operator) => operator.on.set("GET rounds", () => json({ rounds: [] }))],
    [
      "another survey under the same id",
      "unusable",
      (operator) => operator.on.set("GET rounds", () => json({ rounds: [{ ...summary(operator), entryIndex: operator.entryIndex }] })),
    ],
    ["draws where another entry stands", "unusable", (operator) => says(operator, [2])],
    ["draws beyond the ledger", "unusable", (operator) => says(operator, [99])],
    ["the same draws twice", "unusable", (operator) => says(operator, [...operator.drawnAt, operator.drawnAt.at(-1) as number])],
    [
      "a list of other bytes than its issuer signed, for this visitor",
      "unusable",
      (operator) => operator.on.set("GET files/*", () => new Uint8Array(608)),
    ],
    [
      "more lists than anyone reads",
      "large",
      (operator) =>
        says(
          operator,
          Array.from({ length: 65 }, (_, at) => at + 2),
        ),
    ],
  ])("%s: %s, and no code finds anything there", async (_what, state, change) => {
    const operator = channelOf();
    change(operator);
    const marks = await marksOf(operator);
    expect(states(marks)).toEqual([state]);
    refuses(marks, codes.trader, "ERR_NOT_FOUND");
  });

  it.each([14_000, 1])(
    "a list that its issuer says has %i draws: not fetched where it is too large, refused where it has others",
    async (count) => {
      const operator = channelOf();
      const { signing } = survey.issuers.get(TRADERS) as IssuerPair;
      const file = new Uint8Array(1216);
      const fields = { audience: "traders", issuer: "chamber", count, sha256: operator.keep(file), length: file.length };
      operator.drawnAt = [...operator.drawnAt, operator.log(signEntry<DrawsEntry>(survey.manifest, { type: "draws", ...fields }, signing))];
      expect(states(await marksOf(operator))).toEqual([count === 1 ? "unusable" : "large"]);
      expect(operator.requests.some(({ path }) => path === `files/${fields.sha256}`)).toBe(count === 1);
    },
  );

  it("a lost connection is no answer: the same call asks again", async () => {
    const operator = channelOf();
    const channel = await openAt(operator);
    operator.on.set("GET files/*", () => ({ code: "ERR_OVERLOADED", status: 503 }));
    await expect(channel.marks()).rejects.toMatchObject({ code: "ERR_OVERLOADED" });
    operator.on.delete("GET files/*");
    expect(states((await channel.marks()) as Marks)).toEqual(["ready"]);
  });
});

describe("a server that wants to know who marks a report", () => {
  /** What the server sees of two visits with a report, of somebody who marks it and of somebody who does not; `fetches` is when the client asks for draws. */
  async function seen(fetches: "by everyone" | "on demand"): Promise<string[][]> {
    const visits: string[][] = [];
    for (const code of [codes.trader, null]) {
      const operator = channelOf();
      const channel = await openAt(operator);
      const marks = fetches === "by everyone" || code !== null ? await channel.marks() : null;
      const mark = code === null ? null : (marks as Marks).find(code).source;
      await channel.report(channel.newSecretCode(), content("x"), undefined, mark);
      visits.push(operator.requests.map(({ method, path, size }) => `${method} ${path} ${size}`));
    }
    return visits;
  }

  it("sees the same requests of both", async () => {
    const [marker, other] = await seen("by everyone");
    expect(marker).toEqual(other);
    expect(marker?.filter((request) => request.includes(" files/"))).toHaveLength(2);
  });

  it("without that, would know by who asks for the draws", async () => {
    const [marker, other] = await seen("on demand");
    expect(marker).not.toEqual(other);
  });

  /** The trader's draw stands alone in a list that an objection added: what becomes of a mark with that list, and where it is left out for this visitor. */
  function singledOut(minimumGroup: number): string[] {
    const manifest = { ...survey.manifest, audiences: survey.manifest.audiences.map((each) => ({ ...each, minimumGroup })) };
    const [mine, ...rest] = drawn.get(TRADERS) as [Draw, ...Draw[]];
    return [[rest, [mine]], [rest]].map((lists) => {
      try {
        new Marks([], [{ seen: { manifest, id: survey.id, index: 1 }, lists: [[[]], [lists]] }]).find(codes.trader);
        return "marked";
      } catch {
        return "not marked";
      }
    });
  }

  it("by leaving out a list of few for one visitor learns nothing from the mark: nobody marks out of so few", () => {
    expect(singledOut(2)).toEqual(["not marked", "not marked"]);
  });

  it("without that, would see by the mark who that visitor is", () => {
    expect(singledOut(1)).toEqual(["marked", "not marked"]);
  });
});
