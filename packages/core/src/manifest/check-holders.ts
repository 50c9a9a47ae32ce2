import { fromHex } from "../bytes/index.ts";
import { encapsulate, KEM_RANDOMNESS } from "../primitives/index.ts";
import type { Programme } from "../programme/index.ts";
import { holdersOf } from "./derived.ts";
import type { Manifest } from "./model.ts";
import type { Wrong } from "./wrong.ts";

/** Trustees or handlers: organisations of the programme, each once, each with a key of its own that envelopes can be sealed to. */
export function checkHolders(manifest: Manifest, programme: Programme, wrong: Wrong): void {
  const reports = manifest.kind === "reports";
  const [field, other] = reports ? ["/handlers", "/trustees"] : ["/trustees", "/handlers"];
  const holders = holdersOf(manifest);
  if ((reports ? manifest.trustees : manifest.handlers).length > 0) wrong(other, "must be empty in a round of this kind");
  if (holders.length === 0) wrong(field, "at least one");
  checkThreshold(manifest, holders.length, wrong);
  const organisations = new Set<string>();
  const kemKeys = new Set<string>();
  holders.forEach(({ organisation: id, signingKey, kemKey }, index) => {
    const organisation = programme.organisations.find((known) => known.id === id);
    if (organisation === undefined) wrong(`${field}/${index}/organisation`, "no such organisation in the programme");
    else if (organisation.key !== signingKey) wrong(`${field}/${index}/signingKey`, "not the organisation's key in the programme");
    if (organisations.has(id)) wrong(`${field}/${index}/organisation`, "named twice");
    if (kemKeys.has(kemKey)) wrong(`${field}/${index}/kemKey`, "this key is used twice");
    if (!isKemPublicKey(fromHex(kemKey))) wrong(`${field}/${index}/kemKey`, "not an X-Wing public key");
    organisations.add(id);
    kemKeys.add(kemKey);
  });
}

function checkThreshold({ kind, threshold, noSpare }: Manifest, holders: number, wrong: Wrong): void {
  if (kind === "reports") {
    if (threshold !== 1) wrong("/threshold", "1 for reports: each handler can open");
    if (noSpare) wrong("/noSpare", "only for trustees");
    return;
  }
  const most = noSpare ? holders : holders - 1;
  if (threshold < 2 || threshold > most) wrong("/threshold", `between 2 and ${most} (as many as there are trustees only with noSpare)`);
}

/** Whether sealing to this key succeeds: otherwise one bad key would stop every client of the round. */
export function isKemPublicKey(kemKey: Uint8Array): boolean {
  try {
    encapsulate(kemKey, new Uint8Array(KEM_RANDOMNESS));
    return true;
  } catch {
    return false;
  }
}
