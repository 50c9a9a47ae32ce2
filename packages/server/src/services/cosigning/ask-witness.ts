import { SHA256, toHex, utf8 } from "@amana/core/bytes";
import { AmanaError, type ErrorCode, isAmanaError, SENTENCES } from "@amana/core/errors";
import { encodeAddCheckpoint, openCheckpoint } from "@amana/core/ledger";
import type { Programme } from "@amana/core/programme";
import { ask, type Fetch, type Incoming } from "../../outgoing.ts";
import type { Ledger } from "../ledger.ts";
import type { CosignedNote } from "./cosigned-note.ts";

/** What a witness says to a checkpoint. Its word is attacker-controlled: lines are verified, a size is a hint. */
export type WitnessAnswer =
  | { readonly kind: "lines"; readonly lines: string }
  /** It has cosigned a tree of this size last (409). */
  | { readonly kind: "size"; readonly size: number }
  /** `unknown`: not our witness (404, 403). `refused`: it does not cosign this (422). `failed`: anything else. */
  | { readonly kind: "unknown" | "refused" | "failed"; readonly code: ErrorCode | null };

export interface WitnessRequest {
  readonly url: string;
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
}

/** A hundred signature lines, or a problem document. */
const LARGEST_ANSWER = 64 * 1024;
const PATIENCE = 60_000;

/** One add-checkpoint request (c2sp.org/tlog-witness), with a consistency proof from `oldSize`. @throws ERR_NETWORK */
export async function askWitness(
  { url, fetch, signal }: WitnessRequest,
  ledger: Ledger,
  note: CosignedNote,
  oldSize: number,
): Promise<WitnessAnswer> {
  const proof = await ledger.consistencyProof(oldSize, note.size);
  const body = encodeAddCheckpoint({ oldSize, proof, checkpoint: note.signed });
  const answer = await ask(fetch, `${url}add-checkpoint`, { method: "POST", body, limit: LARGEST_ANSWER, milliseconds: PATIENCE, signal });
  if (answer.status === 200) return { kind: "lines", lines: new TextDecoder().decode(answer.body) };
  if (answer.status === 409) return sizeIn(answer);
  if (answer.status === 404 || answer.status === 403) return { kind: "unknown", code: codeIn(answer) };
  return { kind: answer.status === 422 ? "refused" : "failed", code: codeIn(answer) };
}

function sizeIn({ type, body }: Incoming): WitnessAnswer {
  const match = /^(0|[1-9]\d{0,15})\n$/.exec(new TextDecoder().decode(body));
  const size = Number(match?.[1]);
  if (type !== "text/x.tlog.size" || !Number.isSafeInteger(size)) return { kind: "failed", code: null };
  return { kind: "size", size };
}

/** Only a code of the closed list: nothing that a witness writes is shown. */
function codeIn({ body }: Incoming): ErrorCode | null {
  try {
    const { code } = JSON.parse(new TextDecoder().decode(body)) as { code?: unknown };
    return typeof code === "string" && Object.hasOwn(SENTENCES, code) ? (code as ErrorCode) : null;
  } catch {
    return null;
  }
}

/**
 * Asks a witness for the newest note of this ledger that it has seen, and gives it if it proves that our folder is an older copy: our own key signed
 * it, and our ledger is not its continuation. A witness cannot make such a note. Null for anything else it says. @throws ERR_NETWORK
 */
export async function proofOfOlderCopy(
  { url, fetch, signal }: WitnessRequest,
  ledger: Ledger,
  programme: Programme,
): Promise<string | null> {
  const place = toHex(SHA256(utf8(programme.ledger.origin)));
  const { status, body } = await ask(fetch, `${url}newest/${place}`, { limit: LARGEST_ANSWER, milliseconds: PATIENCE, signal });
  const note = new TextDecoder().decode(body);
  return status === 200 && (await isBeyond(note, ledger, programme)) ? note : null;
}

/** Whether a note that the ledger's own key signed is not a beginning of this ledger. */
export async function isBeyond(note: string, ledger: Pick<Ledger, "size" | "root">, programme: Programme): Promise<boolean> {
  try {
    const { size, root } = openCheckpoint(note, { ...programme.ledger, witnesses: [], quorum: 0 });
    return size > ledger.size || toHex(await ledger.root(size)) !== toHex(root);
  } catch (error) {
    if (isAmanaError(error) && error.code.startsWith("ERR_LEDGER_")) return false;
    throw error;
  }
}

/** What everything is answered with once the folder is known to be an older copy. */
export function olderCopy(): AmanaError<"ERR_LEDGER_BEHIND"> {
  return new AmanaError("ERR_LEDGER_BEHIND");
}
