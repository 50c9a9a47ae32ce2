/** The programme, survey and reports round of all vectors, which tests use as their fixture too. */
import { readFileSync } from "node:fs";
import { bytes, H, hex, issuer, json, kem, sha256, signer, u8, vkey } from "./tools.mjs";

const keys = JSON.parse(readFileSync(new URL("../fixtures/issuer-keys.json", import.meta.url), "utf8")).keys;
export const issuerKeys = keys.map(({ answering, reports }) => ({ answering: issuer(answering), reports: issuer(reports) }));

const organisation = (id, name) => ({ id, name: { en: name }, key: hex(signer(bytes(`organisation ${id}`)).publicKey) });
export const programme = {
  protocol: "amana/1",
  revision: 0,
  name: { en: "Vectors" },
  trial: false,
  organisations: [
    organisation("customs", "Customs"),
    organisation("federation", "Federation"),
    organisation("university", "University"),
    organisation("auditor", "Auditor"),
  ],
  ledger: { origin: "vectors.amana.example", vkey: vkey("vectors.amana.example", 1, signer(bytes("ledger")).publicKey) },
  promiseKey: hex(signer(bytes("promises")).publicKey),
  witnesses: [{ organisation: "auditor", vkey: vkey("witness.amana.example", 4, signer(bytes("witness")).publicKey) }],
  quorum: 1,
  freshnessDays: 7,
};
export const programmeId = H("amana/v1 programme", json(programme));

const text = (en) => ({ en });
const common = { help: null, factor: null, showIf: null };
const questionnaire = (id) => ({
  protocol: "amana/1",
  type: "questionnaire",
  id,
  locales: ["en"],
  review: { en: "none" },
  title: text("Vectors"),
  introduction: text("Three questions."),
  factors: [],
  scales: [{ id: "agree3", labels: [text("no"), text("neither"), text("yes")] }],
  sections: [
    {
      id: "all",
      title: text("All"),
      text: null,
      showIf: null,
      items: [
        {
          ...common,
          kind: "likert",
          id: "L1",
          text: text("It works."),
          scale: "agree3",
          polarity: "positive",
          mirror: "M01",
          dontKnow: true,
          preferNot: true,
        },
        {
          ...common,
          kind: "single",
          id: "S1",
          text: text("Which?"),
          options: [
            { id: "a", text: text("A") },
            { id: "b", text: text("B") },
          ],
          dontKnow: false,
          preferNot: false,
        },
        { ...common, kind: "text", id: "C1", text: text("Why?"), maxBytes: id === "officials" ? 40 : 24 },
      ],
    },
  ],
});
/** Ballots of 37 + 1 + 1 + 2 + 40 = 81 and of 65 bytes: the round's size is 81. */
export const questionnaires = [questionnaire("officials"), questionnaire("private-sector")];

const holder = (id, round) => ({
  organisation: id,
  signingKey: hex(signer(bytes(`organisation ${id}`)).publicKey),
  kemKey: hex(kem(bytes(`kem ${round} ${id}`)).publicKey),
});
/** The Ed25519 key of an issuer of the survey. */
export const issuerSigner = (name) => signer(bytes(`issuer ${name}`));
const issuerOf = (name, key, handedOutBy, label, origin) => ({
  name,
  origin,
  signingKey: hex(issuerSigner(name).publicKey),
  spki: hex(key.answering.spki),
  reportSpki: hex(key.reports.spki),
  invitations: { count: 12, spares: 2, root: hex(sha256(bytes(label))) },
  handedOutBy,
});
const audience = (index, id, title, issuers) => ({
  id,
  title: text(title),
  questionnaire: hex(sha256(json(questionnaires[index]))),
  rosterSize: 10,
  minimumGroup: 5,
  issuers,
});

const DAY = 86400;
const START = 1_800_000_000;
export const survey = {
  protocol: "amana/1",
  programme: hex(programmeId),
  round: "wave-1",
  kind: "survey",
  title: text("Wave 1"),
  audiences: [
    audience(0, "officials", "Officials", [
      issuerOf("customs-issuer", issuerKeys[0], "customs", "invitations officials 1", null),
      issuerOf("university-issuer", issuerKeys[1], "university", "invitations officials 2", "https://issuer.university.example/amana/"),
    ]),
    audience(1, "private-sector", "Private sector", [
      issuerOf("federation-issuer", issuerKeys[2], "federation", "invitations private sector", null),
    ]),
  ],
  trustees: ["customs", "federation", "university"].map((id) => holder(id, "wave-1")),
  handlers: [],
  threshold: 2,
  noSpare: false,
  analysisPlan: hex(sha256(bytes("analysis plan"))),
  windows: {
    enrolmentOpen: START,
    enrolmentClose: START + 14 * DAY,
    answeringOpen: START + 17 * DAY,
    answeringClose: START + 31 * DAY,
  },
  deadlines: { objection: 3 * DAY, sealBy: START + 32 * DAY, missingBy: START + 34 * DAY, commitBy: START + 41 * DAY, revealSpan: 3 * DAY },
  separation: ["phases"],
  size: 81,
  epoch: { minimumKeys: 5, minimumSeconds: DAY },
  relay: null,
  workDifficulty: 0,
  accepts: [],
  successor: null,
  previous: null,
};
export const surveyId = H("amana/v1 manifest", json(survey));

export const reports = {
  ...survey,
  round: "reports-1",
  kind: "reports",
  title: text("Reports"),
  audiences: [],
  trustees: [],
  handlers: ["auditor", "university"].map((id) => holder(id, "reports-1")),
  threshold: 1,
  analysisPlan: null,
  windows: { enrolmentOpen: 0, enrolmentClose: 0, answeringOpen: START, answeringClose: START + 31 * DAY },
  deadlines: { objection: 0, sealBy: 0, missingBy: 0, commitBy: 0, revealSpan: 0 },
  separation: [],
  size: 16384,
  epoch: { minimumKeys: 0, minimumSeconds: DAY },
  workDifficulty: 8,
  accepts: [hex(surveyId)],
  successor: "reports-2",
};
export const reportsId = H("amana/v1 manifest", json(reports));

export const trustees = survey.trustees.map(({ organisation: id }) => ({
  signing: signer(bytes(`organisation ${id}`)),
  kem: kem(bytes(`kem wave-1 ${id}`)),
}));
export const handlers = reports.handlers.map(({ organisation: id }) => ({
  signing: signer(bytes(`organisation ${id}`)),
  kem: kem(bytes(`kem reports-1 ${id}`)),
}));

/** `H("amana/v1 cosignature", id, u8 index)` signed by each. */
export const cosign = (id, holders) => holders.map(({ signing }, index) => hex(signing.sign(H("amana/v1 cosignature", id, u8(index)))));
