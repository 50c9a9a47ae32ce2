import { encodeJson, type LocalizedText, SHA256, toHex } from "@amana/core/bytes";
import { decodeEntry } from "@amana/core/entries";
import { ballotSize } from "@amana/core/questionnaire";
import { consultationAnalysisPlan, consultationQuestionnaire, encodeAnalysisPlan, type StatementsFile } from "@amana/results";
import { describe, expect, it } from "vitest";
import { Operator } from "../../test-support/operator.ts";
import { BASE, clientOptions, linkOf, respond } from "../../test-support/people.ts";
import { LATE, TrusteeTool } from "../../test-support/trustees.ts";
import { makeRound, makeWorld, type World } from "../../test-support/world.ts";
import { audit } from "../auditor/audit.ts";
import { openInvitation } from "../index.ts";
import { Transport } from "../wire/transport.ts";

const say = (en: string): LocalizedText => ({ en });
const STATEMENTS: StatementsFile = {
  consultation: "talk",
  locales: ["en"],
  title: say("Talk"),
  introduction: say("Weigh these."),
  statements: [{ id: "S1", text: say("Publish all fees."), source: "finding", help: null }],
};

/** A world in which both audiences weigh the same statements. */
function consulting(): World {
  const questionnaires = ["officials", "traders"].map(() => consultationQuestionnaire(STATEMENTS));
  const plan = encodeAnalysisPlan(consultationAnalysisPlan(5));
  return { ...makeWorld(), questionnaires, files: [...questionnaires.map(encodeJson), plan], plan };
}

describe("a consultation", () => {
  it("goes from manifest to draw, ballot, opening, count and audit as a survey does, and nothing links a person across its rounds", async () => {
    const world = consulting();
    const size = Math.max(...world.questionnaires.map(ballotSize));
    const talk = (name: string, firstIssuer: number) =>
      makeRound(world, { name, firstIssuer, change: (manifest) => ({ ...manifest, kind: "consultation", size }) });
    const operator = new Operator(world, talk("talk-1", 0)).launch();
    const first = await respond(operator, "officials", 0, { S1: "agree" });
    await respond(operator, "officials", 1, { S1: "pass" });
    await respond(operator, "traders", 0, { S1: "disagree" });
    await first.credential.submit({ S1: "disagree" });
    operator.endEnrolment();
    operator.close();
    const trustees = [0, 1, 2].map((index) => new TrusteeTool(operator, index));
    for (const trustee of trustees) await trustee.hold();
    for (const trustee of trustees) await trustee.commit();
    for (const trustee of trustees) await trustee.reveal();
    const [one, two] = trustees as [TrusteeTool, TrusteeTool, TrusteeTool];
    const { audiences } = await one.count();
    expect(audiences.map(({ counted, answers }) => ({ counted, answers }))).toEqual([
      { counted: 2, answers: expect.arrayContaining([{ S1: "disagree" }, { S1: "pass" }]) },
      { counted: 1, answers: [{ S1: "disagree" }] },
    ]);
    expect(toHex(await one.release())).toBe(toHex(await two.release()));
    await one.sign();
    await two.sign();
    const failed: string[] = [];
    const looked = { programme: world.pinned, now: LATE, known: null };
    for await (const { check, ok, detail } of audit(new Transport(BASE, operator.fetch), looked))
      if (!ok) failed.push(`${check}: ${detail}`);
    expect(failed).toEqual([]);

    // The second round: other keys of the same issuers, another manifest. The same secret code is somebody else there.
    const second = new Operator(world, talk("talk-2", 2)).launch();
    const round = await openInvitation(linkOf(second, "officials", 0), clientOptions(second));
    const credential = await round.enrol(first.secretCode);
    await credential.submit({ S1: "agree" });
    const keys = (of: Operator): string[] =>
      of.entries.flatMap((entry) => {
        const decoded = decodeEntry(entry);
        return decoded.type === "submission" ? [toHex(decoded.leaf.responseKey)] : [];
      });
    second.endEnrolment();
    second.close();
    expect(keys(operator).length).toBeGreaterThan(0);
    expect(keys(second)).toHaveLength(1);
    expect(keys(operator)).not.toContain(keys(second)[0]);
    expect(toHex(SHA256(encodeJson(second.round.manifest)))).not.toBe(toHex(SHA256(encodeJson(operator.round.manifest))));
  });
});
