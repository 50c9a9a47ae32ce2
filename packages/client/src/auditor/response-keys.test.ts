import { randomBytes } from "@amana/core/primitives";
import type { SubmissionLeaf } from "@amana/core/submission";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ResponseKeys } from "./response-keys.ts";

const leaf = (responseKey: Uint8Array, sequence: number, audience: number): SubmissionLeaf =>
  ({ responseKey, sequence, audience }) as SubmissionLeaf;

describe("response keys", () => {
  it("are new once, have each sequence once, and belong where their lowest sequence with tokens says", () => {
    const keys = new ResponseKeys();
    const [one, two] = [randomBytes(32), randomBytes(32)];
    keys.meet(leaf(one, 0, 0));
    keys.meet(leaf(one, 1, 0));
    expect([keys.size, keys.versions, keys.withoutTokens()]).toEqual([1, 0, 1]);
    expect(keys.add(leaf(one, 3, 1), true)).toBe(true);
    expect(keys.add(leaf(one, 3, 0), true)).toBe(false);
    expect(keys.byAudience(2)).toEqual([0, 1]);
    expect(keys.add(leaf(one, 1, 0), true)).toBe(true);
    expect(keys.byAudience(2)).toEqual([1, 0]);
    expect(keys.add(leaf(one, 0, 1), false)).toBe(true);
    expect(keys.byAudience(2)).toEqual([1, 0]);
    expect(keys.withoutTokens()).toBe(0);
    expect(keys.add(leaf(two, 15, 15), false)).toBe(true);
    expect([keys.size, keys.versions, keys.withoutTokens()]).toEqual([2, 4, 1]);
  });

  it("agree with a plain list of all versions", () => {
    const version = fc.record({ key: fc.nat(2), sequence: fc.nat(15), audience: fc.nat(15), tokened: fc.boolean() });
    fc.assert(
      fc.property(fc.array(version), (versions) => {
        const keys = new ResponseKeys();
        const kept: typeof versions = [];
        for (const each of versions) {
          const known = kept.some(({ key, sequence }) => key === each.key && sequence === each.sequence);
          expect(keys.add(leaf(Uint8Array.of(each.key), each.sequence, each.audience), each.tokened)).toBe(!known);
          if (!known) kept.push(each);
        }
        const counts = new Array<number>(16).fill(0);
        for (const key of [0, 1, 2]) {
          const [decides] = kept.filter((each) => each.key === key && each.tokened).sort((a, b) => a.sequence - b.sequence);
          const ofKey = kept.filter((each) => each.key === key).sort((a, b) => b.sequence - a.sequence);
          const selected = ofKey.find(({ audience }) => audience === decides?.audience);
          for (const each of ofKey)
            expect(keys.selects(leaf(Uint8Array.of(key), each.sequence, each.audience))).toBe(decides !== undefined && each === selected);
          if (decides !== undefined) counts[decides.audience] = (counts[decides.audience] as number) + 1;
        }
        expect(keys.byAudience(16)).toEqual(counts);
        expect(keys.versions).toBe(kept.length);
      }),
    );
  });
});
