import { encodeJson, type InvitationCode, newInvitationCode, PROTOCOL, SHA256, toHex } from "@amana/core/bytes";
import { generateIssuerKey, type IssuerPrivateKey, invitedHash, openIssuerKey } from "@amana/core/credential";
import { encodeVerifierKey, NOTE_COSIGNATURE, type NoteKey, noteKey } from "@amana/core/ledger";
import { encodeInvitations, invitationsRoot, type KeyHolder, type Manifest, type ManifestAudience, manifestId } from "@amana/core/manifest";
import { type KemKey, kemKey, randomBytes, type SigningKey, signingKey } from "@amana/core/primitives";
import { type Programme, programmeId } from "@amana/core/programme";
import { ballotSize, type Questionnaire } from "@amana/core/questionnaire";
import { defaultAnalysisPlan, encodeAnalysisPlan } from "@amana/results";
import { questionnaire, text } from "./questionnaires.ts";

/** When enrolment opens, unix seconds. */
export const START = 1_900_000_000;
export const HOUR = 3600;

export interface Trustee {
  readonly signing: SigningKey;
  readonly kem: KemKey;
}

export interface IssuerPair {
  readonly signing: SigningKey;
  readonly key: IssuerPrivateKey;
  readonly reportKey: IssuerPrivateKey;
}

/** A programme with its secrets and everyone in it. Real keys, few people. */
export interface World {
  readonly programme: Programme;
  /** What clients pin. */
  readonly pinned: string;
  readonly ledgerKey: NoteKey;
  readonly witness: NoteKey;
  readonly promiseKey: SigningKey;
  readonly trustees: readonly Trustee[];
  readonly questionnaires: readonly Questionnaire[];
  readonly files: readonly Uint8Array[];
  readonly plan: Uint8Array;
}

/** A round of it. */
export interface Round {
  readonly manifest: Manifest;
  readonly id: Uint8Array;
  /** By `<audience>/<issuer>`. */
  readonly issuers: ReadonlyMap<string, IssuerPair>;
  /** By audience. */
  readonly codes: Readonly<Record<string, readonly InvitationCode[]>>;
  /** All codes, spares last, by `<audience>/<issuer>`. */
  readonly codesOf: ReadonlyMap<string, readonly InvitationCode[]>;
  /** The invitations files, by `<audience>/<issuer>`. */
  readonly invitations: ReadonlyMap<string, Uint8Array>;
}

export const AUDIENCES = ["officials", "traders"] as const;
export const SECOND = "university";
export const ISSUERS = { officials: "ministry", traders: "chamber" } as const;

/** Issuers' keys are slow to find: a run finds these once, and every round of a world of its own begins with the first again. */
const pool = await Promise.all(Array.from({ length: 8 }, newPair));

export function issuerPair(index: number): IssuerPair {
  const pair = pool[index];
  if (pair === undefined) throw new RangeError("no more issuers");
  return pair;
}

async function newPair(): Promise<IssuerPair> {
  const [key, reportKey] = await Promise.all([generateIssuerKey(), generateIssuerKey()]);
  return { signing: signingKey(randomBytes(32)), key: openIssuerKey(key.pkcs8), reportKey: openIssuerKey(reportKey.pkcs8) };
}

export function makeWorld({ quorum = 0, trial = true }: { quorum?: number; trial?: boolean } = {}): World {
  const ledgerKey = noteKey("ledger.example/amana", randomBytes(32));
  const witness = noteKey("witness.example", randomBytes(32), NOTE_COSIGNATURE);
  const promiseKey = signingKey(randomBytes(32));
  const trustees = ["customs", "chamber", "bar"].map(() => ({ signing: signingKey(randomBytes(32)), kem: kemKey(randomBytes(32)) }));
  const organisations = ["customs", "chamber", "bar"].map((id, at) => ({
    id,
    name: text(id),
    key: toHex((trustees[at] as Trustee).signing.publicKey),
  }));
  const programme: Programme = {
    protocol: PROTOCOL,
    revision: 0,
    name: text("Programme"),
    trial,
    organisations,
    ledger: { origin: ledgerKey.name, vkey: encodeVerifierKey(ledgerKey) },
    promiseKey: toHex(promiseKey.publicKey),
    witnesses: [{ organisation: "bar", vkey: encodeVerifierKey(witness) }],
    quorum,
    freshnessDays: 7,
  };
  const questionnaires = AUDIENCES.map(questionnaire);
  const plan = encodeAnalysisPlan(defaultAnalysisPlan(5));
  const files = [...questionnaires.map(encodeJson), plan];
  return { programme, pinned: toHex(programmeId(programme)), ledgerKey, witness, promiseKey, trustees, questionnaires, files, plan };
}

export function publicTrustees({ programme, trustees }: World): KeyHolder[] {
  return trustees.map(({ signing, kem }, at) => ({
    organisation: programme.organisations[at]?.id ?? "",
    signingKey: toHex(signing.publicKey),
    kemKey: toHex(kem.publicKey),
  }));
}

export interface RoundOptions {
  readonly name?: string;
  readonly invitations?: number;
  /** The first issuer pair of the pool that this round takes. */
  readonly firstIssuer?: number;
  /** Officials have a second issuer, `university`. */
  readonly second?: boolean;
  /** Spares of each issuer. */
  readonly spares?: number;
  readonly change?: (manifest: Manifest) => Manifest;
}

/** A survey of two audiences, one issuer each, opened by two of three. */
export function makeRound(
  world: World,
  { name = "wave-1", invitations = 6, firstIssuer = 0, second = false, spares = 0, change = (same) => same }: RoundOptions = {},
): Round {
  const issuers = new Map<string, IssuerPair>();
  const files = new Map<string, Uint8Array>();
  const codes: Record<string, InvitationCode[]> = {};
  const codesOf = new Map<string, readonly InvitationCode[]>();
  let next = firstIssuer;
  const audiences = AUDIENCES.map((id, at): ManifestAudience => {
    const names: readonly string[] = id === "officials" && second ? [ISSUERS[id], SECOND] : [ISSUERS[id]];
    return {
      id,
      title: text(id),
      questionnaire: toHex(SHA256(encodeJson(world.questionnaires[at]))),
      rosterSize: invitations,
      minimumGroup: 1,
      issuers: names.map((issuer) => {
        const pair = issuerPair(next++);
        const own = Array.from({ length: invitations + spares }, () => newInvitationCode(randomBytes));
        const hashes = own.map((code) => invitedHash(programmeId(world.programme), name, issuer, code));
        const file = encodeInvitations(hashes.slice(0, invitations), hashes.slice(invitations));
        codes[id] ??= own;
        codesOf.set(`${id}/${issuer}`, own);
        issuers.set(`${id}/${issuer}`, pair);
        files.set(`${id}/${issuer}`, file);
        return {
          name: issuer,
          origin: null,
          signingKey: toHex(pair.signing.publicKey),
          spki: toHex(pair.key.key.spki),
          reportSpki: toHex(pair.reportKey.key.spki),
          invitations: { count: own.length, spares, root: invitationsRoot(file) },
          handedOutBy: issuer === SECOND ? "bar" : at === 0 ? "customs" : "chamber",
        };
      }),
    };
  });
  const close = START + 4 * HOUR;
  const manifest = change({
    protocol: PROTOCOL,
    programme: world.pinned,
    round: name,
    kind: "survey",
    title: text("Wave"),
    audiences,
    trustees: publicTrustees(world),
    handlers: [],
    threshold: 2,
    noSpare: false,
    analysisPlan: toHex(SHA256(world.plan)),
    windows: { enrolmentOpen: START, enrolmentClose: START + HOUR, answeringOpen: START, answeringClose: close },
    deadlines: { objection: 60, sealBy: close + 60, missingBy: close + 120, commitBy: close + 600, revealSpan: 60 },
    separation: [],
    size: Math.max(...world.questionnaires.map(ballotSize)),
    epoch: { minimumKeys: 1, minimumSeconds: 1 },
    relay: null,
    workDifficulty: 0,
    accepts: [],
    successor: null,
    previous: null,
  });
  return { manifest, id: manifestId(manifest), issuers, codes, codesOf, invitations: files };
}

/** The change that makes a round one with `phases`: answering opens when enrolment and the time to object are over. */
export function withPhases(manifest: Manifest): Manifest {
  return { ...manifest, separation: ["phases"], windows: { ...manifest.windows, answeringOpen: START + 2 * HOUR } };
}
