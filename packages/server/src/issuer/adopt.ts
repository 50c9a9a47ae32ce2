import { encodeJson, fromHex, toHex } from "@amana/core/bytes";
import { IssuerRecord } from "@amana/core/entries";
import { AmanaError } from "@amana/core/errors";
import type { Manifest } from "@amana/core/manifest";
import { invitationsOf, issuerKeysName } from "../services/issuer.ts";
import { liveRound } from "../services/round.ts";
import type { Store } from "../stores/store.ts";
import { type IssuerSetup, offeredKeysName } from "./folder.ts";

/** The document that says that the round was taken up; written last. */
export const MANIFEST = "manifest";

/**
 * Takes up the round that an issuer offered itself for: its keys, its invitations, then the manifest. Again after a stop in between: the same.
 * @throws ERR_ISSUER_KEY when the operator changed anything of the offer, ERR_STORE_WRITE
 */
export async function adoptRound(store: Store, setup: IssuerSetup, manifest: Manifest): Promise<void> {
  const { offer } = setup;
  const audience = manifest.audiences.find(({ id }) => id === offer.audience);
  const own = audience?.issuers.find(({ name }) => name === offer.issuer.name);
  if (own === undefined || Buffer.compare(encodeJson(own), encodeJson(offer.issuer)) !== 0) throw new AmanaError("ERR_ISSUER_KEY");
  const round = liveRound(manifest, 0);
  const keys = await store.readDocument(offeredKeysName(offer.round));
  if (keys !== null) await store.writeDocument(issuerKeysName(round), keys);
  const { list } = emptyRecord(setup, manifest);
  const invited = Array.from({ length: list.invited }, (_, at) => toHex(list.at(at)));
  await store.addInvitations(round.idHex, invitationsOf(offer.audience, offer.issuer.name), invited);
  await store.writeDocument(MANIFEST, manifest);
}

/** The record of an issuer that has said nothing yet. @throws ERR_ISSUER_RECORD, ERR_INVITATIONS_FORMAT */
export function emptyRecord({ offer: { audience, issuer, invitations } }: IssuerSetup, manifest: Manifest): IssuerRecord {
  const at = manifest.audiences.findIndex(({ id }) => id === audience);
  const place = (manifest.audiences[at]?.issuers ?? []).findIndex(({ name }) => name === issuer.name);
  return new IssuerRecord(manifest, at, place, fromHex(invitations));
}
