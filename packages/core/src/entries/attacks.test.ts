import { describe, expect, it } from "vitest";
import { SURVEY, SURVEY_ID, seed, TRUSTEES } from "../../test-support/world.ts";
import { fromHex, toHex } from "../bytes/index.ts";
import { type Manifest, manifestId } from "../manifest/index.ts";
import { shareList, shareListCommitment } from "../opening/index.ts";
import { sign, verify } from "../primitives/index.ts";
import { decodeEntry, encodeEntry, type HeldEntry, type ShareListEntry, signEntry, verifyEntry } from "./index.ts";

/** Each attack twice: against what is shipped, and against a collaborator that lacks the defence, where it succeeds. */

describe("a commitment that an operator takes from one round into another", () => {
  const next: Manifest = { ...SURVEY, round: "wave-2" };
  const commitment = toHex(
    shareListCommitment(
      SURVEY_ID,
      0,
      40,
      shareList([], () => seed("blind")),
    ),
  );
  const fields = { type: "share-list", holder: 0, ledgerSize: 40, commitment } as const;
  const honest = signEntry<ShareListEntry>(SURVEY, fields, TRUSTEES[0].signing);
  const stolen: ShareListEntry = { ...honest, manifest: toHex(manifestId(next)) };

  it("is not the trustee's there, nor over another ledger", () => {
    expect(verifyEntry(SURVEY, honest)).toBe(true);
    expect(verifyEntry(next, stolen)).toBe(false);
    expect(verifyEntry(SURVEY, { ...honest, ledgerSize: 12 })).toBe(false);
  });

  it("would be its one commitment of that round, for ever, were the opaque commitment all that is signed", () => {
    const signature = toHex(sign(TRUSTEES[0].signing, fromHex(commitment)));
    const verifyCommitmentOnly = (manifest: Manifest, entry: ShareListEntry): boolean =>
      entry.manifest === toHex(manifestId(manifest)) &&
      verify(fromHex(manifest.trustees[entry.holder]?.signingKey ?? ""), fromHex(entry.commitment), fromHex(entry.signature));
    expect(verifyCommitmentOnly(SURVEY, { ...honest, signature })).toBe(true);
    expect(verifyCommitmentOnly(next, { ...stolen, signature })).toBe(true);
    expect(verifyCommitmentOnly(SURVEY, { ...honest, signature, ledgerSize: 12 })).toBe(true);
  });
});

describe("an entry that makes whoever verifies it crash", () => {
  const entry = signEntry<HeldEntry>(SURVEY, { type: "held", holder: 0, epoch: 1, ledgerSize: 1, missing: [] }, TRUSTEES[0].signing);

  it("is refused when it is read, and never written", () => {
    const refused = expect.objectContaining({ code: "ERR_ENTRY_INVALID" });
    expect(() => encodeEntry({ ...entry, epoch: 2 ** 40 })).toThrow(refused);
    const bytes = new TextEncoder().encode(new TextDecoder().decode(encodeEntry(entry)).replace('"epoch":1', `"epoch":${2 ** 40}`));
    expect(() => decodeEntry(bytes)).toThrow(refused);
  });

  it("would take a client, an auditor or the server with it, were it let through", () => {
    expect(() => verifyEntry(SURVEY, { ...entry, epoch: 2 ** 40 })).toThrow(TypeError);
  });
});
