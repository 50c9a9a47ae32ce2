import { checkSchema, fromHex, hex, type LocalizedText, PROTOCOL, type Rng, toHex } from "@amana/core/bytes";
import type { ProgrammeEntry } from "@amana/core/entries";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import { encodeVerifierKey, type NoteKey, noteKey } from "@amana/core/ledger";
import { randomBytes, type SigningKey, signingKey } from "@amana/core/primitives";
import { checkProgramme, type Organisation, type Programme, programmeSchema, type Witness } from "@amana/core/programme";
import * as v from "valibot";
import type { Store } from "../stores/store.ts";
import type { Ledger } from "./ledger.ts";

/** Seeds in hex, kept by the server alone in the document `secrets`. */
export interface Secrets {
  readonly ledgerSeed: string;
  readonly promiseSeed: string;
}

const secretsSchema: v.GenericSchema<unknown, Secrets> = v.strictObject({ ledgerSeed: hex(32), promiseSeed: hex(32) });

/** What the operator of a programme decides once. */
export interface ProgrammeInput {
  readonly name: LocalizedText;
  /** A trial protects nobody and says so on every page. */
  readonly trial: boolean;
  readonly organisations: readonly Organisation[];
  /** Where the programme is served: `https://example.org/feedback`. It names the ledger, without the scheme. */
  readonly origin: string;
  readonly witnesses?: readonly Witness[];
  readonly quorum?: number;
  readonly freshnessDays?: number;
  readonly rng?: Rng;
}

/** A programme with the secrets of its server. The secrets never leave the store. */
export interface LoadedProgramme {
  readonly programme: Programme;
  readonly ledgerKey: NoteKey;
  readonly promiseKey: SigningKey;
}

/** A programme that was just made, with the seeds of its keys. */
export interface MadeProgramme {
  readonly programme: Programme;
  readonly secrets: Secrets;
}

/** Makes a programme with new keys for ledger and promises. @throws ERR_PROGRAMME_INVALID with every mistake */
export function programmeFor(input: ProgrammeInput): MadeProgramme {
  const { name, trial, organisations, witnesses = [], quorum = 0, freshnessDays = 7, rng = randomBytes } = input;
  const secrets = { ledgerSeed: toHex(rng(32)), promiseSeed: toHex(rng(32)) };
  const origin = ledgerOrigin(input.origin);
  const programme = checked({
    protocol: PROTOCOL,
    revision: 0,
    name,
    trial,
    organisations,
    ledger: { origin, vkey: encodeVerifierKey(noteKey(origin, fromHex(secrets.ledgerSeed))) },
    promiseKey: toHex(signingKey(fromHex(secrets.promiseSeed)).publicKey),
    witnesses,
    quorum,
    freshnessDays,
  });
  return { programme, secrets };
}

/** Keeps a new programme in a store that has none. The secrets never leave it. @throws ERR_FOLDER_NOT_EMPTY, ERR_STORE_WRITE */
export async function createProgramme(store: Store, { programme, secrets }: MadeProgramme): Promise<void> {
  const present = await store.readDocument("programme");
  if (present !== null && present !== undefined) throw new AmanaError("ERR_FOLDER_NOT_EMPTY");
  await store.writeDocument("secrets", secrets);
  await store.writeDocument("programme", programme);
}

/** The ledger's name: the address without scheme and last slash, as C2SP asks. @throws ERR_PROGRAMME_INVALID */
export function ledgerOrigin(origin: string): string {
  const name = origin.replace(/^https?:\/\//, "").replace(/\/+$/, "");
  if (!/^[^\s+]{1,255}$/.test(name)) {
    throw new AmanaError("ERR_PROGRAMME_INVALID", {
      problems: [{ path: "/origin", message: "an address like https://example.org/feedback" }],
    });
  }
  return name;
}

function checked(value: unknown): Programme {
  try {
    const programme = checkSchema(value, programmeSchema);
    checkProgramme(programme);
    return programme;
  } catch (error) {
    if (isAmanaError(error)) throw new AmanaError("ERR_PROGRAMME_INVALID", error.details);
    throw error;
  }
}

/** Reads a store's programme and secrets, and checks that they belong together. @throws ERR_PROGRAMME_MISSING, ERR_STORE_DAMAGED */
export async function loadProgramme(store: Store): Promise<LoadedProgramme> {
  const stored = await store.readDocument("programme");
  if (stored === null || stored === undefined) throw new AmanaError("ERR_PROGRAMME_MISSING");
  try {
    const programme = checked(stored);
    const { ledgerSeed, promiseSeed } = checkSchema(await store.readDocument("secrets"), secretsSchema);
    const ledgerKey = noteKey(programme.ledger.origin, fromHex(ledgerSeed));
    const promiseKey = signingKey(fromHex(promiseSeed));
    const fits = encodeVerifierKey(ledgerKey) === programme.ledger.vkey && toHex(promiseKey.publicKey) === programme.promiseKey;
    if (!fits) throw new AmanaError("ERR_STORE_DAMAGED", { note: "Its secrets are not those of its programme." });
    return { programme, ledgerKey, promiseKey };
  } catch (error) {
    if (isAmanaError(error) && error.code !== "ERR_STORE_DAMAGED" && error.code !== "ERR_STORE_WRITE") {
      throw new AmanaError("ERR_STORE_DAMAGED", { note: "Its programme or its secrets cannot be read." });
    }
    throw error;
  }
}

/** The entry that a ledger begins with; none where it is there already. */
export function programmeEntries({ documents }: Pick<Ledger, "documents">, programme: Programme): readonly ProgrammeEntry[] {
  return documents.some(({ entry }) => entry.type === "programme") ? [] : [{ protocol: PROTOCOL, type: "programme", programme }];
}
