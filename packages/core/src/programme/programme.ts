import * as v from "valibot";
import {
  decodeJson,
  encodeJson,
  fromHex,
  H,
  hex,
  integer,
  type LocalizedText,
  localizedText,
  name,
  PROTOCOL,
  TAGS,
} from "../bytes/index.ts";
import { AmanaError, type Problem } from "../errors/index.ts";
import { isSigningPublicKey } from "../primitives/index.ts";

/** An organisation behind the programme. Its long-term signing key is 32 bytes of hex; it keeps the seed itself. */
export interface Organisation {
  readonly id: string;
  readonly name: LocalizedText;
  readonly key: string;
}

/** An always-on witness: run by an organisation other than the operator. `vkey` is C2SP's verifier key. */
export interface Witness {
  readonly organisation: string;
  readonly vkey: string;
}

/** What outlives rounds: the organisations, and the keys of the ledger, of promises and of witnesses. */
export interface Programme {
  readonly protocol: typeof PROTOCOL;
  readonly revision: number;
  readonly name: LocalizedText;
  /** A trial protects nobody: epochs may hold one answer, and every page says "trial". */
  readonly trial: boolean;
  readonly organisations: readonly Organisation[];
  readonly ledger: { readonly origin: string; readonly vkey: string };
  /** Public key of promises, 32 bytes of hex. */
  readonly promiseKey: string;
  readonly witnesses: readonly Witness[];
  /** How many of the witnesses must have signed a checkpoint. */
  readonly quorum: number;
  /** How old the quorum-th newest cosignature may be. */
  readonly freshnessDays: number;
}

export const programmeSchema: v.GenericSchema<unknown, Programme> = v.strictObject({
  protocol: v.literal(PROTOCOL),
  revision: integer(),
  name: localizedText,
  trial: v.boolean(),
  organisations: v.pipe(v.array(v.strictObject({ id: name, name: localizedText, key: hex(32) })), v.minLength(1), v.maxLength(255)),
  ledger: v.strictObject({ origin: v.pipe(v.string(), v.regex(/^[^\s+]{1,255}$/)), vkey: v.pipe(v.string(), v.maxLength(400)) }),
  promiseKey: hex(32),
  witnesses: v.pipe(v.array(v.strictObject({ organisation: name, vkey: v.pipe(v.string(), v.maxLength(400)) })), v.maxLength(64)),
  quorum: integer(64),
  freshnessDays: integer(365),
});

/** Canonical bytes of a programme. */
export function encodeProgramme(programme: Programme): Uint8Array {
  return encodeJson(programme);
}

/** Reads and checks a programme. The bytes are attacker-controlled. @throws ERR_JSON_CANONICAL, ERR_JSON_SCHEMA, ERR_PROGRAMME_INVALID */
export function decodeProgramme(bytes: Uint8Array): Programme {
  const programme = decodeJson(bytes, programmeSchema);
  checkProgramme(programme);
  return programme;
}

/** Names every mistake of a programme at once. @throws ERR_PROGRAMME_INVALID */
export function checkProgramme(programme: Programme): void {
  const problems: Problem[] = [];
  if (programme.revision !== 0)
    problems.push({ path: "/revision", message: "only revision 0 exists; a rotation of keys is a new programme" });
  const ids = programme.organisations.map((organisation) => organisation.id);
  const keys = programme.organisations.map((organisation) => organisation.key);
  programme.organisations.forEach(({ id, key }, index) => {
    if (ids.indexOf(id) !== index) problems.push({ path: `/organisations/${index}/id`, message: "this id is used twice" });
    if (keys.indexOf(key) !== index) problems.push({ path: `/organisations/${index}/key`, message: "this key is used twice" });
    if (!isSigningPublicKey(fromHex(key))) problems.push({ path: `/organisations/${index}/key`, message: "not an Ed25519 public key" });
  });
  if (!isSigningPublicKey(fromHex(programme.promiseKey))) problems.push({ path: "/promiseKey", message: "not an Ed25519 public key" });
  if (!programme.ledger.vkey.startsWith(`${programme.ledger.origin}+`))
    problems.push({ path: "/ledger/vkey", message: "does not name the origin" });
  programme.witnesses.forEach(({ organisation, vkey }, index) => {
    if (!ids.includes(organisation)) problems.push({ path: `/witnesses/${index}/organisation`, message: "no such organisation" });
    if (programme.witnesses.findIndex((other) => other.vkey === vkey) !== index)
      problems.push({ path: `/witnesses/${index}/vkey`, message: "this key is used twice" });
  });
  if (programme.quorum > programme.witnesses.length) problems.push({ path: "/quorum", message: "more than there are witnesses" });
  if (!programme.trial && programme.freshnessDays === 0) problems.push({ path: "/freshnessDays", message: "at least one day" });
  if (problems.length > 0) throw new AmanaError("ERR_PROGRAMME_INVALID", { problems });
}

/** `H("amana/v1 programme", bytes)`: what clients pin. 32 bytes. */
export function programmeId(programme: Programme): Uint8Array {
  return H(TAGS.programme, encodeProgramme(programme));
}

/** The id as people compare it: a big-endian integer mod 10^24, six groups of four digits. */
export function programmeDigits(id: Uint8Array): string {
  const value = id.reduce((sum, byte) => (sum * 256n + BigInt(byte)) % 10n ** 24n, 0n);
  return value
    .toString()
    .padStart(24, "0")
    .replace(/(.{4})(?=.)/g, "$1 ");
}
