import { equal, type SecretCode, toHex } from "@amana/core/bytes";
import {
  blind,
  blindedHash,
  DRAW_LENGTH,
  type Draw,
  decodeDraws,
  finalize,
  listBits,
  listOf,
  SMALLEST_LIST,
  type TokenBinding,
} from "@amana/core/credential";
import type { DrawsEntry } from "@amana/core/entries";
import { AmanaError } from "@amana/core/errors";
import { fetchFile } from "../wire/ledger-view.ts";
import { bindings, places, type Tokens } from "./enrolment.ts";
import type { RoundReading } from "./kept.ts";
import type { RoundSource } from "./source.ts";

/** What one issuer's lists have for a person: the draws that were fetched, and how many were logged. */
export interface LoggedDraws {
  readonly draws: readonly Draw[];
  readonly count: number;
}

/** The same of all issuers of a round, by audience and issuer in the manifest's order. */
export type AllDraws = readonly (readonly LoggedDraws[])[];

/** What a secret code's draw is named by at each issuer of each audience, whether it drew there or not. */
export type DrawHashes = readonly (readonly Uint8Array[])[];

/** Computed before anything is fetched, for every issuer alike: no request tells at which of them the code drew. */
export function drawHashes({ seen }: RoundSource, secretCode: SecretCode): DrawHashes {
  return seen.manifest.audiences.map(({ issuers }) =>
    issuers.map((issuer) => blindedHash(blind(secretCode, bindings(seen, issuer, secretCode).response).blinded)),
  );
}

/**
 * The draws of a round with `phases`, once enrolment is over for everyone: every issuer has logged its draws and the destruction of its
 * keys. Until then an answer could be told by the time it came. @throws ERR_ROUND_NOT_OPEN before that, ERR_DRAWS_FORMAT, ERR_RESPONSE_INVALID
 */
export async function settledDraws(source: RoundSource, reading: Omit<RoundReading, "kept">, hashes: DrawHashes): Promise<AllDraws> {
  for (const { id, issuers } of source.seen.manifest.audiences)
    for (const { name } of issuers)
      if (
        !reading.destroyed.has(`issuer/${id}/${name}`) ||
        !reading.draws.some(({ audience, issuer }) => audience === id && issuer === name)
      )
        throw new AmanaError("ERR_ROUND_NOT_OPEN");
  return loggedDraws(source, reading, hashes);
}

/**
 * What every issuer has logged so far. Of every audience all lists are fetched or, where an issuer has logged several that are large enough,
 * the one that the leading bits of the code's hash there choose, and those that objections added. @throws ERR_DRAWS_FORMAT, ERR_RESPONSE_INVALID
 */
export async function loggedDraws(source: RoundSource, reading: Pick<RoundReading, "draws">, hashes: DrawHashes): Promise<AllDraws> {
  const { audiences } = source.seen.manifest;
  return Promise.all(
    audiences.map(({ id, issuers, rosterSize: most }, at) => {
      const lists = issuers.map(({ name }) => reading.draws.filter(({ audience, issuer }) => audience === id && issuer === name));
      const bits = bitsOf(lists);
      const fetched = (entries: readonly DrawsEntry[], place: number) =>
        fetchDraws(source, entries, { most, bits: bits[place] ?? 0, hash: hashes[at]?.[place] as Uint8Array });
      return Promise.all(lists.map(fetched));
    }),
  );
}

/** How many leading bits choose a list at each issuer of an audience; none at all where all of them together would leave too few people. */
function bitsOf(lists: readonly (readonly DrawsEntry[])[]): readonly number[] {
  const bits = lists.map((entries) => listBits(entries.map(({ count }) => count)));
  const all = bits.reduce((sum, each) => sum + each, 0);
  const enough = lists.every((entries, place) => {
    const own = bits[place] as number;
    return own === 0 || entries.every(({ count }) => count < SMALLEST_LIST || count >= SMALLEST_LIST * 2 ** (all - own));
  });
  return enough ? bits : bits.map(() => 0);
}

/** The lists of one issuer that are wanted, at most `most` draws each; with `bits` the one that the leading bits of `hash` choose. */
async function fetchDraws(
  { transport }: RoundSource,
  entries: readonly DrawsEntry[],
  { most, bits, hash }: { readonly most: number; readonly bits: number; readonly hash: Uint8Array },
): Promise<LoggedDraws> {
  const large = entries.filter(({ count }) => count >= SMALLEST_LIST);
  const own = large[listOf(hash, bits)];
  const wanted = entries.filter((entry) => bits === 0 || entry === own || entry.count < SMALLEST_LIST);
  const draws = await Promise.all(
    wanted.map(async ({ sha256, count }) => {
      const list = decodeDraws(await fetchFile(transport, sha256, DRAW_LENGTH * Math.min(count, most)));
      // A list that holds others than its own would leave its people fewer than its count says.
      const strays = bits > 0 && count >= SMALLEST_LIST && list.some(({ blindedHash }) => listOf(blindedHash, bits) !== listOf(hash, bits));
      if (list.length !== count || strays) throw new AmanaError("ERR_DRAWS_FORMAT");
      return list;
    }),
  );
  const all = draws.flat();
  const counted = new Set(all.map(({ invitedHash }) => toHex(invitedHash))).size;
  return { draws: all, count: bits === 0 ? counted : entries.reduce((sum, { count }) => sum + count, 0) };
}

/**
 * Refuses to answer in too small a group. Where all draws are here they are counted; else what the issuers signed is believed, and a list
 * of thousands was seen. @throws ERR_ROUND_TOO_FEW
 */
export function requireGroup({ seen: { manifest } }: RoundSource, draws: AllDraws, audience: number): void {
  const minimum = manifest.audiences[audience]?.minimumGroup ?? 0;
  if ((draws[audience] ?? []).some(({ count }) => count < minimum)) throw new AmanaError("ERR_ROUND_TOO_FEW");
}

/**
 * The tokens that a secret code drew, found among everybody's draws by the blinded message and unblinded here. Null when it drew none.
 * @throws ERR_TOKEN_INVALID when an issuer logged another signature than its key gives
 */
export function drawnTokens({ seen }: RoundSource, draws: AllDraws, secretCode: SecretCode): Tokens | null {
  const found = seen.manifest.audiences.flatMap(({ issuers }, audience) => {
    const drawn = issuers.map((issuer, place) => {
      const { response, report } = bindings(seen, issuer, secretCode);
      return unblind(draws[audience]?.[place]?.draws ?? [], secretCode, response, report);
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
