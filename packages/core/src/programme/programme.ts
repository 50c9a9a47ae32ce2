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
  toHex,
} from "../bytes/index.ts";
import { AmanaError, type Problem } from "../errors/index.ts";
import { NOTE_COSIGNATURE, NOTE_ED25519, type NoteKeyType, parseVerifierKey, type VerifierKey } from "../ledger/index.ts";
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

/** Reads and checks a programme. The bytes are attacker-controlled. @throws ERR_BYTES_ENCODING, ERR_JSON_CANONICAL, ERR_JSON_SCHEMA, ERR_PROGRAMME_INVALID */
export function decodeProgramme(bytes: Uint8Array): Programme {
  const programme = decodeJson(bytes, programmeSchema);
  checkProgramme(programme);
  return programme;
}

/** Names every mistake of a programme at once. @throws ERR_PROGRAMME_INVALID */
export function checkProgramme(programme: Programme): void {
  const problems: Problem[] = [];
  const wrong = (path: string, message: string): void => void problems.push({ path, message });
  if (programme.revision !== 0) wrong("/revision", "only revision 0 exists; a rotation of keys is a new programme");
  const ids = new Set<string>();
  // One key, one role: a signature of one role must not count as another's, and one witness not as two.
  const keys = new Set<string>();
  const role = (path: string, key: string): void => {
    if (keys.has(key)) wrong(path, "this key is used twice");
    keys.add(key);
  };
  programme.organisations.forEach(({ id, key }, index) => {
    if (ids.has(id)) wrong(`/organisations/${index}/id`, "this id is used twice");
    ids.add(id);
    if (!isSigningPublicKey(fromHex(key))) wrong(`/organisations/${index}/key`, "not an Ed25519 public key");
    role(`/organisations/${index}/key`, key);
  });
  if (!isSigningPublicKey(fromHex(programme.promiseKey))) wrong("/promiseKey", "not an Ed25519 public key");
  role("/promiseKey", programme.promiseKey);
  const ledger = noteKeyOf(programme.ledger.vkey, NOTE_ED25519);
  if (ledger === null) wrong("/ledger/vkey", "not a verifier key of a log");
  else {
    if (ledger.name !== programme.ledger.origin) wrong("/ledger/vkey", "does not name the origin");
    role("/ledger/vkey", toHex(ledger.publicKey));
  }
  programme.witnesses.forEach(({ organisation, vkey }, index) => {
    if (!ids.has(organisation)) wrong(`/witnesses/${index}/organisation`, "no such organisation");
    const witness = noteKeyOf(vkey, NOTE_COSIGNATURE);
    if (witness === null) wrong(`/witnesses/${index}/vkey`, "not a verifier key of a witness");
    else role(`/witnesses/${index}/vkey`, toHex(witness.publicKey));
  });
  if (programme.quorum > programme.witnesses.length) wrong("/quorum", "more than there are witnesses");
  if (!programme.trial && programme.freshnessDays === 0) wrong("/freshnessDays", "at least one day");
  if (problems.length > 0) throw new AmanaError("ERR_PROGRAMME_INVALID", { problems });
}

/** The public keys of all roles of a checked programme, hex: nobody else in it may have one of them. */
export function signingKeysOf({ organisations, promiseKey, ledger, witnesses }: Programme): string[] {
  const notes = [ledger.vkey, ...witnesses.map(({ vkey }) => vkey)].map((vkey) => toHex(parseVerifierKey(vkey).publicKey));
  return [...organisations.map(({ key }) => key), promiseKey, ...notes];
}

/** A verifier key of the given type, or null. */
function noteKeyOf(vkey: string, type: NoteKeyType): VerifierKey | null {
  try {
    const key = parseVerifierKey(vkey);
    return key.type === type ? key : null;
  } catch {
    return null;
  }
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
