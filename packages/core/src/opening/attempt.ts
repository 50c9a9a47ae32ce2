/** One trustee's word against another, as the ledger has it. Signed, but not proved: it may be false. */
export type Accusation =
  | { readonly type: "absent"; readonly holder: number; readonly attempt: number; readonly absent: number }
  | { readonly type: "opening-fault"; readonly holder: number; readonly attempt: number; readonly fault: number };

/** Where an opening stands. */
export interface Attempt {
  /** How many accusations have counted. */
  readonly number: number;
  /** The trustees who open and count. */
  readonly openers: readonly number[];
  /** Those who take part: the openers, and all committed trustees who are neither absent nor in dispute with an opener. */
  readonly committed: readonly number[];
}

/** Two trustees one of whom has said that the other is at fault. Nobody else knows which of them lies. */
type Dispute = readonly [number, number];

/**
 * The openers of an attempt: of all sets of k committed trustees who are not absent, and no two of whom are in dispute, the first in the
 * order of their numbers. Null while there is none.
 *
 * A dispute takes nobody out, it keeps two apart. So a trustee that calls every list faulty ends up alone with its word, and k who are
 * honest always find each other: among them there is no dispute.
 */
export function openers(
  committed: readonly number[],
  absent: readonly number[],
  threshold: number,
  disputes: readonly Dispute[] = [],
): number[] | null {
  const able = [...new Set(committed)].filter((index) => !absent.includes(index)).sort((a, b) => a - b);
  const complete = (chosen: number[], from: number): number[] | null => {
    if (chosen.length === threshold) return chosen;
    for (let at = from; at < able.length; at++) {
      const next = able[at] as number;
      const found = chosen.some((other) => areApart(disputes, other, next)) ? null : complete([...chosen, next], at + 1);
      if (found !== null) return found;
    }
    return null;
  };
  return complete([], 0);
}

function areApart(disputes: readonly Dispute[], a: number, b: number): boolean {
  return disputes.some((pair) => pair.includes(a) && pair.includes(b));
}

/**
 * The present attempt of an opening, from the trustees who committed and the accusations in ledger order; null when no k are left who
 * could open together. An accusation counts if it was made in the attempt that was going on, by one who took part, against another who
 * did: `absent` takes the accused out, `opening-fault` keeps the two apart. Servers and tools must find the same.
 */
export function attemptAfter(committed: readonly number[], accusations: readonly Accusation[], threshold: number): Attempt | null {
  const absent: number[] = [];
  const disputes: Dispute[] = [];
  const attempt = (number: number): Attempt | null => {
    const who = openers(committed, absent, threshold, disputes);
    if (who === null) return null;
    const able = [...new Set(committed)].filter((holder) => !absent.includes(holder)).sort((a, b) => a - b);
    const present = able.filter((holder) => who.includes(holder) || !who.some((opener) => areApart(disputes, opener, holder)));
    return { number, openers: who, committed: present };
  };
  let present = attempt(0);
  for (const entry of accusations) {
    if (present === null) break;
    const accused = entry.type === "absent" ? entry.absent : entry.fault;
    const both = present.committed.includes(entry.holder) && present.committed.includes(accused) && entry.holder !== accused;
    if (!both || entry.attempt !== present.number || areApart(disputes, entry.holder, accused)) continue;
    if (entry.type === "absent") absent.push(accused);
    else disputes.push([entry.holder, accused]);
    present = attempt(present.number + 1);
  }
  return present;
}
