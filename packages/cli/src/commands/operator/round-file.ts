import { encodeJson, localizedText, name, SHA256, toHex } from "@amana/core/bytes";
import { AmanaError, type Problem } from "@amana/core/errors";
import { type KeyHolder, REPORT_SIZE } from "@amana/core/manifest";
import { ballotSize, checkQuestionnaire, type Questionnaire } from "@amana/core/questionnaire";
import { defaultAnalysisPlan } from "@amana/results";
import type { DraftInput } from "@amana/server";
import * as v from "valibot";
import { beside, readCard, readDocument } from "./files.ts";

/** A moment: `2026-12-01T08:00Z`, or seconds from now as `+3600`. */
const moment = v.pipe(
  v.union([v.string(), v.date()]),
  v.check((value) => value instanceof Date || /^\+\d{1,9}$/.test(value) || !Number.isNaN(Date.parse(value)), "a moment"),
);
const seconds = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** What an operator writes about a round. Keys, invitations and ids are made by the server. */
const roundFileSchema = v.strictObject({
  round: name,
  kind: v.picklist(["survey", "reports"]),
  title: localizedText,
  audiences: v.optional(
    v.array(
      v.strictObject({
        id: name,
        title: localizedText,
        questionnaire: v.string(),
        roster: seconds,
        minimumGroup: v.optional(seconds, 10),
        issuers: v.array(v.strictObject({ name, handedOutBy: name })),
      }),
    ),
    [],
  ),
  trustees: v.optional(v.array(v.string()), []),
  handlers: v.optional(v.array(v.string()), []),
  threshold: v.optional(seconds),
  noSpare: v.optional(v.boolean(), false),
  windows: v.strictObject({
    enrolmentOpen: v.optional(moment),
    enrolmentClose: v.optional(moment),
    answeringOpen: moment,
    answeringClose: moment,
  }),
  deadlines: v.optional(
    v.strictObject({
      objection: v.optional(seconds),
      sealBy: v.optional(moment),
      missingBy: v.optional(moment),
      commitBy: v.optional(moment),
      revealSpan: v.optional(seconds),
    }),
    {},
  ),
  separation: v.optional(v.array(v.picklist(["phases", "relay"])), []),
  epoch: v.optional(v.strictObject({ minimumKeys: seconds, minimumSeconds: seconds })),
  workDifficulty: v.optional(seconds),
  accepts: v.optional(v.array(v.string()), []),
  successor: v.optional(v.nullable(name), null),
  previous: v.optional(v.nullable(v.string()), null),
});

const DAY = 86_400;

/** Reads a round's file with the questionnaires and cards it names. Every mistake is named at once. @throws ERR_CONFIG_INVALID, ERR_QUESTIONNAIRE_INVALID */
export async function readRoundFile(path: string, now: Date): Promise<DraftInput> {
  const parsed = v.safeParse(roundFileSchema, await readDocument(path));
  if (!parsed.success) {
    const problems: Problem[] = parsed.issues.map((issue) => ({
      path: `/${(issue.path ?? []).map(({ key }) => key).join("/")}`,
      message: `expected ${issue.expected ?? issue.message}`,
    }));
    throw new AmanaError("ERR_CONFIG_INVALID", { problems });
  }
  const file = parsed.output;
  const reports = file.kind === "reports";
  const questionnaires: Questionnaire[] = [];
  for (const { questionnaire } of file.audiences) questionnaires.push(checkQuestionnaire(await readDocument(beside(path, questionnaire))));
  const plan = reports ? null : defaultAnalysisPlan(Math.max(5, ...file.audiences.map(({ minimumGroup }) => minimumGroup)));
  const at = (value: string | Date): number =>
    typeof value === "string" && value.startsWith("+")
      ? Math.floor(now.getTime() / 1000) + Number(value)
      : Math.floor(new Date(value).getTime() / 1000);
  const close = at(file.windows.answeringClose);
  const later = (value: string | Date | undefined, fallback: number): number => (value === undefined ? fallback : at(value));
  const sealBy = later(file.deadlines.sealBy, close + DAY);
  const missingBy = later(file.deadlines.missingBy, sealBy + 2 * DAY);
  const holders = async (cards: readonly string[]): Promise<KeyHolder[]> =>
    Promise.all(
      cards.map(async (card) => {
        const { organisation, signingKey, kemKey } = await readCard(beside(path, card));
        return { organisation, signingKey, kemKey };
      }),
    );
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
        issuers,
      })),
      trustees: await holders(file.trustees),
      handlers: await holders(file.handlers),
      threshold: file.threshold ?? (reports ? 1 : 2),
      noSpare: file.noSpare,
      analysisPlan: plan === null ? null : toHex(SHA256(encodeJson(plan))),
      windows: {
        enrolmentOpen: later(file.windows.enrolmentOpen, reports ? 0 : at(file.windows.answeringOpen)),
        enrolmentClose: later(file.windows.enrolmentClose, reports ? 0 : close),
        answeringOpen: at(file.windows.answeringOpen),
        answeringClose: close,
      },
      deadlines: {
        objection: file.deadlines.objection ?? (reports ? 0 : 3 * DAY),
        sealBy,
        missingBy,
        commitBy: later(file.deadlines.commitBy, missingBy + 7 * DAY),
        revealSpan: file.deadlines.revealSpan ?? 3 * DAY,
      },
      separation: [...file.separation].sort(),
      size: reports ? REPORT_SIZE : Math.max(0, ...questionnaires.map(ballotSize)),
      epoch:
        file.epoch ??
        (reports
          ? { minimumKeys: 0, minimumSeconds: DAY }
          : { minimumKeys: Math.max(10, ...file.audiences.map(({ minimumGroup }) => minimumGroup)), minimumSeconds: DAY }),
      relay: null,
      workDifficulty: file.workDifficulty ?? (reports ? 18 : 0),
      accepts: file.accepts,
      successor: file.successor,
      previous: file.previous,
    },
    questionnaires,
    analysisPlan: plan,
  };
}
