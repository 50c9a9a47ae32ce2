import { hex, integer } from "@amana/core/bytes";
import { type Programme, programmeSchema } from "@amana/core/programme";
import * as v from "valibot";

/** The key of a witness, kept in its folder alone. */
export interface WitnessKey {
  /** What stands before its signatures: a schema-less URL. */
  readonly name: string;
  readonly seed: string;
}

export const witnessKeySchema: v.GenericSchema<unknown, WitnessKey> = v.strictObject({ name: v.string(), seed: hex(32) });

/** A ledger that a witness watches: where it is served, and whose it is. */
export interface WatchedLedger {
  readonly url: string;
  readonly programme: Programme;
}

export const watchedLedgerSchema: v.GenericSchema<unknown, WatchedLedger> = v.strictObject({ url: v.string(), programme: programmeSchema });

/**
 * What a witness knows of one ledger. It is on the disk before any cosignature leaves; without it the witness would sign another history, so a
 * ledger whose state is lost is not watched any more.
 */
export interface WatchedState {
  /** What was cosigned last: size, signed note, and when (unix seconds). Size 0 and no note before the first time. */
  readonly cosigned: { readonly size: number; readonly note: string | null; readonly time: number };
  /** How far every entry was read: at least what is cosigned. `note` is the checkpoint under which the newest were read. */
  readonly read: { readonly size: number; readonly peaks: readonly string[]; readonly note: string | null };
  /** Where manifests are, and what issuers have logged: each is kept as a file. */
  readonly kept: readonly number[];
  /** Why it does not cosign at present. */
  readonly refused: { readonly code: string; readonly index: number | null } | null;
}

const note = v.nullable(v.pipe(v.string(), v.maxLength(100_000)));

export const watchedStateSchema: v.GenericSchema<unknown, WatchedState> = v.strictObject({
  cosigned: v.strictObject({ size: integer(), note, time: integer() }),
  read: v.strictObject({ size: integer(), peaks: v.array(hex(32)), note }),
  kept: v.array(integer()),
  refused: v.nullable(v.strictObject({ code: v.string(), index: v.nullable(integer()) })),
});

export const NOTHING_SEEN: WatchedState = {
  cosigned: { size: 0, note: null, time: 0 },
  read: { size: 0, peaks: [], note: null },
  kept: [],
  refused: null,
};
