import { PROTOCOL, toHex } from "@amana/core/bytes";
import { decodeEntry, encodeEntry, type HeldEntry, type ShareListEntry, signEntry } from "@amana/core/entries";
import { type AmendmentChange, manifestTimes } from "@amana/core/manifest";
import { describe, expect, it } from "vitest";
import { amend, CANCEL, lengthen, signed } from "../../test-support/amendments.ts";
import { ChannelOperator, makeChannel } from "../../test-support/channel.ts";
import { closedRound, released, rewritten } from "../../test-support/ledgers.ts";
import { Operator } from "../../test-support/operator.ts";
import { BASE, respond } from "../../test-support/people.ts";
import { HOUR, makeRound, makeWorld, START, type World } from "../../test-support/world.ts";
import { Transport } from "../wire/transport.ts";
import { AmendmentsCheck } from "./amendments.ts";
import { audit } from "./audit.ts";
import { AuditedRound } from "./audited-round.ts";

const AFTER = new Date((START + 40 * 86_400) * 1000);

async function found(operator: Operator): Promise<{ failing: string[]; said: string }> {
  const failing: string[] = [];
  let said = "";
  for await (const { check, ok, detail } of audit(new Transport(BASE, operator.fetch), {
    programme: operator.world.pinned,
    now: AFTER,
    known: null,
  })) {
    if (!ok) failing.push(`${check}: ${detail}`);
    if (check === "amendments") said = detail;
  }
  return { failing, said };
}

/** A round with two sealed answers; `before` comes before its close, `after` after it. */
async function round(
  before: (operator: Operator) => void = () => undefined,
  after: (operator: Operator) => void = () => undefined,
): Promise<Operator> {
  const world = makeWorld();
  const operator = new Operator(world, makeRound(world)).launch();
  await respond(operator, "officials", 0);
  await respond(operator, "traders", 0);
  operator.seal();
  before(operator);
  operator.endEnrolment();
  operator.close();
  after(operator);
  return operator;
}

const logAmendment = (operator: Operator, change: AmendmentChange, who: readonly number[]) => void amend(operator, change, who);
const later = (operator: Operator) => lengthen(operator.round.manifest, HOUR);
const retention = (operator: Operator, count: number) =>
  void operator.log({ protocol: PROTOCOL, type: "retention", manifest: toHex(operator.round.id), count });

describe("amendments that count", () => {
  it("pass, and are told", async () => {
    const operator = await round((at) => {
      const times = amend(at, later(at));
      amend(at, { kind: "close-early", answeringClose: times.windows.answeringClose - 60 }, [1, 2], times);
    });
    expect(await found(operator)).toEqual({ failing: [], said: "2 amendments, each signed by enough key holders; 0 rounds cancelled" });
  });

  it("cancel a round, whose envelopes are then logged as deleted", async () => {
    const cancelled = await round((at) => logAmendment(at, CANCEL, [0, 1]));
    expect((await found(cancelled)).said).toBe(
      "1 amendments, each signed by enough key holders; 1 rounds cancelled; envelopes of wave-1 not deleted yet",
    );
    retention(cancelled, 2);
    expect(await found(cancelled)).toEqual({ failing: [], said: "1 amendments, each signed by enough key holders; 1 rounds cancelled" });
  });
});

describe("a released round", () => {
  it("has its envelopes logged as deleted after the release, and not before", async () => {
    const closed = await closedRound();
    const count = closed.entries.filter((bytes) => decodeEntry(bytes).type === "submission").length;
    const early = rewritten(closed, (entries) => entries);
    retention(early, count);
    expect((await found(early)).failing).toEqual([expect.stringMatching(/^amendments: .* not closed, and released or cancelled$/)]);
    const over = await released(closed);
    expect((await found(over)).said).toContain("envelopes of wave-1 not deleted yet");
    retention(over, count);
    expect(await found(over)).toEqual({ failing: [], said: "0 amendments, each signed by enough key holders; 0 rounds cancelled" });
  });
});

describe("found by `amendments`:", () => {
  it.each([
    ["one that too few signed", (at: Operator) => logAmendment(at, later(at), [2])],
    [
      "one that changes what may not be changed",
      (at: Operator) => logAmendment(at, { kind: "close-early", answeringClose: START }, [0, 1, 2]),
    ],
    [
      "one of another round",
      (at: Operator) => {
        const other = makeRound(at.world, { name: "wave-2", firstIssuer: 2 });
        at.log({ protocol: PROTOCOL, type: "amendment", manifest: toHex(at.round.id), ...signed(at.world, other.manifest, CANCEL) });
      },
    ],
    ["one whose number was skipped", (at: Operator) => logAmendmentAt(at, 1)],
  ])("%s", async (_, before) => {
    const { failing } = await found(await round(before));
    expect(failing).toEqual([expect.stringMatching(/^amendments: entry \d+ amends wave-1 and does not count$/)]);
  });

  it("one that moves the close after it", async () => {
    const { failing } = await found(await round(undefined, (at) => logAmendment(at, later(at), [0, 1, 2])));
    expect(failing).toEqual([expect.stringMatching(/^amendments: entry \d+ amends wave-1 and does not count$/)]);
  });

  it("one of a round that is not there", async () => {
    const { failing } = await found(
      await round((at) => {
        const other = makeRound(at.world, { name: "wave-2", firstIssuer: 2 });
        at.log({ protocol: PROTOCOL, type: "amendment", manifest: toHex(other.id), ...signed(at.world, other.manifest, CANCEL) });
      }),
    );
    expect(failing).toEqual([expect.stringMatching(/^manifests: entry \d+ is of a round that has no manifest before it$/)]);
  });

  it("envelopes deleted of a round that nobody cancelled, or not all, or twice", async () => {
    expect((await found(await round(undefined, (at) => retention(at, 2)))).failing).toEqual([
      expect.stringMatching(/^amendments: .* of a round that is not closed, and released or cancelled$/),
    ]);
    const some = await round(
      (at) => logAmendment(at, CANCEL, [0, 1]),
      (at) => retention(at, 1),
    );
    const twice = await round(
      (at) => logAmendment(at, CANCEL, [0, 1]),
      (at) => [retention(at, 2), retention(at, 2)],
    );
    for (const each of [some, twice])
      expect((await found(each)).failing).toEqual([
        expect.stringMatching(/^amendments: .*not every envelope is said to be deleted, or twice$/),
      ]);
  });

  it("but what of a reports round is deleted after its close is due by its manifest", async () => {
    const world = makeWorld();
    const operator = new ChannelOperator(world, makeChannel(world)).launch(undefined, [0, 1]);
    operator.log({ protocol: PROTOCOL, type: "close", manifest: toHex(operator.round.id) });
    retention(operator, 0);
    expect((await found(operator)).failing).toEqual([]);
  });

  it("an opening of a cancelled round", async () => {
    const { failing } = await found(
      await round(
        (at) => logAmendment(at, CANCEL, [0, 1]),
        (at) => {
          const { signing } = at.world.trustees[2] as World["trustees"][number];
          const ledgerSize = at.entries.length;
          at.log(
            signEntry<ShareListEntry>(
              at.round.manifest,
              { type: "share-list", holder: 2, ledgerSize, commitment: "00".repeat(32) },
              signing,
            ),
          );
        },
      ),
    );
    expect(failing).toEqual([expect.stringMatching(/^amendments: entry \d+ goes on with a round that was cancelled$/)]);
  });
});

/** One signed by all, under a number that is not next. */
function logAmendmentAt(operator: Operator, number: number): void {
  const { manifest, id } = operator.round;
  const amendment = signed(operator.world, manifest, CANCEL, [0, 1, 2], { ...manifestTimes(manifest), amendments: number });
  operator.log({ protocol: PROTOCOL, type: "amendment", manifest: toHex(id), ...amendment });
}

/** The attack with the defence and, by a collaborator that lacks it, without. */
describe("an operator that goes on with a round that was cancelled", () => {
  it("passes an audit that knows no amendment, and not this one", async () => {
    const world = makeWorld();
    const { manifest, id } = makeRound(world);
    const { signing } = world.trustees[0] as World["trustees"][number];
    const held = signEntry<HeldEntry>(manifest, { type: "held", holder: 0, epoch: 0, ledgerSize: 9, missing: [] }, signing);
    const amendment = { protocol: PROTOCOL, type: "amendment", manifest: toHex(id), ...signed(world, manifest, CANCEL) } as const;
    const take = (check: AmendmentsCheck, knows: boolean): void => {
      const audited = new AuditedRound({ manifest, id, index: 0 });
      for (const [index, entry] of (knows ? [amendment, held] : [held]).entries()) {
        const bytes = encodeEntry(entry);
        check.entry(audited.take({ entry, bytes, index: index + 1, leafHash: new Uint8Array(32) }));
      }
    };
    expect(() => take(new AmendmentsCheck(), false)).not.toThrow();
    expect(() => take(new AmendmentsCheck(), true)).toThrow("goes on with a round that was cancelled");
  });
});
