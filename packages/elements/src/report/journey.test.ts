import { describe, expect, it } from "vitest";
import { advanceReport, REPORT_START, type ReportEvent, type ReportJourney } from "./journey.ts";

const go = (from: ReportJourney, ...events: readonly ReportEvent[]): ReportJourney => events.reduce(advanceReport, from);
const at = (screen: ReportJourney["screen"], editing = false): ReportJourney => ({ screen, editing });

describe("the journey of a reporter", () => {
  it("goes from the language to the kept report", () => {
    const review = go(REPORT_START, "languageChosen", "opened", "write", "next", "next", "next");
    expect(review).toEqual(at("review"));
    expect(go(review, "send", "kept")).toEqual(at("sent"));
  });

  it("cannot reach the review without the screen of the code", () => {
    expect(go(at("what"), "next", "next")).toEqual(at("code"));
    expect(go(at("what"), "send")).toEqual(at("what"));
  });

  it("goes back step by step, and to the welcome from the first", () => {
    expect(go(at("review"), "previous", "previous", "previous", "previous")).toEqual(at("welcome"));
  });

  it("comes back to the review after an edit", () => {
    expect(go(at("review"), "editDetails")).toEqual(at("details", true));
    expect(go(at("review"), "editDetails", "next")).toEqual(at("review"));
    expect(go(at("review"), "editWhat", "previous")).toEqual(at("review"));
    expect(go(at("review"), "editMark")).toEqual(at("mark", true));
    expect(go(at("mark", true), "next")).toEqual(at("review"));
  });

  it("comes back with a code, and stays there when it fails", () => {
    expect(go(at("welcome"), "comeBack", "resume", "failed")).toEqual(at("return"));
    expect(go(at("welcome"), "comeBack", "resume", "found")).toEqual(at("conversation"));
    expect(go(at("return"), "previous")).toEqual(at("welcome"));
  });

  it("keeps what was written when sending fails, and leaves from everywhere", () => {
    expect(go(at("sending"), "failed")).toEqual(at("sending"));
    expect(go(at("sending"), "previous")).toEqual(at("review"));
    expect(go(at("details", true), "leave")).toEqual(at("left"));
    expect(go(at("left"), "opened", "next")).toEqual(at("left"));
  });
});
