import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openInvitation } from "@amana/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testIo, type Written } from "../test-support/io.ts";
import { CHANNEL, Trial, WAVE } from "../test-support/trial.ts";
import { inWords } from "./commands/trustee/amend.ts";
import { readKeyFile } from "./keys/key-file.ts";
import { run } from "./run.ts";

const DAY = 86_400;
let trial: Trial;

beforeAll(async () => {
  trial = new Trial(await mkdtemp(join(tmpdir(), "amana-amend-")));
  await trial.launch();
});

afterAll(async () => {
  await trial.stop();
  await rm(trial.folder, { recursive: true, force: true });
});

const operator = (line: readonly string[], expected = 0): Promise<Written> => trial.amana([...line, "--data", trial.data], expected);
const url = (...line: string[]): string[] => [...line, "--url", trial.url];
const sign = (organisation: string, round = WAVE, more: string[] = ["--yes"], expected = 0): Promise<Written> =>
  trial.as(organisation, url("trustee", "amend", "--round", round, ...more), expected);
const close = async (): Promise<number> =>
  (await openInvitation((await trial.links())[0] as string, trial.options)).times.windows.answeringClose;

/** `trustee amend` at a terminal, where somebody types. */
async function typed(organisation: string, answer: string): Promise<{ code: number; written: Written }> {
  const { io, written } = testIo({
    now: trial.now,
    fetch,
    answers: [answer],
    environment: { AMANA_PINS: join(trial.state, "pins.json"), AMANA_STATE: trial.state },
  });
  const key = ["--key", trial.key(organisation), "--passphrase-file", trial.passphraseFile];
  return { code: await run([...url("trustee", "amend", "--round", WAVE), ...key], io), written };
}

describe("amana, a change of a live round", () => {
  it("is proposed by the operator, read by trustees, signed by two of three, and then holds", async () => {
    const before = await close();
    const { said, results } = await operator(["round", "lengthen", WAVE, "--until", `+${2 * DAY}`]);
    expect(said[0]).toBe("Proposed for wave-1: lengthen. It needs 2 signatures, of customs, federation, observatory.");
    expect(results).toMatchObject([{ round: WAVE, needed: 2, cosigned: [] }]);
    expect((await operator(["status"])).said).toContain(
      "wave-1: lengthen is proposed, signed by 0 of the 2 it needs; not yet by customs, federation, observatory.",
    );
    const next = await trial.as("customs", url("trustee", "next", "--round", WAVE));
    expect(next.said.slice(0, 5)).toEqual([
      "Round wave-1",
      "The operator proposes a change of wave-1. 0 of 2 have signed it.",
      expect.stringMatching(/^ {2}Answers are taken until \S+Z, instead of \S+Z\.$/),
      expect.stringMatching(/^ {2}You may commit until \S+Z, instead of \S+Z\.$/),
      "To sign it: amana trustee amend --round wave-1",
    ]);
    expect(next.results).toMatchObject([{ steps: [{ step: "amend" }, { step: "wait", for: "close" }] }]);

    expect((await sign("customs")).said.at(-1)).toBe("Signed. It waits for others.");
    expect((await sign("customs")).said.at(-1)).toBe("You have signed it.");
    expect((await trial.as("customs", url("trustee", "next", "--round", WAVE))).said).toContain(
      "A change that you signed waits for other key holders.",
    );
    expect((await sign("federation")).said.at(-1)).toBe("Signed. It is in the ledger now.");
    expect(await close()).toBeGreaterThan(before + DAY - 60);
    expect((await trial.amana(["verify", trial.url])).said.join("\n")).toContain("1 amendments, each signed by enough key holders");
  });

  it("is signed by nobody who was not asked, or said no", async () => {
    await operator(["round", "close-early", WAVE, "--at", `+${DAY}`]);
    const nobody = await sign("customs", WAVE, [], 2);
    expect(nobody.warned.join()).toContain("there is nobody to ask");
    const no = await typed("customs", "no");
    expect([no.code, no.written.warned]).toEqual([0, ["Nothing was signed."]]);
    expect(no.written.asked).toEqual(["Does your organisation agree? It cannot be taken back. (yes/no) "]);
    expect((await typed("customs", "YES ")).written.said.at(-1)).toBe("Signed. It waits for others.");
  });

  it("is withdrawn; who had signed is told, and warned before signing another in its place", async () => {
    await operator(["round", "withdraw", WAVE]);
    const told = await trial.as("customs", url("trustee", "next", "--round", WAVE));
    expect(told.said).toContain("A change that you signed is not in the ledger. If the operator did not withdraw it, ask why.");
    await operator(["round", "close-early", WAVE, "--at", `+${DAY + 60}`]);
    expect((await sign("customs")).warned.join()).toContain("the operator could log either of the two");
    await operator(["round", "withdraw", WAVE]);
    await operator(["round", "withdraw", WAVE], 2);
    await sign("customs", WAVE, ["--yes"], 2);
  });

  it("that the protocol does not allow, or that is mistyped, is refused with what to do", async () => {
    const refused = async (...line: string[]): Promise<string> => (await operator(line, 2)).warned.join("\n");
    expect(await refused("round", "lengthen", WAVE, "--until", "+60")).toContain("--until must be later than the close is now");
    expect(await refused("round", "lengthen", WAVE, "--until", "tomorrow")).toContain("--until takes a moment with its zone");
    expect(await refused("round", "close-early", WAVE, "--at", `+${9 * DAY}`)).toContain("must be earlier than it is now");
    expect(await refused("round", "cancel", WAVE)).toContain("--reason takes a language and a text");
    expect(await refused("round", "cancel", WAVE, "--reason", "why")).toContain("--reason takes a language and a text");
    expect(await refused("round", "cancel", "wave-9", "--reason", "en=x")).toContain("ERR_ROUND_UNKNOWN");
  });

  it("can cancel it: answers are taken no more, and each trustee's next step is to destroy its key", async () => {
    const credential = await trial.answer(0);
    await operator(["round", "cancel", WAVE, "--reason", "en=The list was\u001b[2J wrong.", "--reason", "fr=La liste était fausse."]);
    const shown = await trial.as("federation", url("trustee", "next", "--round", WAVE));
    expect(shown.said.join("\n")).toContain("The round is CANCELLED. Nobody opens an answer");
    expect(shown.said.join("\n")).not.toContain("\u001b");
    await sign("customs");
    expect((await sign("observatory")).said.at(-1)).toBe("Signed. It is in the ledger now.");
    await expect(credential.submit({ O01: 1 })).rejects.toMatchObject({ code: "ERR_ROUND_CANCELLED" });
    await trial.tick();
    const destroyed = await trial.as("federation", url("trustee", "next", "--round", WAVE));
    expect(destroyed.said).toEqual(
      expect.arrayContaining([
        "This round was cancelled: nobody opens it.",
        "  fr: La liste était fausse.",
        expect.stringContaining("The round's key is destroyed"),
      ]),
    );
    expect(destroyed.results).toMatchObject([{ steps: [{ step: "destroy" }] }]);
    expect((await readKeyFile(trial.key("federation"), "a passphrase of the trial")).rounds).toEqual({});
    expect((await operator(["status"])).said.join("\n")).toMatch(/wave-1 +survey +cancelled .* nothing: cancelled/);
    expect((await trial.amana(["verify", trial.url])).said.join("\n")).toContain("1 rounds cancelled");
  });

  it("of a reports channel is signed by its handlers the same way", async () => {
    await operator(["round", "cancel", CHANNEL, "--reason", "en=Another channel takes its place."]);
    expect((await sign("observatory", CHANNEL)).said.at(-1)).toBe("Signed. It is in the ledger now.");
    await trial.tick();
    const { results } = await trial.as("observatory", url("trustee", "next", "--round", CHANNEL));
    expect(results).toMatchObject([{ steps: [{ step: "destroy" }] }]);
  });
});

describe("a change in plain words", () => {
  it("names what was, and what would be", () => {
    const times = { windows: { answeringClose: 1_800_000_000 }, deadlines: { commitBy: 0 } } as never;
    expect(inWords({ kind: "close-early", answeringClose: 1_799_913_600 }, { times })).toEqual([
      "Answers are taken until 2027-01-14T08:00:00Z only, instead of 2027-01-15T08:00:00Z.",
    ]);
  });
});
