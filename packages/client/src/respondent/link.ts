import { type InvitationCode, parseInvitationCode } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";

/** What an invitation link says: where, which round, and one code per issuer. It names; it is not trusted. */
export interface InvitationLink {
  readonly base: string;
  readonly round: string;
  /** The audience the link was made for, or null: then it is found by trying. */
  readonly audience: string | null;
  readonly codes: readonly InvitationCode[];
}

/**
 * Reads `https://host/base/<round>#[<audience>.]<code>[.<code>…]`. The codes are in the fragment, which browsers do not send.
 * @throws ERR_CODE_FORMAT, ERR_CODE_CHECK, ERR_ROUND_UNKNOWN
 */
export function parseInvitationLink(link: string): InvitationLink {
  let url: URL;
  try {
    url = new URL(link);
  } catch {
    throw new AmanaError("ERR_CODE_FORMAT");
  }
  const [, base, round] = /^(.*\/)([a-z0-9-]{1,64})\/?$/.exec(url.pathname) ?? [];
  if (base === undefined || round === undefined) throw new AmanaError("ERR_ROUND_UNKNOWN");
  const parts = decodeURIComponent(url.hash.slice(1))
    .split(".")
    .filter((part) => part !== "");
  const named = parts.length > 1 && /^[a-z0-9-]{1,64}$/.test(parts[0] as string) && !isCode(parts[0] as string);
  const codes = named ? parts.slice(1) : parts;
  return { base: `${url.origin}${base}`, round, audience: named ? (parts[0] as string) : null, codes: codes.map(parseInvitationCode) };
}

function isCode(text: string): boolean {
  try {
    parseInvitationCode(text);
    return true;
  } catch {
    return false;
  }
}
