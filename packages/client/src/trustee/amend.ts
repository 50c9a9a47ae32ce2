import { checkSchema, encodeJson, toHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import {
  type Amendment,
  amendmentChangeSchema,
  amendmentCosignaturesSchema,
  amendmentHash,
  checkAmendment,
  type SignedAmendment,
  signAmendment,
} from "@amana/core/manifest";
import type { Programme } from "@amana/core/programme";
import * as v from "valibot";
import { type HolderKeys, holderIndex } from "../wire/holder.ts";
import type { RoundHistory } from "../wire/round-history.ts";
import { getJson, parseJson, postJson } from "../wire/rounds.ts";
import type { Transport } from "../wire/transport.ts";

const proposalSchema = v.object({
  manifest: v.string(),
  number: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  previous: v.string(),
  change: amendmentChangeSchema,
  cosignatures: amendmentCosignaturesSchema,
});

/** The names of rounds for which the operator proposes an amendment. */
export async function fetchProposals(transport: Transport): Promise<readonly string[]> {
  return (await getJson(transport, "amendments", v.object({ amendments: v.array(v.string()) }))).amendments;
}

/** What is proposed for a round, as its server shows it. @throws ERR_AMENDMENT_UNKNOWN, ERR_RESPONSE_INVALID when it is for another round */
export async function fetchProposal(transport: Transport, history: RoundHistory): Promise<SignedAmendment> {
  const { manifest, id } = history.seen;
  const { manifest: of, ...amendment } = await getJson(transport, `amendments/${manifest.round}`, proposalSchema);
  if (of !== toHex(id)) throw new AmanaError("ERR_RESPONSE_INVALID");
  // What will be signed is read as strictly as what is in the ledger.
  encodeJson(checkSchema(amendment.change, amendmentChangeSchema));
  return amendment;
}

/**
 * What a key holder's tool checks of an amendment before its person is asked: that it follows what the ledger has, that the protocol allows
 * it, and that it is not too late or too sudden, by this machine's clock. @throws ERR_AMENDMENT_INVALID with every mistake
 */
export function checkProposal(history: RoundHistory, amendment: Amendment, programme: Programme, now: Date): void {
  checkAmendment(history.seen.manifest, history.times, amendment, programme.trial, now);
  const counts = amendment.change.kind === "cancel" ? history.isCancellable : history.closedAt === null;
  if (!counts) throw new AmanaError("ERR_AMENDMENT_INVALID", { problems: [{ path: "/", message: "too late: the ledger is past that" }] });
}

/** What a key holder has signed, by round and number of the amendment: hex of its hash, null for none. On the key holder's own disk. */
export interface SignedAmendments {
  get(round: string, number: number): Promise<string | null>;
  put(round: string, number: number, hash: string): Promise<void>;
}

/** Whether this key holder has signed another amendment of the same number: then the operator could choose which of them to log. */
export async function signedAnother(history: RoundHistory, amendment: Amendment, signed: SignedAmendments): Promise<boolean> {
  const { manifest } = history.seen;
  const before = await signed.get(manifest.round, amendment.number);
  return before !== null && before !== toHex(amendmentHash(manifest, amendment));
}

/**
 * Signs an amendment that was checked, and that its person has read. @returns whether it is in the ledger now
 * @throws ERR_AMENDMENT_INVALID, ERR_AMENDMENT_UNKNOWN, ERR_KEY_FILE
 */
export async function cosignAmendment(
  transport: Transport,
  programme: Programme,
  history: RoundHistory,
  amendment: Amendment,
  keys: HolderKeys,
  now: Date,
  signed: SignedAmendments,
): Promise<boolean> {
  checkProposal(history, amendment, programme, now);
  const { manifest } = history.seen;
  const holder = holderIndex(manifest, keys);
  // First what was signed is known here, then it leaves.
  await signed.put(manifest.round, amendment.number, toHex(amendmentHash(manifest, amendment)));
  const signature = toHex(signAmendment(manifest, amendment, keys.signing));
  const reply = await postJson(transport, `amendments/${manifest.round}/cosignatures`, { holder, signature });
  return parseJson(reply, v.object({ logged: v.boolean() })).logged;
}
