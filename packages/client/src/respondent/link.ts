import { type InvitationCode, parseInvitationCode } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";

/** What an invitation link says: where, which round, and one code per issuer. It names; it is not trusted. */
export interface InvitationLink {
  readonly base: string;
  readonly round: string;
  /** The audience the link was made for, or null where it does not say. */
  readonly audience: string | null;
  readonly codes: readonly InvitationCode[];
}

/**
 * Reads `https://host/base/<round>#[<audience>.]<code>[.<code>…]`. The codes are in the fragment, which browsers do not send.
 * Anybody may have made the link.
 * @throws ERR_CODE_FORMAT, ERR_CODE_CHECK, ERR_ROUND_UNKNOWN
 */
export function parseInvitationLink(link: string): InvitationLink {
  const { protocol, origin, pathname, hash } = parseUrl(link);
  if (protocol !== "https:" && protocol !== "http:") throw new AmanaError("ERR_CODE_FORMAT");
  const [, base, round] = /^(.*\/)([a-z0-9-]{1,64})\/?$/.exec(pathname) ?? [];
  if (base === undefined || round === undefined) throw new AmanaError("ERR_ROUND_UNKNOWN");
  const parts = decoded(hash.slice(1))
    .split(".")
    .filter((part) => part !== "");
  const named = parts.length > 1 && /^[a-z0-9-]{1,64}$/.test(parts[0] as string) && !isCode(parts[0] as string);
  const codes = named ? parts.slice(1) : parts;
  return { base: `${origin}${base}`, round, audience: named ? (parts[0] as string) : null, codes: codes.map(parseInvitationCode) };
}

function parseUrl(link: string): URL {
  try {
    return new URL(link);
  } catch {
    throw new AmanaError("ERR_CODE_FORMAT");
  }
}

/** Mail programs write some characters as `%2E`; a lone `%` is no encoding of anything. */
function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    throw new AmanaError("ERR_CODE_FORMAT");
  }
}

function isCode(text: string): boolean {
  try {
    parseInvitationCode(text);
    return true;
  } catch {
    return false;
  }
}
