import { describe, expect, it } from "vitest";
import { type Accusation, attemptAfter, openers } from "./index.ts";

const absent = (holder: number, who: number, attempt: number): Accusation => ({ type: "absent", holder, attempt, absent: who });
const fault = (holder: number, who: number, attempt: number): Accusation => ({ type: "opening-fault", holder, attempt, fault: who });

describe("openers", () => {
  it("are the k lowest-numbered committed trustees that are not absent", () => {
    expect(openers([2, 0, 1], [], 2)).toEqual([0, 1]);
    expect(openers([2, 1, 0], [0], 2)).toEqual([1, 2]);
    expect(openers([2, 1, 2], [], 2)).toEqual([1, 2]);
  });

  it("are none while there are fewer than k", () => {
    expect(openers([1, 1], [], 2)).toBeNull();
    expect(openers([0, 1, 2], [1, 2], 2)).toBeNull();
  });

  it("are never two who are in dispute", () => {
    expect(openers([0, 1, 2], [], 2, [[1, 0]])).toEqual([0, 2]);
    expect(
      openers([0, 1, 2, 3, 4], [], 3, [
        [0, 1],
        [0, 2],
        [4, 0],
      ]),
    ).toEqual([1, 2, 3]);
    expect(
      openers([0, 1, 2], [], 2, [
        [0, 1],
        [1, 2],
        [2, 0],
      ]),
    ).toBeNull();
  });
});

describe("the attempt of an opening", () => {
  it("begins with all who committed", () => {
    expect(attemptAfter([2, 0, 1, 0], [], 2)).toEqual({ number: 0, openers: [0, 1], committed: [0, 1, 2] });
    expect(attemptAfter([1], [absent(1, 0, 0)], 2)).toBeNull();
  });

  it("goes on without whoever is absent", () => {
    expect(attemptAfter([0, 1, 2], [absent(0, 1, 0)], 2)).toEqual({ number: 1, openers: [0, 2], committed: [0, 2] });
    expect(attemptAfter([0, 1, 2], [absent(0, 1, 0), absent(2, 0, 1)], 2)).toBeNull();
  });

  it("keeps two in dispute apart, and waits for no list of one with whom an opener is in dispute", () => {
    expect(attemptAfter([0, 1, 2], [fault(0, 1, 0)], 2)).toEqual({ number: 1, openers: [0, 2], committed: [0, 2] });
    expect(attemptAfter([0, 1, 2, 3], [fault(2, 3, 0)], 2)).toEqual({ number: 1, openers: [0, 1], committed: [0, 1, 2, 3] });
  });

  it("counts an accusation that was due, once: in its attempt, by one who takes part, against another", () => {
    const same = attemptAfter([0, 1, 2], [], 2);
    for (const entry of [absent(0, 1, 1), absent(1, 1, 0), absent(3, 1, 0), fault(0, 3, 0)]) {
      expect(attemptAfter([0, 1, 2], [entry], 2)).toEqual(same);
    }
    // Whoever is out, or in dispute with an opener, names nobody.
    expect(attemptAfter([0, 1, 2], [absent(0, 1, 0), absent(1, 0, 1)], 2)?.number).toBe(1);
    expect(attemptAfter([0, 1, 2], [fault(0, 1, 0), absent(1, 2, 1)], 2)?.number).toBe(1);
    expect(attemptAfter([0, 1, 2, 3], [fault(2, 3, 0), fault(3, 2, 1)], 2)?.number).toBe(1);
  });
});

describe("one trustee that calls every list it receives faulty, with one to spare", () => {
  /** It accuses whoever opens with it, as long as it opens. */
  function lies(
    attempt: (made: readonly Accusation[]) => { number: number; openers: readonly number[] } | null,
    liar: number,
  ): Accusation[] {
    const made: Accusation[] = [];
    for (let present = attempt(made); present?.openers.includes(liar) === true; present = attempt(made)) {
      made.push(fault(liar, present.openers.find((other) => other !== liar) as number, present.number));
    }
    return made;
  }

  it("ends up alone: the others open without it", () => {
    for (const liar of [0, 1, 2]) {
      const made = lies((accusations) => attemptAfter([0, 1, 2], accusations, 2), liar);
      expect(attemptAfter([0, 1, 2], made, 2)?.openers).toEqual([0, 1, 2].filter((holder) => holder !== liar));
    }
  });

  it("would stop the opening, were its word enough to take another out", () => {
    const believed = (accusations: readonly Accusation[]) => {
      const out = accusations.flatMap((entry) => (entry.type === "opening-fault" ? [entry.fault] : []));
      const who = openers([0, 1, 2], out, 2);
      return who === null ? null : { number: out.length, openers: who };
    };
    expect(believed(lies(believed, 0))).toBeNull();
  });
});
