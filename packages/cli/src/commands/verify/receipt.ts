import { readFile } from "node:fs/promises";
import { openRound } from "@amana/client";
import { equal, fromHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { decodeRelayPromise, type InclusionPromise, type RelayPromise, verifyRelayPromise } from "@amana/core/submission";
import { CHECK_FAILED, type Io } from "../../terminal/io.ts";

/** What a receipt holds: the collector's promise about a leaf, or, while the answer was only sent, that of the relay of this round. */
export type AnswerReceipt =
  | { readonly kind: "promised"; readonly promise: InclusionPromise }
  | { readonly kind: "sent"; readonly round: string; readonly promise: RelayPromise };

const PROMISED =
  /^amana\/1 receipt\nround [a-z0-9-]{1,64}\nmanifest ([0-9a-f]{64})\nleaf ([0-9a-f]{64})\nepoch (\d{1,10})\npromise ([0-9a-f]{128})\n?$/;
const SENT = /^amana\/1 receipt\nround ([a-z0-9-]{1,64})\nmanifest ([0-9a-f]{64})\nrelay-promise ([0-9a-f]{346})\n?$/;

/** The end of the year 9999: no later time has a date. Unix seconds. */
const LAST_SECOND = 253_402_300_799;

/** Reads a receipt's text, as the form and the client give it (docs/protocol.md §5.4, §10.7); null for a file of another kind. @throws ERR_CONFIG_INVALID */
export async function readReceipt(path: string): Promise<AnswerReceipt | null> {
  const text = (await readFile(path, "utf8")).replaceAll("\r", "");
  if (!text.startsWith("amana/1 receipt")) return null;
  const receipt = promisedIn(text) ?? sentIn(text);
  if (receipt === null) throw new AmanaError("ERR_CONFIG_INVALID", { note: `This receipt is damaged: ${path}` });
  return receipt;
}

function promisedIn(text: string): AnswerReceipt | null {
  const [whole, manifestId = "", leafHash = "", epoch = "", signature = ""] = PROMISED.exec(text) ?? [];
  if (whole === undefined || Number(epoch) > 0xffff_ffff) return null;
  const promise = { manifestId: fromHex(manifestId), leafHash: fromHex(leafHash), epoch: Number(epoch), signature: fromHex(signature) };
  return { kind: "promised", promise };
}

function sentIn(text: string): AnswerReceipt | null {
  const [whole, round = "", manifestId = "", bytes = ""] = SENT.exec(text) ?? [];
  if (whole === undefined || !bytes.startsWith("414d5931")) return null;
  const promise = decodeRelayPromise(fromHex(bytes));
  return equal(promise.manifestId, fromHex(manifestId)) && promise.releaseAt <= LAST_SECOND ? { kind: "sent", round, promise } : null;
}

/**
 * Says whether the round's relay signed a receipt of an answer that was only sent, and what nobody can say by it: whether that answer is in the ledger.
 * Exit code 1 when it did not sign.
 */
export async function verifySentReceipt(
  receipt: AnswerReceipt & { readonly kind: "sent" },
  base: string,
  programme: string,
  io: Io,
): Promise<number> {
  const { round: name, promise } = receipt;
  const { manifest, manifestId } = await openRound(base, name, { programme, now: io.now, fetch: io.fetch });
  const { relay } = manifest;
  const signed = relay !== null && equal(manifestId, promise.manifestId) && verifyRelayPromise(promise, fromHex(relay.key));
  const releaseAt = new Date(promise.releaseAt * 1000).toISOString().replace(".000Z", "Z");
  if (signed) {
    io.say(`✓ The relay of ${name} (${relay.organisation}) signed that it took something, and gives it on at ${releaseAt}.`);
    io.say(
      "  Whether that is in the ledger this receipt cannot tell: it names no leaf. Its holder sees it in the form, with the secret code,",
    );
    io.say(
      "  and can save another receipt there that names it. Where it is not there after that time, it can be sent again until the last release.",
    );
  } else io.warn(`✗ The relay of ${name} did not sign this receipt.`);
  io.result({ verified: signed, round: name, receipt: signed ? "sent" : "forged", releaseAt });
  return signed ? 0 : CHECK_FAILED;
}
