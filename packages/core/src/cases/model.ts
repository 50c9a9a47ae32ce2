import * as v from "valibot";
import { hex, integer, PROTOCOL } from "../bytes/index.ts";

/**
 * Where a case stands, in the terms of ISO 37002: `assessing` is triage, `investigating` what follows it. `referred`: another authority has it;
 * `dismissed`: not within the channel's remit, or nothing to act on; `junk`: no report at all.
 */
export const CASE_STATES = ["received", "assessing", "investigating", "referred", "concluded", "dismissed", "junk"] as const;
export type CaseState = (typeof CASE_STATES)[number];

/** What a record changes. */
export type CaseChange =
  | { readonly kind: "state"; readonly state: CaseState }
  /** The handler (its index in the manifest) who is responsible; null: nobody. */
  | { readonly kind: "assign"; readonly to: number | null }
  | { readonly kind: "label"; readonly label: string; readonly on: boolean }
  /** What handlers say to each other. The reporter never sees it. */
  | { readonly kind: "note"; readonly text: string }
  /**
   * The copy of a reply for the other handlers, who cannot open it. `sha256`: of the reply's 4,096 bytes, by which the copy of what was sent is told
   * from that of what was not. `feedback`: it says what was done (Directive (EU) 2019/1937, art. 9(1)(f)).
   */
  | { readonly kind: "reply"; readonly sequence: number; readonly sha256: string; readonly text: string; readonly feedback: boolean };

/** One line of a case's history, as its writer signed it. */
export interface CaseDocument {
  readonly protocol: typeof PROTOCOL;
  readonly type: "case-record";
  /** The mailbox that the case is about, hex. */
  readonly address: string;
  /** Ids of the records that the writer had seen and no other record follows, hex, ascending. What they name and is not there was withheld. */
  readonly after: readonly string[];
  /** The writer's day: whole days since 1 January 1970, UTC. */
  readonly day: number;
  readonly change: CaseChange;
}

/** The most records that one record names. */
export const MOST_AFTER = 16;
/** The longest note in UTF-16 code units; the record's size may end one earlier. */
export const NOTE_LIMIT = 4000;

/** Only what shows: tabs and line feeds are the one control characters of a text. */
const shown = (limit: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(limit), v.regex(/^(?:\P{Cc}|[\t\n])*$/u));
const label = v.pipe(v.string(), v.minLength(1), v.maxLength(40), v.regex(/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u));

const change: v.GenericSchema<unknown, CaseChange> = v.variant("kind", [
  v.strictObject({ kind: v.literal("state"), state: v.picklist(CASE_STATES) }),
  v.strictObject({ kind: v.literal("assign"), to: v.nullable(integer(254)) }),
  v.strictObject({ kind: v.literal("label"), label, on: v.boolean() }),
  v.strictObject({ kind: v.literal("note"), text: shown(NOTE_LIMIT) }),
  v.strictObject({
    kind: v.literal("reply"),
    sequence: integer(0xffff_ffff),
    sha256: hex(32),
    text: shown(NOTE_LIMIT),
    feedback: v.boolean(),
  }),
]);

export const caseDocumentSchema: v.GenericSchema<unknown, CaseDocument> = v.strictObject({
  protocol: v.literal(PROTOCOL),
  type: v.literal("case-record"),
  address: hex(32),
  after: v.pipe(
    v.array(hex(32)),
    v.maxLength(MOST_AFTER),
    v.check((ids) => ids.every((id, index) => index === 0 || id > (ids[index - 1] as string)), "ascending"),
  ),
  day: integer(10_000_000),
  change,
});
