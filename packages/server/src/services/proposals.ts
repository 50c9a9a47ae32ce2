import { checkSchema, hex, integer } from "@amana/core/bytes";
import * as v from "valibot";
import type { Store } from "../stores/store.ts";

/** A release that trustees have signed, by its hash. */
export interface Proposal {
  readonly sha256: string;
  readonly signatures: readonly { readonly holder: number; readonly signature: string }[];
}

const signature = v.strictObject({ holder: integer(254), signature: hex(64) });
const schema: v.GenericSchema<unknown, Proposal[]> = v.array(v.strictObject({ sha256: hex(32), signatures: v.array(signature) }));

/** The proposals of a round as the store has them. */
export async function readProposals(store: Store, idHex: string): Promise<Proposal[]> {
  const value = await store.readDocument(`rounds/${idHex}/release`);
  return value === null || value === undefined ? [] : checkSchema(value, schema);
}

export async function writeProposals(store: Store, idHex: string, proposals: readonly Proposal[]): Promise<void> {
  await store.writeDocument(`rounds/${idHex}/release`, proposals);
}

/** Proposals with one more signature. Whoever signs another release has taken back the one before; what nobody signs is dropped. */
export function withSignature(proposals: readonly Proposal[], sha256: string, added: Proposal["signatures"][number]): Proposal[] {
  const others = proposals.map((each) => ({
    sha256: each.sha256,
    signatures: each.signatures.filter(({ holder }) => holder !== added.holder),
  }));
  const mine = others.find((each) => each.sha256 === sha256)?.signatures ?? [];
  const signatures = [...mine, added].sort((a, b) => a.holder - b.holder);
  const rest = others.filter((each) => each.sha256 !== sha256 && each.signatures.length > 0);
  return [...rest, { sha256, signatures }].sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
}
