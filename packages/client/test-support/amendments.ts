import { PROTOCOL, toHex } from "@amana/core/bytes";
import {
  type AmendmentChange,
  amendedOnce,
  type Manifest,
  manifestTimes,
  nextAmendment,
  type RoundTimes,
  type SignedAmendment,
  signAmendment,
} from "@amana/core/manifest";
import type { Operator } from "./operator.ts";
import type { World } from "./world.ts";

export const CANCEL: AmendmentChange = { kind: "cancel", reason: { en: "The list of people was wrong." } };

/** The round open for `by` seconds more, from what holds now. */
export function lengthen({ windows, deadlines }: Pick<RoundTimes, "windows" | "deadlines">, by: number): AmendmentChange {
  const { sealBy, missingBy, commitBy } = deadlines;
  return {
    kind: "lengthen",
    answeringClose: windows.answeringClose + by,
    sealBy: sealBy + by,
    missingBy: missingBy + by,
    commitBy: commitBy + by,
  };
}

/** A change of a manifest as these trustees sign it. */
export function signed(
  world: World,
  manifest: Manifest,
  change: AmendmentChange,
  who: readonly number[] = [0, 1],
  times: RoundTimes = manifestTimes(manifest),
): SignedAmendment {
  const amendment = nextAmendment(times, change);
  const cosignatures = who.map((holder) => {
    const { signing } = world.trustees[holder] as World["trustees"][number];
    return { holder, signature: toHex(signAmendment(manifest, amendment, signing)) };
  });
  return { ...amendment, cosignatures };
}

/** Logs a change of the operator's round and names it in its summary. @returns what holds after it, if it counts */
export function amend(operator: Operator, change: AmendmentChange, who?: readonly number[], times?: RoundTimes): RoundTimes {
  const { manifest, id } = operator.round;
  const amendment = signed(operator.world, manifest, change, who, times);
  operator.amendments.push(operator.log({ protocol: PROTOCOL, type: "amendment", manifest: toHex(id), ...amendment }));
  const before = times ?? manifestTimes(manifest);
  return amendedOnce(manifest, before, amendment) ?? before;
}
