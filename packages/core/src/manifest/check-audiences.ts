import { fromHex } from "../bytes/index.ts";
import { parseIssuerKey } from "../credential/index.ts";
import { isSigningPublicKey } from "../primitives/index.ts";
import { type Programme, signingKeysOf } from "../programme/index.ts";
import type { Manifest, ManifestAudience, ManifestIssuer } from "./model.ts";
import type { Wrong } from "./wrong.ts";

/** A group below this is nobody's cover, outside of trials. */
const SMALLEST_GROUP = 5;

/** Audiences and their issuers. A token is bound to its audience by its key alone, so no key may serve two. */
export function checkAudiences(manifest: Manifest, programme: Programme, earlier: ReadonlySet<string>, wrong: Wrong): void {
  const seen = new Set([...earlier, ...signingKeysOf(programme)]);
  const ids = new Set<string>();
  manifest.audiences.forEach((audience, index) => {
    const path = `/audiences/${index}`;
    if (ids.has(audience.id)) wrong(`${path}/id`, "used twice");
    ids.add(audience.id);
    const floor = programme.trial ? 1 : SMALLEST_GROUP;
    if (audience.minimumGroup < floor) wrong(`${path}/minimumGroup`, `at least ${floor}`);
    if (audience.rosterSize < audience.minimumGroup) wrong(`${path}/rosterSize`, "smaller than the minimum group");
    if (audience.issuers.length === 0) wrong(`${path}/issuers`, "at least one");
    const names = new Set<string>();
    audience.issuers.forEach((issuer, at) => {
      const here = `${path}/issuers/${at}`;
      if (names.has(issuer.name)) wrong(`${here}/name`, "used twice");
      names.add(issuer.name);
      if (!programme.organisations.some(({ id }) => id === issuer.handedOutBy))
        wrong(`${here}/handedOutBy`, "no such organisation in the programme");
      checkOrigin(issuer, programme, `${here}/origin`, wrong);
      checkInvitations(issuer, audience, `${here}/invitations`, wrong);
      checkKeys(issuer, seen, here, wrong);
    });
  });
}

function checkInvitations(
  { invitations: { count, spares } }: ManifestIssuer,
  audience: ManifestAudience,
  path: string,
  wrong: Wrong,
): void {
  if (spares > count) wrong(path, "more spares than invitations");
  else if (count - spares > audience.rosterSize) wrong(path, "more invitations than people on the roster");
  // While a round is drafted its invitations are not made yet, and none.
  else if (count > 0 && count - spares < audience.minimumGroup)
    wrong(path, "fewer invitations than the minimum group: nobody could answer");
}

const PORT_AND_PATH = "(:[0-9]{1,5})?(/[A-Za-z0-9][A-Za-z0-9._~-]*)*/$";
const HTTPS = new RegExp(`^https://[a-z0-9][a-z0-9.-]*${PORT_AND_PATH}`);
const LOOPBACK = new RegExp(`^http://(localhost|127\\.0\\.0\\.1|\\[::1\\])${PORT_AND_PATH}`);

/** Clients post to this address, and the form's Content-Security-Policy names it: it is an address and nothing more. */
function checkOrigin({ origin }: ManifestIssuer, { trial }: Programme, path: string, wrong: Wrong): void {
  if (origin === null || HTTPS.test(origin) || (trial && LOOPBACK.test(origin))) return;
  wrong(path, "null, or an address like https://issuer.example.org/ with a slash at the end");
}

function checkKeys(issuer: ManifestIssuer, seen: Set<string>, path: string, wrong: Wrong): void {
  for (const field of ["spki", "reportSpki"] as const) {
    if (seen.has(issuer[field])) wrong(`${path}/${field}`, "this key is used elsewhere: one key, one audience, one round");
    seen.add(issuer[field]);
    if (!isIssuerKey(issuer[field])) wrong(`${path}/${field}`, "not an RSA-2048 key as the protocol requires");
  }
  const { signingKey } = issuer;
  if (seen.has(signingKey)) wrong(`${path}/signingKey`, "this key is used elsewhere: one key, one audience, one round");
  seen.add(signingKey);
  if (!isSigningPublicKey(fromHex(signingKey))) wrong(`${path}/signingKey`, "not an Ed25519 public key");
}

function isIssuerKey(spki: string): boolean {
  try {
    parseIssuerKey(fromHex(spki));
    return true;
  } catch {
    return false;
  }
}
