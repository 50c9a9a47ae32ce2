import { equal, type LocalizedText, type SecretCode, toHex } from "@amana/core/bytes";
import { blind, blindedHash, DRAW_LENGTH, type Draw, decodeDraws, finalize, reportSigningKey } from "@amana/core/credential";
import { type DrawsEntry, decodeEntry, verifyEntry } from "@amana/core/entries";
import { AmanaError, type ErrorCode, isAmanaError } from "@amana/core/errors";
import type { ManifestIssuer } from "@amana/core/manifest";
import type { SigningKey } from "@amana/core/primitives";
import { bindings } from "../respondent/enrolment.ts";
import { type RoundSource, viewAgain } from "../respondent/source.ts";
import { amendedTimes } from "../wire/amended.ts";
import { fetchFile, type LedgerView, type SeenManifest } from "../wire/ledger-view.ts";
import { fetchRounds, type RoundSummary } from "../wire/rounds.ts";

/** Bytes of draws that one visit fetches at most, over all surveys. Every visitor of a channel that accepts marks fetches them. */
export const DRAWS_LIMIT: number = 8 * 1024 * 1024;
/** Lists of one survey that are read at most: each is looked up in the ledger. */
const MOST_LISTS = 64;
/** What may pass: it is asked for once more, whether somebody waits or not. */
const PASSING: readonly ErrorCode[] = ["ERR_NETWORK", "ERR_OVERLOADED", "ERR_INTERNAL"];

/** The credential of a survey that vouches for its holder's audience, without naming anyone. */
export interface MarkSource {
  readonly survey: Uint8Array;
  readonly audience: number;
  readonly tokens: readonly Uint8Array[];
  /** The report key: it signs the mark, and opens nothing of the survey. */
  readonly key: SigningKey;
}

/** A mark that a secret code's holder can give. */
export interface FoundMark {
  readonly source: MarkSource;
  /** What handlers will read. */
  readonly audience: LocalizedText;
  readonly survey: LocalizedText;
  /** Draws in the smallest list that holds this one: nobody, not even a server that leaves other lists out, can look for the writer among fewer. */
  readonly crowd: number;
}

/**
 * A survey whose marks a channel accepts. `early`: not all of its draws are published; `large`: they are more than {@link DRAWS_LIMIT} leaves room for;
 * `unusable`: the server does not name it, or what it gave does not check.
 */
export interface MarkSurvey {
  /** Null where nothing checked says it. */
  readonly title: LocalizedText | null;
  readonly state: "ready" | "early" | "large" | "unusable";
  /** When its enrolment ends, unix seconds: not before that its draws are published. */
  readonly enrolmentClose: number | null;
}

/** One list of draws that an issuer logged. */
type List = readonly Draw[];

/** What a survey's issuers logged, by audience and issuer in the manifest's order. */
interface Drawn {
  readonly seen: SeenManifest;
  readonly lists: readonly (readonly (readonly List[])[])[];
}

/** The draws of the surveys that a channel accepts, all on this device: looking for one's own asks nobody. */
export class Marks {
  readonly surveys: readonly MarkSurvey[];
  readonly #drawn: readonly Drawn[];

  constructor(surveys: readonly MarkSurvey[], drawn: readonly Drawn[]) {
    this.surveys = surveys;
    this.#drawn = drawn;
  }

  /**
   * The mark of a survey's secret code. Sends nothing. @throws ERR_NOT_FOUND for a code that drew nothing here; ERR_ROUND_NOT_OPEN where it may have
   * drawn in a survey whose draws are not published; ERR_ROUND_TOO_FEW where too few drew to hide among; ERR_TOKEN_INVALID for a wrong signature
   */
  find(secretCode: SecretCode): FoundMark {
    for (const { seen, lists } of this.#drawn)
      for (const [audience, { issuers, title, minimumGroup }] of seen.manifest.audiences.entries()) {
        const drawn = issuers.map((issuer, place) => drawnAt(seen, issuer, lists[audience]?.[place] ?? [], secretCode));
        const mine = drawn.flatMap((each) => (each === null ? [] : [each]));
        if (mine.length < drawn.length) continue;
        const crowd = Math.min(...mine.map(({ among }) => among));
        if (crowd < minimumGroup) throw new AmanaError("ERR_ROUND_TOO_FEW");
        const tokens = mine.map(({ token }) => token);
        const source = { survey: seen.id, audience, tokens, key: reportSigningKey(secretCode, seen.id) };
        return { source, audience: title, survey: seen.manifest.title, crowd };
      }
    throw new AmanaError(this.surveys.some(({ state }) => state === "early") ? "ERR_ROUND_NOT_OPEN" : "ERR_NOT_FOUND");
  }
}

/** The report token that a secret code drew at an issuer, and how many draws its list has. Null where it drew none there. */
function drawnAt(seen: SeenManifest, issuer: ManifestIssuer, lists: readonly List[], secretCode: SecretCode) {
  const { report } = bindings(seen, issuer, secretCode);
  const blinding = blind(secretCode, report);
  const hash = blindedHash(blinding.blinded);
  for (const list of lists) {
    const mine = list.find(({ reportBlindedHash }) => equal(reportBlindedHash, hash));
    if (mine !== undefined) return { token: finalize(blinding, mine.reportBlindSignature, report), among: list.length };
  }
  return null;
}

/**
 * Fetches all draws of the surveys that a channel accepts, newest survey first. The requests depend on nothing that the visitor has or does: for
 * every visitor alike it is called when the channel is opened, so that the server does not learn who wants a mark.
 * @throws ERR_NETWORK, ERR_OVERLOADED, ERR_INTERNAL: ask again after a time that does not depend on the visitor; ERR_LEDGER_*, ERR_RESPONSE_INVALID
 */
export async function readMarks(source: RoundSource): Promise<Marks> {
  const { accepts } = source.seen.manifest;
  const named = new Map((await fetchRounds(source.transport)).map((round) => [round.manifest, round]));
  const rounds = accepts.flatMap((id) => named.get(id) ?? []).sort((a, b) => b.entryIndex - a.entryIndex);
  const view = await viewAgain(source);
  const surveys: MarkSurvey[] = accepts.filter((id) => !named.has(id)).map(() => UNUSABLE);
  const drawn: Drawn[] = [];
  let left = DRAWS_LIMIT;
  for (const round of rounds) {
    try {
      const { survey, lists, seen, bytes } = await readSurvey(source, view, round, left);
      left -= bytes;
      surveys.push(survey);
      drawn.push({ seen, lists });
    } catch (error) {
      if (!isAmanaError(error) || PASSING.includes(error.code)) throw error;
      surveys.push(UNUSABLE);
    }
  }
  return new Marks(surveys, drawn);
}

const UNUSABLE: MarkSurvey = { title: null, state: "unusable", enrolmentClose: null };

async function readSurvey(source: RoundSource, view: LedgerView, round: RoundSummary, left: number) {
  const { leafHash: _, ...seen } = await view.manifestAt(round.entryIndex, round.name);
  if (toHex(seen.id) !== round.manifest) throw new AmanaError("ERR_LEDGER_INCLUSION");
  const { audiences, title } = seen.manifest;
  const { enrolmentClose } = (await amendedTimes(view, seen, round.amendments)).windows;
  const told = (state: MarkSurvey["state"]): MarkSurvey => ({ title, state, enrolmentClose });
  const entries = round.draws.length > MOST_LISTS ? null : await drawsAt(view, seen, round.draws);
  const bytes = (entries ?? []).reduce((sum, { count }) => sum + count * DRAW_LENGTH, 0);
  if (entries === null || bytes > left) return { survey: told("large"), lists: [], seen, bytes: 0 };
  const lists: List[][][] = audiences.map(({ issuers }) => issuers.map(() => []));
  for (const entry of entries) {
    const audience = audiences.findIndex(({ id }) => id === entry.audience);
    const place = audiences[audience]?.issuers.findIndex(({ name }) => name === entry.issuer) ?? -1;
    lists[audience]?.[place]?.push(await fetchList(source, entry));
  }
  const isEarly = lists.some((issuers) => issuers.some((each) => each.length === 0));
  return { survey: told(isEarly ? "early" : "ready"), lists, seen, bytes };
}

/**
 * The draws at the indexes that a server names, each signed by its issuer and in the ledger: a list that is made for one visitor alone stands there for
 * everybody to see. @throws ERR_LEDGER_INCLUSION, ERR_DRAWS_FORMAT
 */
async function drawsAt(
  view: LedgerView,
  { manifest, id, index }: SeenManifest,
  indexes: readonly number[],
): Promise<readonly DrawsEntry[]> {
  const found: DrawsEntry[] = [];
  let before = index;
  for (const at of indexes) {
    if (at <= before || at >= view.checkpoint.size) throw new AmanaError("ERR_LEDGER_INCLUSION");
    before = at;
    for await (const { entry } of view.reader.entries(at, at + 1)) {
      const decoded = decodeEntry(entry);
      const mine = decoded.type === "draws" && decoded.manifest === toHex(id) && verifyEntry(manifest, decoded);
      if (!mine) throw new AmanaError("ERR_DRAWS_FORMAT");
      found.push(decoded);
    }
  }
  return found;
}

async function fetchList({ transport }: RoundSource, { sha256, count }: DrawsEntry): Promise<List> {
  const list = decodeDraws(await fetchFile(transport, sha256, DRAW_LENGTH * count));
  if (list.length !== count) throw new AmanaError("ERR_DRAWS_FORMAT");
  return list;
}
