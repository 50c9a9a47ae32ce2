import { checkSchema, fromHex, hex, type InvitationCode, integer, name, PROTOCOL, type Rng, toHex } from "@amana/core/bytes";
import { generateIssuerKey } from "@amana/core/credential";
import { InvitedList, type ManifestIssuer } from "@amana/core/manifest";
import { signingKey } from "@amana/core/primitives";
import * as v from "valibot";
import { makeInvitations } from "../services/invitations.ts";
import type { IssuerKeys } from "../services/issuer.ts";

/**
 * What an issuer that runs its own process offers for one audience of one round. Public: the operator puts it into the manifest as it is, and the issuer
 * serves only a round that has exactly this.
 */
export interface IssuerOffer {
  readonly protocol: typeof PROTOCOL;
  readonly type: "issuer-offer";
  /** Programme id, hex. */
  readonly programme: string;
  readonly round: string;
  readonly audience: string;
  readonly issuer: ManifestIssuer;
  /** The invitations file, hex. */
  readonly invitations: string;
}

const schema: v.GenericSchema<unknown, IssuerOffer> = v.strictObject({
  protocol: v.literal(PROTOCOL),
  type: v.literal("issuer-offer"),
  programme: hex(32),
  round: name,
  audience: name,
  issuer: v.strictObject({
    name,
    origin: v.pipe(v.string(), v.maxLength(255)),
    signingKey: hex(32),
    spki: hex(),
    reportSpki: hex(),
    invitations: v.strictObject({ count: integer(1_000_000), spares: integer(1_000_000), root: hex(32) }),
    handedOutBy: name,
  }),
  invitations: hex(),
});

/** Reads an offer; its list must be the one that it names. @throws ERR_JSON_SCHEMA, ERR_INVITATIONS_FORMAT */
export function readOffer(value: unknown): IssuerOffer {
  const offer = checkSchema(value, schema);
  new InvitedList(fromHex(offer.invitations), offer.issuer.invitations);
  return offer;
}

export interface OfferInput extends Pick<IssuerOffer, "programme" | "round" | "audience"> {
  readonly name: string;
  readonly origin: string;
  readonly handedOutBy: string;
  readonly count: number;
  readonly spares: number;
}

/** Makes an issuer's keys and codes, as fast as primes are found. The codes, the last `spares` of them as spares, are returned once and kept nowhere. */
export async function makeOffer(
  { programme, round, audience, name: by, origin, handedOutBy, count, spares }: OfferInput,
  rng: Rng,
): Promise<{ readonly offer: IssuerOffer; readonly keys: IssuerKeys; readonly codes: readonly InvitationCode[] }> {
  const [answering, reports] = await Promise.all([generateIssuerKey(), generateIssuerKey()]);
  const seed = rng(32);
  const { codes, file, root } = makeInvitations(fromHex(programme), { round, audience, count, spares }, { name: by }, rng);
  const keys = { pkcs8: toHex(answering.pkcs8), reportPkcs8: toHex(reports.pkcs8), signingSeed: toHex(seed) };
  const issuer: ManifestIssuer = {
    name: by,
    origin,
    signingKey: toHex(signingKey(seed).publicKey),
    spki: toHex(answering.spki),
    reportSpki: toHex(reports.spki),
    invitations: { count, spares, root },
    handedOutBy,
  };
  return { offer: { protocol: PROTOCOL, type: "issuer-offer", programme, round, audience, issuer, invitations: toHex(file) }, keys, codes };
}
