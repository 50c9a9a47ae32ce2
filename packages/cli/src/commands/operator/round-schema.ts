import { hex, type LocalizedText, localizedText, name } from "@amana/core/bytes";
import type { Manifest, ManifestRelay, Separation } from "@amana/core/manifest";
import type { ConsultationRules, GroupTable, Populations } from "@amana/results";
import * as v from "valibot";
import { checkDocument } from "./files.ts";
import { moment } from "./moments.ts";

/** What an operator writes about a round. Keys, invitations and ids are made by the server. `examples/operator/` explains every field. */
export interface RoundFile {
  readonly round: string;
  readonly kind: "survey" | "consultation" | "reports";
  readonly title: LocalizedText;
  readonly audiences: readonly {
    readonly id: string;
    readonly title: LocalizedText;
    /** Path of the questionnaire, relative to the file. */
    readonly questionnaire: string;
    readonly roster: number;
    readonly minimumGroup: number;
    /** A name and who hands out the codes, or the path of the offer of an issuer that runs its own process. */
    readonly issuers: readonly ({ readonly name: string; readonly handedOutBy: string } | { readonly offer: string })[];
  }[];
  /** Tables by background questions, published besides each audience as a whole. */
  readonly tables: readonly GroupTable[];
  /** How many people there are for each option of a background question. */
  readonly populations: readonly Populations[];
  /** Paths of cards, relative to the file. */
  readonly trustees: readonly string[];
  readonly handlers: readonly string[];
  readonly threshold?: number | undefined;
  readonly noSpare: boolean;
  /** Moments. */
  readonly windows: {
    readonly enrolmentOpen?: string | undefined;
    readonly enrolmentClose?: string | undefined;
    readonly answeringOpen: string;
    readonly answeringClose: string;
  };
  /** Moments, but `objection` and `revealSpan`, which are seconds. */
  readonly deadlines: {
    readonly objection?: number | undefined;
    readonly sealBy?: string | undefined;
    readonly missingBy?: string | undefined;
    readonly commitBy?: string | undefined;
    readonly revealSpan?: number | undefined;
  };
  readonly separation: readonly Separation[];
  /** Given exactly when `separation` has relay. The server makes the gateway's key. */
  readonly relay?: Omit<ManifestRelay, "keyConfiguration"> | undefined;
  readonly epoch?: Manifest["epoch"] | undefined;
  readonly workDifficulty?: number | undefined;
  readonly accepts: readonly string[];
  /** Of a consultation: when it stops. */
  readonly consultation?: ConsultationRules | undefined;
  readonly successor: string | null;
  readonly previous: string | null;
}

const whole = v.pipe(v.number("a whole number"), v.safeInteger("a whole number"), v.minValue(0, "0 or more"));
const item = v.pipe(v.string("the id of an item"), v.minLength(1, "the id of an item"), v.maxLength(16));
const file = v.pipe(v.string("the path of a file"), v.minLength(1, "the path of a file"));

const roundFileSchema: v.GenericSchema<unknown, RoundFile> = v.strictObject({
  round: name,
  kind: v.picklist(["survey", "consultation", "reports"]),
  title: localizedText,
  audiences: v.optional(
    v.array(
      v.strictObject({
        id: name,
        title: localizedText,
        questionnaire: file,
        roster: whole,
        minimumGroup: v.optional(whole, 10),
        issuers: v.array(v.union([v.strictObject({ name, handedOutBy: name }), v.strictObject({ offer: file })])),
      }),
    ),
    [],
  ),
  tables: v.optional(v.array(v.strictObject({ audience: name, by: v.union([v.tuple([item]), v.tuple([item, item])]) })), []),
  populations: v.optional(v.array(v.strictObject({ audience: name, item, people: v.array(whole) })), []),
  trustees: v.optional(v.array(file), []),
  handlers: v.optional(v.array(file), []),
  threshold: v.optional(whole),
  noSpare: v.optional(v.boolean(), false),
  windows: v.strictObject({
    enrolmentOpen: v.optional(moment),
    enrolmentClose: v.optional(moment),
    answeringOpen: moment,
    answeringClose: moment,
  }),
  deadlines: v.optional(
    v.strictObject({
      objection: v.optional(whole),
      sealBy: v.optional(moment),
      missingBy: v.optional(moment),
      commitBy: v.optional(moment),
      revealSpan: v.optional(whole),
    }),
    {},
  ),
  separation: v.optional(v.array(v.picklist(["phases", "relay"])), []),
  relay: v.optional(
    v.strictObject({
      organisation: name,
      origin: v.pipe(v.string("an origin like https://relay.example.org"), v.maxLength(255)),
      key: hex(32),
      slots: whole,
      releaseLead: whole,
    }),
  ),
  epoch: v.optional(v.strictObject({ minimumKeys: whole, minimumSeconds: whole })),
  workDifficulty: v.optional(whole),
  accepts: v.optional(v.array(v.string()), []),
  consultation: v.optional(v.strictObject({ agree: whole, disagree: whole, stable: whole, rounds: whole })),
  successor: v.optional(v.nullable(name), null),
  previous: v.optional(v.nullable(v.string()), null),
});

/** @throws ERR_CONFIG_INVALID naming every wrong field */
export function checkRoundFile(value: unknown): RoundFile {
  return checkDocument(value, roundFileSchema);
}
