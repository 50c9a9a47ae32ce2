import { describe, expect, it } from "vitest";
import { FOREIGN_ISSUER, ISSUER_SIGNERS, issuerKeyOf, SURVEY, seed } from "../../test-support/world.ts";
import { SHA256, toHex } from "../bytes/index.ts";
import { blindedHash, blindSign, type Draw, encodeDraws, type IssuerPrivateKey } from "../credential/index.ts";
import { encodeInvitations, invitationsRoot, type Manifest } from "../manifest/index.ts";
import type { SigningKey } from "../primitives/index.ts";
import { type DrawsEntry, IssuerRecord, type KeyDestroyedEntry, type ReplacedEntry, signEntry } from "./index.ts";

const names = { audience: "officials", issuer: "customs-issuer" };
const hashes = Array.from({ length: 12 }, (_, at) => seed(`invited ${at}`));
const [invited, spares] = [hashes.slice(0, 10), hashes.slice(10)];
const file = encodeInvitations(invited, spares);
const audiences = SURVEY.audiences.map((audience, at) => ({
  ...audience,
  issuers: audience.issuers.map((issuer, place) =>
    at + place === 0 ? { ...issuer, invitations: { count: 12, spares: 2, root: invitationsRoot(file) } } : issuer,
  ),
}));
const MANIFEST: Manifest = { ...SURVEY, audiences };
const KEY = ISSUER_SIGNERS["customs-issuer"] as SigningKey;

const blinded = (label: string): Uint8Array =>
  new Uint8Array(256).fill(7, 200).map((byte, at) => (at > 223 ? (seed(label)[at - 224] as number) : byte));
function drawOf(invitedHash: Uint8Array, by: IssuerPrivateKey = issuerKeyOf(0, 0), label = toHex(invitedHash)): Draw {
  const message = blinded(label);
  const report = issuerKeyOf(0, 0, "reports");
  return {
    invitedHash,
    blindedHash: blindedHash(message),
    blindSignature: blindSign(by, message),
    reportBlindedHash: blindedHash(message),
    reportBlindSignature: blindSign(report, message),
  };
}

function drawsEntry(draws: readonly Draw[], change: Partial<DrawsEntry> = {}, key = KEY): [DrawsEntry, Uint8Array] {
  const list = encodeDraws(draws);
  const fields = { ...names, count: draws.length, sha256: toHex(SHA256(list)), length: list.length, ...change };
  return [signEntry<DrawsEntry>(MANIFEST, { type: "draws", ...fields }, key), list];
}
const replacing = (from: Uint8Array, by: Uint8Array | null, key = KEY): ReplacedEntry =>
  signEntry<ReplacedEntry>(MANIFEST, { type: "replaced", ...names, invited: toHex(from), by: by === null ? null : toHex(by) }, key);
const destroying = (holder = "issuer/officials/customs-issuer", key = KEY): KeyDestroyedEntry =>
  signEntry<KeyDestroyedEntry>(MANIFEST, { type: "key-destroyed", holder }, key);

const record = (): IssuerRecord => new IssuerRecord(MANIFEST, 0, 0, file);
const wrong = (what: string) =>
  expect.objectContaining({ code: "ERR_ISSUER_RECORD", details: { note: `officials/customs-issuer: ${what}.` } });
const at = (place: number): Uint8Array => hashes[place] as Uint8Array;

describe("what an issuer logs", () => {
  it("is counted: draws, more draws after objections, and the end of its keys", () => {
    const issuer = record();
    expect(issuer.drawn).toBeNull();
    expect(issuer.stateOf(at(0))).toBe("open");
    issuer.draws(...drawsEntry([drawOf(at(0)), drawOf(at(1))]));
    expect(issuer.drawn).toBe(2);
    issuer.draws(...drawsEntry([drawOf(at(2))]));
    expect(issuer.drawn).toBe(3);
    expect(issuer.stateOf(at(2))).toEqual({ blindedHash: drawOf(at(2)).blindedHash });
    expect(issuer.destroyed).toBe(false);
    issuer.keyDestroyed(destroying());
    expect(issuer.destroyed).toBe(true);
    expect(() => issuer.draws(...drawsEntry([drawOf(at(3))]))).toThrow(wrong("an entry after its keys were destroyed"));
  });

  it("may be a replacement by a spare, once, or a revocation", () => {
    const issuer = record();
    issuer.replaced(replacing(at(0), at(10)));
    issuer.replaced(replacing(at(10), at(11)));
    issuer.replaced(replacing(at(1), null));
    expect([at(0), at(1), at(10), at(11), seed("nothing")].map((hash) => issuer.stateOf(hash))).toEqual([
      "replaced",
      "replaced",
      "replaced",
      "open",
      "unknown",
    ]);
    issuer.draws(...drawsEntry([drawOf(at(11))]));
    expect(issuer.drawn).toBe(1);
    expect(() => issuer.draws(...drawsEntry([drawOf(at(0))]))).toThrow(wrong("a draw of an invitation that was replaced"));
    expect(() => issuer.replaced(replacing(at(2), null))).toThrow(wrong("a replacement after its draws"));
  });

  it("is refused when it replaces what is not valid, or by what is no spare any more", () => {
    const issuer = record();
    const noneLeft = wrong("a replacement by what is no spare, or was given out before");
    issuer.replaced(replacing(at(0), at(10)));
    expect(issuer.stateOf(at(11))).toBe("spare");
    expect(() => issuer.replaced(replacing(at(0), at(11)))).toThrow(wrong("a replacement of what is no valid invitation"));
    expect(() => issuer.replaced(replacing(at(11), null))).toThrow(wrong("a replacement of what is no valid invitation"));
    expect(() => issuer.replaced(replacing(seed("nothing"), null))).toThrow(wrong("a replacement of what is no valid invitation"));
    expect(() => issuer.replaced(replacing(at(1), at(10)))).toThrow(noneLeft);
    expect(() => issuer.replaced(replacing(at(1), at(2)))).toThrow(noneLeft);
    expect(() => issuer.replaced(replacing(at(1), seed("nothing")))).toThrow(noneLeft);
  });

  it("is refused when its list is not what it signed", () => {
    const [entry, list] = drawsEntry([drawOf(at(0))]);
    const other = encodeDraws([drawOf(at(1))]);
    expect(() => record().draws(entry, other)).toThrow(wrong("another list of draws than it signed"));
    expect(() => record().draws(...drawsEntry([drawOf(at(0))], { length: 1 }))).toThrow(wrong("a list of draws of another length"));
    const twice = record().takeDraws(entry);
    twice.add([drawOf(at(0))]);
    expect(() => twice.add([drawOf(at(0))])).toThrow(wrong("an invitation that was drawn twice"));
    expect(() => record().draws(...drawsEntry([drawOf(at(0))], { count: 2 }))).toThrow(wrong("a list of draws of another length"));
    const foreign = ISSUER_SIGNERS["university-issuer"] as SigningKey;
    expect(() => record().draws(...drawsEntry([drawOf(at(0))], {}, foreign))).toThrow(wrong("an entry that it did not sign"));
    expect(() => record().draws({ ...entry, issuer: "university-issuer" }, list)).toThrow(wrong("an entry that it did not sign"));
    expect(() => record().replaced(replacing(at(0), null, foreign))).toThrow(wrong("an entry that it did not sign"));
    expect(() => record().keyDestroyed(destroying("issuer/officials/university-issuer", foreign))).toThrow(
      wrong("an entry that it did not sign"),
    );
    expect(() => record().keyDestroyed(destroying())).toThrow(wrong("a destroyed key before its draws"));
  });

  it("names no issuer that the manifest does not have, and no other list", () => {
    expect(() => new IssuerRecord(MANIFEST, 2, 0, file)).toThrow(expect.objectContaining({ code: "ERR_ISSUER_RECORD" }));
    expect(() => new IssuerRecord(MANIFEST, 0, 2, file)).toThrow(expect.objectContaining({ code: "ERR_ISSUER_RECORD" }));
    expect(() => new IssuerRecord(MANIFEST, 0, 1, file)).toThrow(expect.objectContaining({ code: "ERR_INVITATIONS_FORMAT" }));
    expect(record().list.count).toBe(12);
  });
});

describe("an issuer that pads its draws", () => {
  const attempts: [string, readonly Draw[]][] = [
    ["a draw without an invitation", [drawOf(at(0)), drawOf(seed("nobody"))]],
    ["an invitation that was drawn twice", []],
    ["a draw of a spare that was given to nobody", [drawOf(at(0)), drawOf(at(10))]],
    [
      "a draw that its keys did not sign",
      [drawOf(at(0)), { ...drawOf(at(1)), blindSignature: drawOf(at(1), FOREIGN_ISSUER).blindSignature }],
    ],
  ];

  it.each(attempts)("is refused: %s", (what, draws) => {
    const issuer = record();
    const padded = draws.length > 0 ? draws : [drawOf(at(5), issuerKeyOf(0, 0), "another")];
    if (draws.length === 0) issuer.draws(...drawsEntry([drawOf(at(5))]));
    expect(() => issuer.draws(...drawsEntry(padded))).toThrow(wrong(what));
    // Nothing of a refused list counts.
    expect(issuer.drawn).toBe(draws.length === 0 ? 1 : null);
    expect(issuer.stateOf(at(0))).toBe("open");
  });

  it("would get its voices, were draws only compared with the roster", () => {
    const count = (draws: readonly Draw[]): boolean => draws.length <= (MANIFEST.audiences[0]?.rosterSize ?? 0);
    for (const [, draws] of attempts) expect(count(draws)).toBe(true);
  });
});
