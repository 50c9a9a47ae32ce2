import { checkSchema, encodeJson, fromHex, PROTOCOL, SHA256, toHex } from "@amana/core/bytes";
import { AmanaError, isAmanaError, type Problem } from "@amana/core/errors";
import { checkManifest, InvitedList, type Manifest, manifestSchema } from "@amana/core/manifest";
import { type Programme, programmeId } from "@amana/core/programme";
import { ballotSize, checkQuestionnaire, encodeQuestionnaire } from "@amana/core/questionnaire";
import { readOffer } from "../issuer/offer.ts";
import type { DraftAudience, DraftInput, DraftIssuer } from "./draft-model.ts";
import { issuerPlace } from "./round.ts";

/** Names that are paths of the server, so that no round can have them. */
export const RESERVED: ReadonlySet<string> = new Set(
  "assets brand drafts entries files gateway health issuers ledger nonces programme releases rounds submissions".split(" "),
);

export interface CheckedDraft {
  /** Complete but for issuer keys and invitations, which are empty. */
  readonly manifest: Manifest;
  /** Canonical bytes of questionnaires and plan, to be kept as files. */
  readonly files: readonly Uint8Array[];
  /** The invitations files of issuers that offered their own, by place. */
  readonly offered: ReadonlyMap<string, Uint8Array>;
}

/** Checks everything that an operator gives for a round, and names every mistake at once. @throws ERR_MANIFEST_INVALID */
export function checkDraftInput(input: DraftInput, programme: Programme, now: Date): CheckedDraft {
  const problems: Problem[] = [];
  const wrong = (path: string, message: string): void => void problems.push({ path, message });
  const offered = new Map<string, Uint8Array>();
  const manifest = checkShape(input, programme, offered, problems);
  const sizes = new Map<string, number>();
  const files: Uint8Array[] = [];
  for (const [index, value] of listOf(input.questionnaires, "/questionnaires", wrong).entries()) {
    const questionnaire = collect(problems, `/questionnaires/${index}`, () => checkQuestionnaire(value));
    if (questionnaire === null) continue;
    const bytes = encodeQuestionnaire(questionnaire);
    sizes.set(toHex(SHA256(bytes)), ballotSize(questionnaire));
    files.push(bytes);
  }
  if (manifest !== null) {
    checkAgainst(manifest, programme, now, problems);
    checkOffered(manifest, offered, wrong);
    checkQuestionnaires(manifest, sizes, wrong);
    const plan = input.analysisPlan === null ? null : collect(problems, "/analysisPlan", () => encode(input.analysisPlan));
    if (plan !== null) files.push(plan);
    if (manifest.analysisPlan !== (plan === null ? null : toHex(SHA256(plan))))
      wrong("/manifest/analysisPlan", "not the SHA-256 of the analysis plan's canonical bytes");
  }
  if (problems.length > 0 || manifest === null) throw new AmanaError("ERR_MANIFEST_INVALID", { problems });
  return { manifest, files, offered };
}

/** Adds what the server fills in and checks the shape. */
function checkShape(
  { manifest }: DraftInput,
  programme: Programme,
  offered: Map<string, Uint8Array>,
  problems: Problem[],
): Manifest | null {
  const given: unknown = manifest?.audiences;
  const fill = (audience: DraftAudience, at: number): unknown => {
    const place = { programme: toHex(programmeId(programme)), round: manifest?.round, audience: audience?.id };
    return {
      ...audience,
      issuers: filledIssuers(audience?.issuers, { path: `/manifest/audiences/${at}/issuers`, place, offered, problems }),
    };
  };
  const audiences = Array.isArray(given) ? given.map(fill) : given;
  const relay = manifest?.relay === null || manifest?.relay === undefined ? null : { ...manifest.relay, keyConfiguration: "" };
  const filled = { ...manifest, protocol: PROTOCOL, programme: toHex(programmeId(programme)), audiences, relay };
  return collect(problems, "/manifest", () => checkSchema(filled, manifestSchema));
}

const EMPTY = { origin: null, signingKey: "", spki: "", reportSpki: "", invitations: { count: 0, spares: 0, root: "0".repeat(64) } };

interface Filling {
  readonly path: string;
  readonly place: object;
  readonly offered: Map<string, Uint8Array>;
  readonly problems: Problem[];
}

/** Issuers as the manifest has them: empty keys where the server makes them, and what others offered, as it is. */
function filledIssuers(issuers: unknown, { path, place, offered, problems }: Filling): unknown {
  if (!Array.isArray(issuers)) return issuers;
  return issuers.map((issuer: DraftIssuer, at) => {
    if (typeof issuer !== "object" || issuer === null || !("offer" in issuer)) return { ...issuer, ...EMPTY };
    return collect(problems, `${path}/${at}/offer`, () => {
      const { protocol: _, type: __, issuer: own, invitations, ...meant } = readOffer(issuer.offer);
      if (JSON.stringify(meant, Object.keys(meant).sort()) !== JSON.stringify(place, Object.keys(place).sort()))
        throw new AmanaError("ERR_MANIFEST_INVALID", {
          problems: [{ path: "", message: "made for another programme, round or audience" }],
        });
      offered.set(issuerPlace(meant.audience, own.name), fromHex(invitations));
      return own;
    });
  });
}

/** Whether a mistake is that the server has not made an issuer's keys yet. */
function isUnmade({ audiences }: Manifest, path: string): boolean {
  const [, audience, issuer] = /\/audiences\/(\d+)\/issuers\/(\d+)\/(?:spki|reportSpki|signingKey)$/.exec(path) ?? [];
  return path.endsWith("/keyConfiguration") || audiences[Number(audience)]?.issuers[Number(issuer)]?.signingKey === "";
}

/** `checkManifest`, but for the keys that are not made yet. */
function checkAgainst(manifest: Manifest, programme: Programme, now: Date, problems: Problem[]): void {
  const found: Problem[] = [];
  collect(found, "/manifest", () => {
    checkManifest(manifest, { programme });
    return null;
  });
  problems.push(...found.filter(({ path }) => !isUnmade(manifest, path)));
  if (RESERVED.has(manifest.round)) problems.push({ path: "/manifest/round", message: "a name that the server uses itself" });
  if (manifest.windows.answeringClose * 1000 <= now.getTime())
    problems.push({ path: "/manifest/windows/answeringClose", message: "is in the past" });
}

/** No invited hash may stand in two lists of a round: the audit of the whole ledger would fail for ever. Those that the server makes are random. */
function checkOffered(
  { audiences }: Manifest,
  offered: ReadonlyMap<string, Uint8Array>,
  wrong: (path: string, message: string) => void,
): void {
  const lists: InvitedList[] = [];
  for (const [at, { id, issuers }] of audiences.entries()) {
    for (const [place, { name, invitations }] of issuers.entries()) {
      const file = offered.get(issuerPlace(id, name));
      if (file === undefined) continue;
      const list = new InvitedList(file, invitations);
      if (lists.some((other) => other.overlaps(list)))
        wrong(`/manifest/audiences/${at}/issuers/${place}/offer`, "has an invitation that another offer has too");
      lists.push(list);
    }
  }
}

function checkQuestionnaires(manifest: Manifest, sizes: ReadonlyMap<string, number>, wrong: (path: string, message: string) => void): void {
  if (manifest.kind === "reports") return;
  manifest.audiences.forEach(({ questionnaire }, index) => {
    if (!sizes.has(questionnaire))
      wrong(`/manifest/audiences/${index}/questionnaire`, "not the SHA-256 of the canonical bytes of a questionnaire given");
  });
  const largest = Math.max(0, ...manifest.audiences.map(({ questionnaire }) => sizes.get(questionnaire) ?? 0));
  if (largest > 0 && manifest.size !== largest) wrong("/manifest/size", `${largest}: the largest ballot over all audiences`);
}

function listOf(value: readonly unknown[], path: string, wrong: (path: string, message: string) => void): readonly unknown[] {
  if (Array.isArray(value)) return value;
  wrong(path, "expected a list");
  return [];
}

function encode(value: unknown): Uint8Array {
  try {
    return encodeJson(value);
  } catch {
    throw new AmanaError("ERR_JSON_CANONICAL", { problems: [{ path: "/", message: "expected a JSON document" }] });
  }
}

/** Runs a check, and puts its mistakes with ours instead of stopping. */
function collect<T>(problems: Problem[], prefix: string, check: () => T): T | null {
  try {
    return check();
  } catch (error) {
    if (!isAmanaError(error)) throw error;
    const found = error.details.problems ?? [{ path: "", message: error.message }];
    problems.push(...found.map(({ path, message }) => ({ path: path === "/" ? prefix : `${prefix}${path}`, message })));
    return null;
  }
}
