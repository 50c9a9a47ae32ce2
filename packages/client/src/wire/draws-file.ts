import { concat } from "@amana/core/bytes";
import { DRAW_LENGTH, type Draw, decodeDraws } from "@amana/core/credential";
import type { FileReference } from "@amana/core/entries";
import { AmanaError } from "@amana/core/errors";
import { streamFile } from "./ledger-view.ts";
import type { Transport } from "./transport.ts";

/**
 * The draws of a file of any size, in lists of a few thousand, in the one order of such files. That an invitation stands twice in different
 * lists is for the caller to find. @throws ERR_DRAWS_FORMAT, ERR_RESPONSE_INVALID
 */
export async function* readDraws(
  transport: Transport,
  { sha256 }: FileReference,
  limit: number,
): AsyncGenerator<readonly Draw[], void, undefined> {
  let rest: Uint8Array = new Uint8Array(0);
  // The last record is decoded again with the next list, so that the order is checked across their border.
  let held: Uint8Array = new Uint8Array(0);
  for await (const piece of streamFile(transport, sha256, limit)) {
    rest = concat(rest, piece);
    const whole = rest.length - (rest.length % DRAW_LENGTH);
    if (whole === 0) continue;
    yield decode(held, rest.subarray(0, whole));
    held = rest.slice(whole - DRAW_LENGTH, whole);
    rest = rest.slice(whole);
  }
  if (rest.length > 0) throw new AmanaError("ERR_DRAWS_FORMAT");
}

function decode(before: Uint8Array, records: Uint8Array): readonly Draw[] {
  const draws = decodeDraws(concat(before, records));
  return before.length === 0 ? draws : draws.slice(1);
}
