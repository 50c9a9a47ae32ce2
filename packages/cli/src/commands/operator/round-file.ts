import { encodeJson, SHA256, toHex } from "@amana/core/bytes";
import { AmanaError, type Problem } from "@amana/core/errors";
import { type KeyHolder, REPORT_SIZE } from "@amana/core/manifest";
import { ballotSize, checkQuestionnaire, type Questionnaire } from "@amana/core/questionnaire";
import { type AnalysisPlan, consultationAnalysisPlan, defaultAnalysisPlan, groupedAnalysisPlan, tableProblems } from "@amana/results";
import { type DraftInput, type IssuerOffer, readOffer } from "@amana/server";
import { beside, collecting, readCard, readDocument } from "./files.ts";
import { secondsOf } from "./moments.ts";
import { checkRoundFile, type RoundFile } from "./round-schema.ts";

const DAY = 86_400;

/**
 * Reads a round's file with the questionnaires and cards it names, relative to it. Every mistake of all of them is named at once, by its place in
 * the round's file. Whether windows and deadlines fit each other is for the server, which knows the programme.
 * @throws ERR_CONFIG_INVALID, ERR_ANALYSIS_PLAN_INVALID
 */
export async function readRoundFile(path: string, now: Date): Promise<DraftInput> {
  const file = checkRoundFile(await readDocument(path));
  const problems: Problem[] = [];
  const questionnaires: (Questionnaire | null)[] = [];
  for (const [index, { questionnaire }] of file.audiences.entries()) {
    const read = async () => checkQuestionnaire(await readDocument(beside(path, questionnaire)));
    questionnaires.push(await collecting(problems, `/audiences/${index}/questionnaire`, read));
  }
  const trustees = await readHolders(path, file, "trustees", problems);
  const handlers = await readHolders(path, file, "handlers", problems);
  const offers = await readOffers(path, file, problems);
  const complete = questionnaires.filter((each) => each !== null);
  if (complete.length === questionnaires.length)
    problems.push(
      ...tableProblems(
        file.tables,
        file.populations,
        file.audiences.map(({ id }, i) => ({ id, questionnaire: complete[i] as Questionnaire })),
      ),
    );
  if (problems.length > 0 || complete.length < questionnaires.length) throw new AmanaError("ERR_CONFIG_INVALID", { problems });
  return draftOf(file, complete, { trustees, handlers }, offers, now);
}

/** The cards of a round's trustees or handlers. A card is for one round: its key must not be used in another. */
async function readHolders(path: string, file: RoundFile, field: "trustees" | "handlers", problems: Problem[]): Promise<KeyHolder[]> {
  const holders: KeyHolder[] = [];
  for (const [index, name] of file[field].entries()) {
    const card = await collecting(problems, `/${field}/${index}`, () => readCard(beside(path, name)));
    if (card === null) continue;
    const { organisation, signingKey, kemKey } = card;
    if (card.round !== file.round) problems.push({ path: `/${field}/${index}`, message: `a card for another round: ${card.round}` });
    if (holders.some((each) => each.organisation === organisation))
      problems.push({ path: `/${field}/${index}`, message: `a second card of ${organisation}` });
    holders.push({ organisation, signingKey, kemKey });
  }
  return holders;
}

/** The offers of issuers that run their own process, by path. */
async function readOffers(path: string, file: RoundFile, problems: Problem[]): Promise<Map<string, IssuerOffer>> {
  const offers = new Map<string, IssuerOffer>();
  for (const [index, { issuers }] of file.audiences.entries()) {
    for (const [place, issuer] of issuers.entries()) {
      if (!("offer" in issuer)) continue;
      const read = async () => readOffer(await readDocument(beside(path, issuer.offer)));
      const offer = await collecting(problems, `/audiences/${index}/issuers/${place}/offer`, read);
      if (offer !== null) offers.set(issuer.offer, offer);
    }
  }
  return offers;
}

function draftOf(
  file: RoundFile,
  questionnaires: readonly Questionnaire[],
  holders: { readonly trustees: KeyHolder[]; readonly handlers: KeyHolder[] },
  offers: ReadonlyMap<string, IssuerOffer>,
  now: Date,
): DraftInput {
  const reports = file.kind === "reports";
  const groups = file.audiences.map(({ minimumGroup }) => minimumGroup);
  const plan = planOf(file, Math.max(5, ...groups));
  return {
    manifest: {
      round: file.round,
      kind: file.kind,
      title: file.title,
      audiences: file.audiences.map(({ id, title, roster, minimumGroup, issuers }, index) => ({
        id,
        title,
        questionnaire: toHex(SHA256(encodeJson(questionnaires[index]))),
        rosterSize: roster,
        minimumGroup,
        issuers: issuers.map((issuer) => ("offer" in issuer ? { offer: offers.get(issuer.offer) as IssuerOffer } : issuer)),
      })),
      ...holders,
      threshold: file.threshold ?? (reports ? 1 : 2),
      noSpare: file.noSpare,
      analysisPlan: plan === null ? null : toHex(SHA256(encodeJson(plan))),
      ...timesOf(file, now),
      separation: [...file.separation].sort(),
      size: reports ? REPORT_SIZE : Math.max(0, ...questionnaires.map(ballotSize)),
      epoch: file.epoch ?? { minimumKeys: reports ? 0 : Math.max(10, ...groups), minimumSeconds: DAY },
      relay: file.relay ?? null,
      workDifficulty: file.workDifficulty ?? (reports ? 18 : 0),
      accepts: file.accepts,
      successor: file.successor,
      previous: file.previous,
    },
    questionnaires,
    analysisPlan: plan,
  };
}

/** What will be published, tables by groups too; of a consultation also when it stops. @throws ERR_ANALYSIS_PLAN_INVALID, ERR_CONFIG_INVALID */
function planOf({ kind, consultation, tables, populations }: RoundFile, minimumGroup: number): AnalysisPlan | null {
  if (kind !== "survey" && tables.length + populations.length > 0)
    throw new AmanaError("ERR_CONFIG_INVALID", { problems: [{ path: "/tables", message: "are for a survey alone" }] });
  if (kind === "consultation") return consultationAnalysisPlan(minimumGroup, consultation);
  if (consultation !== undefined)
    throw new AmanaError("ERR_CONFIG_INVALID", { problems: [{ path: "/consultation", message: "is for a consultation alone" }] });
  if (kind === "reports") return null;
  return tables.length === 0 ? defaultAnalysisPlan(minimumGroup) : groupedAnalysisPlan(tables, { minimumGroup, populations });
}

/** How long reports are kept after their channel closed, where a file says nothing else: feedback is due after three months, and some cases take longer. */
const RETENTION = 180 * DAY;

/** Windows and deadlines. What is left out: enrolment as long as answering; a day to seal, two to complain, a week to commit, three days to reveal. */
function timesOf({ kind, windows, deadlines }: RoundFile, now: Date): Pick<DraftInput["manifest"], "windows" | "deadlines"> {
  const reports = kind === "reports";
  const at = (value: string | undefined, otherwise: number): number => (value === undefined ? otherwise : secondsOf(value, now));
  const open = secondsOf(windows.answeringOpen, now);
  const close = secondsOf(windows.answeringClose, now);
  const sealBy = at(deadlines.sealBy, close + DAY);
  const missingBy = at(deadlines.missingBy, sealBy + 2 * DAY);
  return {
    windows: {
      enrolmentOpen: at(windows.enrolmentOpen, reports ? 0 : open),
      enrolmentClose: at(windows.enrolmentClose, reports ? 0 : close),
      answeringOpen: open,
      answeringClose: close,
    },
    deadlines: {
      objection: deadlines.objection ?? (reports ? 0 : 3 * DAY),
      sealBy,
      missingBy,
      commitBy: at(deadlines.commitBy, reports ? close + RETENTION : missingBy + 7 * DAY),
      revealSpan: deadlines.revealSpan ?? 3 * DAY,
    },
  };
}
