import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { encodeJson, PROTOCOL, SHA256, toHex } from "@amana/core/bytes";
import { generateIssuerKey, type IssuerKey, parseIssuerKey } from "@amana/core/credential";
import { encodeVerifierKey, leafHash, merkleRoot, type NoteKey, noteKey } from "@amana/core/ledger";
import type { Manifest } from "@amana/core/manifest";
import { kemKey, randomBytes, type SigningKey, signingKey } from "@amana/core/primitives";
import { type Programme, programmeId } from "@amana/core/programme";
import { ballotSize } from "@amana/core/questionnaire";
import { defaultAnalysisPlan, encodeAnalysisPlan } from "@amana/results";
import { SMALL } from "../../generators/small-questionnaire.ts";

/** A round of one audience and one issuer, with everybody's keys. */
export interface BenchRound {
  readonly programme: Programme;
  readonly programmeId: string;
  readonly ledgerKey: NoteKey;
  readonly trustees: readonly SigningKey[];
  readonly issuer: BenchIssuer;
  readonly manifest: Manifest;
  /** Sorted invited hashes. */
  readonly invitations: Uint8Array;
  /** Questionnaire and analysis plan. */
  readonly files: readonly Uint8Array[];
  /** A moment after everything that is due. */
  readonly now: Date;
}

/** The key for answering and the one for reports: as the protocol has them, and as OpenSSL does. */
export interface BenchIssuer {
  /** Signs what the issuer says. */
  readonly signing: SigningKey;
  readonly key: IssuerKey;
  readonly reportKey: IssuerKey;
  readonly private: KeyObject;
  readonly public: KeyObject;
  readonly reportPublic: KeyObject;
}

const START = 1_900_000_000;
const DAY = 86_400;

export async function benchRound(people: number): Promise<BenchRound> {
  const ledgerKey = noteKey("ledger.example/bench", randomBytes(32));
  const trustees = ["customs", "chamber", "bar"].map(() => signingKey(randomBytes(32)));
  const organisations = trustees.map(({ publicKey }, at) => ({ id: `trustee-${at}`, name: { en: "Trustee" }, key: toHex(publicKey) }));
  const programme: Programme = {
    protocol: PROTOCOL,
    revision: 0,
    name: { en: "Benchmark" },
    trial: false,
    organisations,
    ledger: { origin: ledgerKey.name, vkey: encodeVerifierKey(ledgerKey) },
    promiseKey: toHex(signingKey(randomBytes(32)).publicKey),
    witnesses: [],
    quorum: 0,
    freshnessDays: 7,
  };
  const issuer = await benchIssuer();
  const hashes = Array.from({ length: people }, () => randomBytes(32)).sort((a, b) => Buffer.compare(a, b));
  const plan = encodeAnalysisPlan(defaultAnalysisPlan(5));
  const answeringOpen = START + 8 * DAY;
  const answeringClose = answeringOpen + 7 * DAY;
  const id = toHex(programmeId(programme));
  const manifest: Manifest = {
    protocol: PROTOCOL,
    programme: id,
    round: "wave",
    kind: "survey",
    title: { en: "Wave" },
    audiences: [
      {
        id: "officials",
        title: { en: "Officials" },
        questionnaire: toHex(SHA256(encodeJson(SMALL))),
        rosterSize: people,
        minimumGroup: 5,
        issuers: [
          {
            name: "ministry",
            origin: null,
            signingKey: toHex(issuer.signing.publicKey),
            spki: toHex(issuer.key.spki),
            reportSpki: toHex(issuer.reportKey.spki),
            invitations: { count: people, spares: 0, root: toHex(merkleRoot(hashes.map(leafHash))) },
            handedOutBy: "trustee-0",
          },
        ],
      },
    ],
    trustees: trustees.map(({ publicKey }, at) => ({
      organisation: `trustee-${at}`,
      signingKey: toHex(publicKey),
      kemKey: toHex(kemKey(randomBytes(32)).publicKey),
    })),
    handlers: [],
    threshold: 2,
    noSpare: false,
    analysisPlan: toHex(SHA256(plan)),
    windows: { enrolmentOpen: START, enrolmentClose: START + 4 * DAY, answeringOpen, answeringClose },
    deadlines: {
      objection: 3 * DAY,
      sealBy: answeringClose + DAY,
      missingBy: answeringClose + 2 * DAY,
      commitBy: answeringClose + 3 * DAY,
      revealSpan: DAY,
    },
    separation: ["phases"],
    size: ballotSize(SMALL),
    epoch: { minimumKeys: 20, minimumSeconds: 60 },
    relay: null,
    workDifficulty: 0,
    accepts: [],
    successor: null,
    previous: null,
  };
  const invitations = new Uint8Array(Buffer.concat(hashes));
  const now = new Date((answeringClose + 10 * DAY) * 1000);
  return { programme, programmeId: id, ledgerKey, trustees, issuer, manifest, invitations, files: [encodeJson(SMALL), plan], now };
}

async function benchIssuer(): Promise<BenchIssuer> {
  const [answering, reports] = await Promise.all([generateIssuerKey(), generateIssuerKey()]);
  const opened = (pkcs8: Uint8Array): KeyObject => createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" });
  return {
    signing: signingKey(randomBytes(32)),
    key: parseIssuerKey(answering.spki),
    reportKey: parseIssuerKey(reports.spki),
    private: opened(answering.pkcs8),
    public: createPublicKey(opened(answering.pkcs8)),
    reportPublic: createPublicKey(opened(reports.pkcs8)),
  };
}
