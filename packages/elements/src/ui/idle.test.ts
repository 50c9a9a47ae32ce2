import { describe, expect, it } from "vitest";
import { COUNTDOWN, IdleWatch, QUIET } from "./idle.ts";

function watching() {
  const left: (number | null)[] = [];
  let over = 0;
  let now = 0;
  const watch = new IdleWatch(
    (seconds) => left.push(seconds),
    () => {
      over += 1;
    },
  );
  const pass = (seconds: number): void => {
    for (let at = 0; at < seconds; at++) {
      now += 1000;
      watch.look(now);
    }
  };
  /** The device sleeps: nobody looks meanwhile. */
  const sleep = (seconds: number): void => {
    now += seconds * 1000;
  };
  watch.look(now);
  return { watch, left, pass, sleep, touch: () => watch.touch(now), stay: () => watch.stay(now), over: () => over };
}

describe("a shared device", () => {
  it("asks after a quiet while, counts down, clears once, and starts to count anew", () => {
    const { left, pass, over } = watching();
    pass(QUIET - 1);
    expect(left).toEqual([]);
    pass(COUNTDOWN);
    expect([left[0], left.at(-1), over()]).toEqual([COUNTDOWN, 1, 0]);
    pass(1);
    expect([left.at(-1), over()]).toEqual([null, 1]);
    pass(QUIET - 1);
    expect(over()).toBe(1);
  });

  it("goes on when whoever was asked is still there; a touch alone is no answer, as it may be the next person's", () => {
    const { left, pass, touch, stay, over } = watching();
    pass(QUIET + COUNTDOWN - 1);
    touch();
    expect(left.at(-1)).toBe(1);
    stay();
    expect(left.at(-1)).toBeNull();
    pass(QUIET + COUNTDOWN - 1);
    touch();
    pass(1);
    expect(over()).toBe(1);
  });

  it("counts from the last touch while it does not ask", () => {
    const { left, pass, touch } = watching();
    pass(QUIET - 1);
    touch();
    pass(QUIET - 1);
    expect(left).toEqual([]);
  });

  it("that slept through the time is cleared by the first touch, and says nothing of a visit that is over", () => {
    const { watch, left, sleep, touch, over } = watching();
    sleep(QUIET + COUNTDOWN);
    touch();
    expect([left, over()]).toEqual([[], 1]);
    watch.reset();
    sleep(3600);
    touch();
    expect(over()).toBe(1);
  });

  it("whose clock is set back counts from there", () => {
    const { watch, pass, sleep, left } = watching();
    pass(QUIET - 1);
    sleep(-3600);
    pass(QUIET - 1);
    expect(left).toEqual([]);
    watch.look(0);
    expect(left).toEqual([]);
  });
});
