import { AmanaError, isAmanaError } from "@amana/core/errors";

/** A table was dropped while it was asked for: its round has another one now. */
export const UNDEFINED_TABLE = "42P01";

/** The database is not there, not yet, or not for us now: nothing was lost, and it may be well again in a moment. */
const AWAY: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "ENOENT",
  "25P03", // idle in transaction for too long
  "40001",
  "40P01", // deadlock
  "53300", // too many connections
  "55P03", // lock not available in time
  "57014", // statement timed out
  "57P01", // shut down
  "57P02", // crashed
  "57P03", // starting
]);

const RETRY = 2;

/**
 * What a failure of the database is to whoever asked. Connection loss is "come again": what was not acknowledged may be kept all the same, and
 * the same bytes have the same answer then. Of anything else the SQLSTATE alone goes on: the database's own sentences quote rows.
 */
export function told(error: unknown): unknown {
  if (isAmanaError(error) || !(error instanceof Error)) return error;
  const code = codeOf(error);
  // The driver says in words alone that a connection ended. Errors of other classes are our own.
  if (code === undefined && error.constructor !== Error) return error;
  if (code === undefined || AWAY.has(code) || code.startsWith("08")) return new AmanaError("ERR_OVERLOADED", { retryAfter: RETRY });
  return new AmanaError("ERR_STORE_WRITE", { note: code });
}

/** The SQLSTATE or the system's code; none for what the driver itself says, of connections that ended. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as { readonly code?: unknown }).code : undefined;
  return typeof code === "string" ? code : undefined;
}
