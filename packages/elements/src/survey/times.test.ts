import { describe, expect, it } from "vitest";
import type { SurveyRound } from "./client.ts";
import { momentOf, nextRelease, timesOf } from "./times.ts";

const windows = { enrolmentOpen: 100, enrolmentClose: 200, answeringOpen: 300, answeringClose: 1000 };
const round = (more: object = {}): SurveyRound =>
  ({ times: { windows }, releases: null, state: "open", separation: ["phases"], ...more }) as unknown as SurveyRound;

describe("where a round stands", () => {
  it("goes by its times, each moment of them in one place", () => {
    const moments = [99, 100, 199, 200, 299, 300, 999, 1000].map((now) => momentOf(round(), now));
    expect(moments).toEqual(["before", "enrolling", "enrolling", "between", "between", "answering", "answering", "over"]);
  });

  it("is over when the server says so, and never opens by its word", () => {
    for (const state of ["closed", "released", "cancelled"]) expect(momentOf(round({ state }), 400)).toBe("over");
    expect(momentOf(round({ state: "open" }), 150)).toBe("enrolling");
  });

  it("ends, through a relay, with the second release: nothing can be sent after it", () => {
    const relayed = round({ releases: [800, 950] });
    expect(timesOf(relayed).answeringClose).toBe(950);
    expect(momentOf(relayed, 950)).toBe("over");
  });
});

describe("what goes through a relay", () => {
  it("leaves with all others, then with fewer, then not at all", () => {
    const relayed = round({ releases: [800, 950] });
    expect(nextRelease(relayed, 799)).toEqual({ at: 800, late: false });
    expect(nextRelease(relayed, 800)).toEqual({ at: 950, late: true });
    expect(nextRelease(relayed, 950)).toBeNull();
    expect(nextRelease(round(), 400)).toBeNull();
  });
});
