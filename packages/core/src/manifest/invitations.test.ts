import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concat, fromHex, toHex } from "../bytes/index.ts";
import vectors from "../credential/vectors/credential.json" with { type: "json" };
import { isAmanaError } from "../errors/index.ts";
import { encodeInvitations, InvitedList, invitationsRoot, type ManifestIssuer } from "./index.ts";

const { given, invited, spares, root } = vectors.invitations;
const file = fromHex(vectors.invitations.file);
const list = { count: 7, spares: 2, root };
/** Reads a file as what is handed out and what is spare, hex. */
function decodeInvitations(bytes: Uint8Array, told: ManifestIssuer["invitations"]) {
  const read = new InvitedList(bytes, told);
  const names = Array.from({ length: read.count }, (_, place) => toHex(read.at(place)));
  return { invited: names.slice(0, read.invited), spares: names.slice(read.invited) };
}

const refused = expect.objectContaining({ code: "ERR_INVITATIONS_FORMAT" });

describe("an invitations file", () => {
  it("is that of the vectors: what is handed out, then the spares, each sorted", () => {
    const hashes = given.map((hash) => fromHex(hash));
    expect(encodeInvitations(hashes.slice(0, 5), hashes.slice(5))).toEqual(file);
    expect(invitationsRoot(file)).toBe(root);
    expect(decodeInvitations(file, list)).toEqual({ invited, spares });
    expect(decodeInvitations(new Uint8Array(0), { count: 0, spares: 0, root: invitationsRoot(new Uint8Array(0)) })).toEqual({
      invited: [],
      spares: [],
    });
  });

  it("is refused when it is not the manifest's, not sorted, or has a hash twice", () => {
    const at = (order: number[]): Uint8Array => concat(...order.map((place) => file.subarray(32 * place, 32 * place + 32)));
    const read = (bytes: Uint8Array, change: object = {}) =>
      decodeInvitations(bytes, { count: bytes.length / 32, spares: 2, root: invitationsRoot(bytes), ...change });
    expect(read(file)).toEqual({ invited, spares });
    expect(() => read(file, { root: "00".repeat(32) })).toThrow(refused);
    expect(() => read(file, { count: 6 })).toThrow(refused);
    for (const order of [
      [1, 0, 2, 3, 4, 5, 6],
      [0, 1, 2, 3, 4, 6, 5],
      [0, 1, 2, 3, 4, 5, 5],
      [0, 1, 2, 3, 4, 4, 5],
    ])
      expect(() => read(at(order))).toThrow(refused);
    // A spare that stands among those to hand out as well.
    const twice = concat(at([0, 1]), at([0]));
    expect(() => decodeInvitations(twice, { count: 3, spares: 1, root: invitationsRoot(twice) })).toThrow(refused);
  });

  it("finds each hash, tells spares, and whether two lists share one", () => {
    const read = new InvitedList(file, list);
    [...invited, ...spares].forEach((name, place) => {
      expect(read.find(fromHex(name))).toBe(place);
      expect(read.isSpare(place)).toBe(place >= 5);
    });
    expect(read.find(new Uint8Array(32))).toBe(-1);
    expect(read.find(new Uint8Array(32).fill(255))).toBe(-1);
    const single = (hash: string) => new InvitedList(fromHex(hash), { count: 1, spares: 0, root: invitationsRoot(fromHex(hash)) });
    expect(single(spares[0] as string).overlaps(read)).toBe(true);
    expect(single("00".repeat(32)).overlaps(read)).toBe(false);
  });

  it("throws nothing else, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(6), fc.nat(6), (bytes, count, kept) => {
        try {
          const read = decodeInvitations(bytes, { count, spares: Math.min(kept, count), root: invitationsRoot(bytes) });
          expect(
            toHex(
              encodeInvitations(
                read.invited.map((hash) => fromHex(hash)),
                read.spares.map((hash) => fromHex(hash)),
              ),
            ),
          ).toBe(toHex(bytes));
        } catch (error) {
          expect(isAmanaError(error, "ERR_INVITATIONS_FORMAT")).toBe(true);
        }
      }),
    );
  });
});
