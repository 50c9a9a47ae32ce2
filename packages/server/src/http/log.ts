import { type ErrorCode, isAmanaError } from "@amana/core/errors";

/** All that is ever logged: which code, and where in our own source. No message, as messages can hold what was sent. */
export interface ErrorLine {
  readonly code: ErrorCode;
  /** Class of an unexpected error, and the place in the source that threw it. */
  readonly name?: string;
  readonly at?: string;
}

export type ErrorLog = (error: unknown) => void;

/** Makes a log of codes from wherever lines go. There is no access log. */
export function errorLog(write: (line: ErrorLine) => void): ErrorLog {
  return (error) => write(describe(error));
}

function describe(error: unknown): ErrorLine {
  if (isAmanaError(error)) return { code: error.code };
  if (!(error instanceof Error)) return { code: "ERR_INTERNAL" };
  const frame = /\(?([^\s()]+:\d+:\d+)\)?$/m.exec(error.stack?.split("\n").find((line) => /^\s+at /.test(line)) ?? "")?.[1];
  return { code: "ERR_INTERNAL", name: error.constructor.name, ...(frame === undefined ? {} : { at: frame }) };
}
