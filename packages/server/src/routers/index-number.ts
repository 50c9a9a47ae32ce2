import { AmanaError } from "@amana/core/errors";

/** A number in a path: decimal, without leading zeros or signs. @throws ERR_NOT_FOUND */
export function readIndex(text: string): number {
  if (!/^(0|[1-9][0-9]{0,8})$/.test(text)) throw new AmanaError("ERR_NOT_FOUND");
  return Number(text);
}
