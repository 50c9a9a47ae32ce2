import { type ErrorCode, SENTENCES } from "./codes.ts";

/** One of several mistakes found at once: where (`/sections/0/items/3`, a JSON Pointer) and what. */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

/** What an {@link AmanaError} may carry besides its code. Fixed, public facts only: never content, codes, keys or addresses. */
export interface ErrorDetails {
  /** Every mistake of a definition or configuration, in order. */
  readonly problems?: readonly Problem[];
  /** The highest sequence known to the server (`ERR_SEQUENCE_USED`). */
  readonly highestSequence?: number;
  /** When trying again makes sense, in seconds (`ERR_OVERLOADED`, `ERR_NOT_DUE`). */
  readonly retryAfter?: number;
  /** A plain addition to the sentence, written by us, without any input in it. */
  readonly note?: string;
}

/**
 * The one error class of Amana. Bad data and refused requests are this; a programming mistake is a `TypeError`.
 * Its message is the fixed sentence of its code, so nothing secret can end up in a log.
 */
export class AmanaError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = "AmanaError";
  readonly code: Code;
  readonly details: ErrorDetails;

  constructor(code: Code, details: ErrorDetails = {}) {
    super(details.note === undefined ? SENTENCES[code] : `${SENTENCES[code]} ${details.note}`);
    this.code = code;
    this.details = details;
  }
}

/** Narrows an unknown thrown value to an {@link AmanaError}, and to one code if given. */
export function isAmanaError<Code extends ErrorCode = ErrorCode>(error: unknown, code?: Code): error is AmanaError<Code> {
  return error instanceof AmanaError && (code === undefined || error.code === code);
}
