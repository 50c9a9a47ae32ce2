import { type CaseState, MOST_AFTER } from "./model.ts";
import type { CaseRecord } from "./record.ts";

/** A label, a state or a handler that two handlers set at once, neither having seen the other's. It holds until somebody sets it again. */
export type CaseConflict = "state" | "assign";

/** What a case's records come to: the same for every handler's tool that has the same records, in whatever order they came. */
export interface CaseHistory {
  /** All records, each after those that it follows. */
  readonly records: readonly CaseRecord[];
  readonly state: CaseState;
  readonly assigned: number | null;
  /** Sorted. */
  readonly labels: readonly string[];
  readonly conflicts: readonly CaseConflict[];
  /** How many records are named by others and not there: the server withholds them. */
  readonly missing: number;
  /** What the next record names as seen: ids, ascending. Of too many the last in the order, so that the next comes after all of them. */
  readonly heads: readonly string[];
}

/**
 * Resolves the records of one mailbox; those of others are left aside.
 *
 * Order: a record comes after those that it names; among those that do not know of each other by their depth (one more than the deepest that it
 * names), then handler, then id. Of a state, a responsible handler or a label the last one holds.
 */
export function resolveCase(all: readonly CaseRecord[], address: string): CaseHistory {
  if (all.length === 0) return UNTOUCHED;
  const byId = new Map(all.filter(({ document }) => document.address === address).map((record) => [record.id, record]));
  const depths = depthsOf(byId);
  const records = [...byId.values()].sort(
    (a, b) => (depths.get(a.id) as number) - (depths.get(b.id) as number) || a.handler - b.handler || (a.id < b.id ? -1 : 1),
  );
  const states = records.flatMap(({ id, document: { change } }) => (change.kind === "state" ? [{ id, value: change.state }] : []));
  const assigned = records.flatMap(({ id, document: { change } }) => (change.kind === "assign" ? [{ id, value: change.to }] : []));
  const labels = new Map<string, boolean>();
  for (const { document } of records) if (document.change.kind === "label") labels.set(document.change.label, document.change.on);
  const named = new Set([...byId.values()].flatMap(({ document }) => document.after));
  return {
    records,
    state: states.at(-1)?.value ?? "received",
    assigned: assigned.at(-1)?.value ?? null,
    labels: [...labels].flatMap(([label, on]) => (on ? [label] : [])).sort(),
    conflicts: [...(isContested(states, byId) ? ["state" as const] : []), ...(isContested(assigned, byId) ? ["assign" as const] : [])],
    missing: [...named].filter((id) => !byId.has(id)).length,
    heads: records
      .map(({ id }) => id)
      .filter((id) => !named.has(id))
      .slice(-MOST_AFTER)
      .sort(),
  };
}

/** Of a case that nobody has worked on: of thousands, most. */
const UNTOUCHED: CaseHistory = { records: [], state: "received", assigned: null, labels: [], conflicts: [], missing: 0, heads: [] };

/** Ids are hashes of what they name, so there is no circle; a long line must not end in a deep recursion. */
function depthsOf(byId: ReadonlyMap<string, CaseRecord>): ReadonlyMap<string, number> {
  const depths = new Map<string, number>();
  const stack = [...byId.keys()];
  while (stack.length > 0) {
    const id = stack.at(-1) as string;
    const after = (byId.get(id) as CaseRecord).document.after.filter((other) => byId.has(other));
    const open = depths.has(id) ? [] : after.filter((other) => !depths.has(other));
    if (open.length > 0) {
      stack.push(...open);
      continue;
    }
    stack.pop();
    depths.set(id, 1 + Math.max(0, ...after.map((other) => depths.get(other) as number)));
  }
  return depths;
}

/** Whether another record set something else than the last one, which does not follow it. */
function isContested(
  settings: readonly { readonly id: string; readonly value: unknown }[],
  byId: ReadonlyMap<string, CaseRecord>,
): boolean {
  const holds = settings.at(-1);
  if (holds === undefined) return false;
  const seen = new Set<string>();
  const open = [holds.id];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    open.push(...(byId.get(id)?.document.after ?? []));
  }
  return settings.some(({ id, value }) => !seen.has(id) && value !== holds.value);
}
