import { readdir } from "node:fs/promises";
import type { InvitationCode, Rng } from "@amana/core/bytes";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import { randomBytes } from "@amana/core/primitives";
import { type LowdbStore, lowdbStore } from "../stores/lowdb/index.ts";
import type { Store } from "../stores/store.ts";
import { type IssuerOffer, makeOffer, type OfferInput, readOffer } from "./offer.ts";

/** What an issuer's own process is told once: what it offers, and the address of the operator's server. */
export interface IssuerInput extends OfferInput {
  readonly server: string;
}

/** What a folder keeps of it, beside the keys. */
export interface IssuerSetup {
  readonly offer: IssuerOffer;
  readonly server: string;
}

/** The document of a setup, and where keys lie until the round is live. */
const SETUP = "issuer";
export function offeredKeysName(round: string): string {
  return `drafts/${round}/issuer-keys`;
}

/**
 * Makes a new or empty folder the data folder of one issuer: keys that never leave it, and the offer for the operator. The codes come back once.
 * @throws ERR_FOLDER_NOT_EMPTY, ERR_STORE_WRITE
 */
export async function initIssuer(
  folder: string,
  { server, ...input }: IssuerInput,
  rng: Rng = randomBytes,
): Promise<{ readonly offer: IssuerOffer; readonly codes: readonly InvitationCode[] }> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw new AmanaError("ERR_FOLDER_NOT_EMPTY");
  });
  if (names.length > 0) throw new AmanaError("ERR_FOLDER_NOT_EMPTY");
  const { offer, keys, codes } = await makeOffer(input, rng);
  const store = await lowdbStore(folder);
  try {
    await store.writeDocument(offeredKeysName(input.round), { [`${input.audience}/${input.name}`]: keys });
    await store.writeDocument(SETUP, { offer, server });
    return { offer, codes };
  } finally {
    await store.close();
  }
}

/** The setup of an issuer's folder. @throws ERR_PROGRAMME_MISSING when it is no such folder, ERR_STORE_DAMAGED */
export async function readSetup(store: Store): Promise<IssuerSetup> {
  const value = (await store.readDocument(SETUP)) as { readonly offer?: unknown; readonly server?: unknown } | null;
  if (value === null) throw new AmanaError("ERR_PROGRAMME_MISSING");
  try {
    if (typeof value.server !== "string") throw new AmanaError("ERR_STORE_DAMAGED");
    return { offer: readOffer(value.offer), server: value.server };
  } catch (error) {
    if (!isAmanaError(error)) throw error;
    throw new AmanaError("ERR_STORE_DAMAGED", { note: "Its offer cannot be read." });
  }
}

export type { LowdbStore };
