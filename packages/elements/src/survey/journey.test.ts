import { describe, expect, it } from "vitest";
import { advance, type Journey, type JourneyEvent, START } from "./journey.ts";

const sections = [0, 1, 3];
const go = (from: Journey, ...events: readonly JourneyEvent[]): Journey => events.reduce(advance, from);
const type = (name: string, more: object = {}): JourneyEvent => ({ type: name, ...more }) as JourneyEvent;

describe("the journey of a respondent", () => {
  it("goes from the language to the receipt", () => {
    const asked = go(START, type("languageChosen"), type("opened"), type("begin"), type("enrol"), type("answer", { sections }));
    expect(asked).toEqual({ screen: "section", section: 0, editing: false });
    const last = go(asked, type("next", { sections }), type("next", { sections }));
    expect(last.section).toBe(3);
    expect(go(last, type("next", { sections })).screen).toBe("review");
    expect(go(last, type("next", { sections }), type("send"), type("kept")).screen).toBe("receipt");
  });

  it("enrols only from the screen where the code was confirmed", () => {
    for (const screen of ["language", "loading", "welcome", "review"] as const) {
      expect(go({ ...START, screen }, type("enrol")).screen).toBe(screen);
    }
  });

  it("skips hidden sections both ways and stops at the first", () => {
    const third: Journey = { screen: "section", section: 3, editing: false };
    expect(go(third, type("previous", { sections })).section).toBe(1);
    const first: Journey = { screen: "section", section: 0, editing: false };
    expect(go(first, type("previous", { sections }))).toBe(first);
  });

  it("comes back to the review after an edit, from either button", () => {
    const review: Journey = { screen: "review", section: 0, editing: false };
    const editing = go(review, type("edit", { section: 1 }));
    expect(editing).toEqual({ screen: "section", section: 1, editing: true });
    expect(go(editing, type("next", { sections }))).toEqual(review);
    expect(go(editing, type("previous", { sections }))).toEqual(review);
    expect(go(review, type("previous", { sections })).section).toBe(3);
  });

  it("goes to the review when nothing concerns the person", () => {
    expect(go({ ...START, screen: "enrolling" }, type("answer", { sections: [] })).screen).toBe("review");
  });

  it("stays on the screen where something failed, so that it can be tried again", () => {
    expect(go({ ...START, screen: "enrolling" }, type("failed")).screen).toBe("code");
    expect(go({ ...START, screen: "resuming" }, type("failed")).screen).toBe("return");
    expect(go({ ...START, screen: "sending" }, type("failed")).screen).toBe("sending");
    expect(go({ ...START, screen: "loading" }, type("failed"), type("again")).screen).toBe("loading");
  });

  it("comes back, changes and withdraws", () => {
    const returned = go({ ...START, screen: "welcome" }, type("comeBack"), type("resume"), type("found"));
    expect(returned.screen).toBe("returned");
    expect(go(returned, type("answer", { sections })).screen).toBe("section");
    expect(go(returned, type("withdraw"), type("cancel")).screen).toBe("returned");
    expect(go(returned, type("withdraw"), type("withdrawConfirmed"), type("kept")).screen).toBe("withdrawn");
  });

  it("waits, tries again, or ends, where a round with phases does not take answers", () => {
    const resuming: Journey = { ...START, screen: "resuming" };
    expect(go(resuming, type("waiting")).screen).toBe("wait");
    expect(go(resuming, type("unsettled")).screen).toBe("unsettled");
    expect(go(resuming, type("unsettled"), type("resume")).screen).toBe("resuming");
    expect(go(resuming, type("tooFew"), type("resume")).screen).toBe("tooFew");
  });

  it("leaves from everywhere, for good", () => {
    const left = go({ screen: "section", section: 2, editing: true }, type("leave"));
    expect(left).toEqual({ screen: "left", section: 0, editing: false });
    expect(go(left, type("opened"), type("next", { sections })).screen).toBe("left");
  });
});
