import { equal, type SecretCode, toHex } from "@amana/core/bytes";
import { blind, blindedHash, DRAW_LENGTH, type Draw, decodeDraws, finalize, type TokenBinding } from "@amana/core/credential";
import type { DrawsEntry } from "@amana/core/entries";
import { AmanaError } from "@amana/core/errors";
import { fetchFile } from "../wire/ledger-view.ts";
import { bindings, places, type Tokens } from "./enrolment.ts";
import type { RoundReading } from "./kept.ts";
import type { RoundSource } from "./source.ts";

/** All draws of a round, by audience and issuer in the manifest's order. */
export type AllDraws = readonly (readonly (readonly Draw[])[])[];

/**
 * The draws of a round with `phases`, once enrolment is over for everyone: every issuer has logged its draws and the destruction of its
 * keys. Until then an answer could be told by the time it came. Everybody fetches the lists of all audiences.
 * @throws ERR_ROUND_NOT_OPEN before that, ERR_DRAWS_FORMAT, ERR_RESPONSE_INVALID
 */
export async function settledDraws(source: RoundSource, { draws, destroyed }: Omit<RoundReading, "kept">): Promise<AllDraws> {
  const { manifest } = source.seen;
  const all: Draw[][][] = [];
  for (const { id, issuers, rosterSize } of manifest.audiences) {
    const lists: Draw[][] = [];
    for (const { name } of issuers) {
      const logged = draws.filter(({ audience, issuer }) => audience === id && issuer === name);
      if (logged.length === 0 || !destroyed.has(`issuer/${id}/${name}`)) throw new AmanaError("ERR_ROUND_NOT_OPEN");
      lists.push((await Promise.all(logged.map((entry) => fetchDraws(source, entry, rosterSize)))).flat());
    }
    all.push(lists);
  }
  return all;
}

async function fetchDraws({ transport }: RoundSource, { sha256 }: DrawsEntry, rosterSize: number): Promise<readonly Draw[]> {
  return decodeDraws(await fetchFile(transport, sha256, DRAW_LENGTH * rosterSize));
}

/** Refuses to answer in too small a group: the draws are counted, not what an entry says of them. @throws ERR_ROUND_TOO_FEW */
export function requireGroup({ seen: { manifest } }: RoundSource, draws: AllDraws, audience: number): void {
  const minimum = manifest.audiences[audience]?.minimumGroup ?? 0;
  if ((draws[audience] ?? []).some((list) => new Set(list.map(({ invitedHash }) => toHex(invitedHash))).size < minimum))
    throw new AmanaError("ERR_ROUND_TOO_FEW");
}

/**
 * The tokens that a secret code drew, found among everybody's draws by the blinded message and unblinded here. Null when it drew none.
 * @throws ERR_TOKEN_INVALID when an issuer logged another signature than its key gives
 */
export function drawnTokens({ seen }: RoundSource, draws: AllDraws, secretCode: SecretCode): Tokens | null {
  const found = seen.manifest.audiences.flatMap(({ issuers }, audience) => {
    const drawn = issuers.map((issuer, place) => {
      const { response, report } = bindings(seen, issuer, secretCode);
      return unblind(draws[audience]?.[place] ?? [], secretCode, response, report);
    });
    return drawn.length > 0 && drawn.every((each) => each !== null) ? [{ audience, drawn }] : [];
  });
  const [mine] = found;
  if (mine === undefined) return null;
  const drawn = mine.drawn.flatMap((each) => (each === null ? [] : [each]));
  return {
    audience: mine.audience,
    response: places(
      seen.manifest,
      drawn.map(({ response }) => response),
    ),
    report: drawn.map(({ report }) => report),
    receipts: [],
  };
}

function unblind(draws: readonly Draw[], secretCode: SecretCode, response: TokenBinding, report: TokenBinding) {
  const blinding = blind(secretCode, response);
  const reportBlinding = blind(secretCode, report);
  const hash = blindedHash(blinding.blinded);
  const mine = draws.find((draw) => equal(draw.blindedHash, hash));
  if (mine === undefined) return null;
  return {
    response: finalize(blinding, mine.blindSignature, response),
    report: finalize(reportBlinding, mine.reportBlindSignature, report),
  };
}
