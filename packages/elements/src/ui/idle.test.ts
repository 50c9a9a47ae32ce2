import { describe, expect, it } from "vitest";
import { COUNTDOWN, IdleWatch, QUIET } from "./idle.ts";

function watching() {
  const left: (number | null)[] = [];
  let over = 0;
  const watch = new IdleWatch(
    (seconds) => left.push(seconds),
    () => {
      over += 1;
    },
  );
  const pass = (seconds: number): void => {
    for (let at = 0; at < seconds; at++) watch.second();
  };
  return { watch, left, pass, over: () => over };
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

  it("goes on as if nothing had been asked when somebody touches it", () => {
    const { watch, left, pass, over } = watching();
    pass(QUIET + COUNTDOWN - 1);
    watch.touch();
    expect(left.at(-1)).toBeNull();
    pass(QUIET + COUNTDOWN - 1);
    expect(over()).toBe(0);
  });

  it("is not disturbed by touches while it does not ask", () => {
    const { watch, left } = watching();
    watch.touch();
    expect(left).toEqual([]);
  });
});
