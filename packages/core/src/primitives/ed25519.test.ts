import { readFileSync } from "node:fs";
import { ed25519 } from "@noble/curves/ed25519.js";
import fc from "fast-check";
import nacl from "tweetnacl";
import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "../bytes/index.ts";
import { verifyOn } from "./ed25519.ts";
import { isSigningPublicKey, sign, signingKey, verify } from "./index.ts";
import { platform as node } from "./platform.node.ts";
import { platform as portable } from "./platform.portable.ts";

interface Case {
  readonly name?: string;
  readonly verdict: boolean;
  readonly publicKey: string;
  readonly message: string;
  readonly signature: string;
}

const load = (file: string): unknown => JSON.parse(readFileSync(new URL(`vectors/${file}.json`, import.meta.url), "utf8"));
const { cases } = load("ed25519-verdicts") as { cases: Case[] };
const { cases: speccheck } = load("ed25519-speccheck") as { cases: Case[] };
const { vectors } = load("ed25519-rfc8032") as {
  vectors: { name: string; seed: string; publicKey: string; message: string; signature: string }[];
};

type Verify = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

/** tweetnacl called directly, without a platform around it. */
const tweetnacl = {
  ed25519Verify: ((publicKey, message, signature) => nacl.sign.detached.verify(message, signature, publicKey)) satisfies Verify,
};

const paths: [string, Verify][] = [
  ["verify", verify],
  ["node:crypto", (...input) => verifyOn(node, ...input)],
  ["the portable platform", (...input) => verifyOn(portable, ...input)],
  ["tweetnacl", (...input) => verifyOn(tweetnacl, ...input)],
];

const verdict = (by: Verify, { publicKey, message, signature }: Case): boolean =>
  by(fromHex(publicKey), fromHex(message), fromHex(signature));
/** What noble says, with the leniency of ZIP 215 (its default) and without. */
const noble: Verify = (publicKey, message, signature) => ed25519.verify(signature, message, publicKey);
const nobleStrict: Verify = (publicKey, message, signature) => ed25519.verify(signature, message, publicKey, { zip215: false });
const named = (name: string): Case => cases.find((one) => one.name === name) as Case;

describe("RFC 8032 §7.1", () => {
  it.each(vectors)("$name", ({ seed, publicKey, message, signature }) => {
    const key = signingKey(fromHex(seed));
    expect(toHex(key.publicKey)).toBe(publicKey);
    expect(toHex(sign(key, fromHex(message)))).toBe(signature);
    for (const platform of [node, portable]) expect(toHex(platform.ed25519PublicKey(key.seed))).toBe(publicKey);
    for (const platform of [node, portable]) expect(toHex(platform.ed25519Sign(key.seed, fromHex(message)))).toBe(signature);
    for (const [, path] of paths) expect(path(key.publicKey, fromHex(message), fromHex(signature))).toBe(true);
  });
});

describe.each(paths)("one verdict: %s", (_, path) => {
  it.each(cases)("$name: $verdict", (one) => {
    expect(verdict(path, one)).toBe(one.verdict);
  });

  it("on the published cases", () => {
    expect(speccheck.map((one) => verdict(path, one))).toEqual(speccheck.map((one) => one.verdict));
  });
});

describe("why it takes all of the steps", () => {
  const four = cases.slice(1, 5);

  it.each(four)("noble says yes, and is not used: $name", (one) => {
    expect(one.verdict).toBe(false);
    expect(verdict(noble, one)).toBe(true);
    expect(verdict(nobleStrict, one)).toBe(true);
  });

  it("without the bound on S, tweetnacl takes a second signature that node:crypto refuses", () => {
    const one = named("S + 1·L");
    expect(verdict(tweetnacl.ed25519Verify, one)).toBe(true);
    expect(verdict(node.ed25519Verify, one)).toBe(false);
  });

  it("without the list of small-order keys, both platforms take a signature that fits any such key", () => {
    for (const { ed25519Verify } of [node, portable]) expect(verdict(ed25519Verify, named("A is of small order (1·T)"))).toBe(true);
  });

  it("without the canonical form of A, a key has a second name", () => {
    for (const { ed25519Verify } of [node, portable]) expect(verdict(ed25519Verify, named("A is not canonical (y = p + 1)"))).toBe(true);
  });
});

describe("verify", () => {
  const key = signingKey(new Uint8Array(32).fill(7));
  const message = new Uint8Array(40).fill(1);
  const signature = sign(key, message);

  it("refuses every length but the right one", () => {
    expect(verify(key.publicKey, message, signature)).toBe(true);
    for (let length = 0; length < 64; length++) expect(verify(key.publicKey, message, signature.subarray(0, length))).toBe(false);
    expect(verify(key.publicKey, message, new Uint8Array([...signature, 0]))).toBe(false);
    for (let length = 0; length < 32; length++) expect(verify(key.publicKey.subarray(0, length), message, signature)).toBe(false);
    expect(verify(new Uint8Array([...key.publicKey, 0]), message, signature)).toBe(false);
  });

  it("refuses every flipped bit of the signature", () => {
    for (let bit = 0; bit < 512; bit++) {
      const other = signature.slice();
      other[bit >> 3] = (other[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(verify(key.publicKey, message, other)).toBe(false);
    }
  });

  it("gives the same verdict on both platforms, and no exception, for random bytes and for views", () => {
    const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
    fc.assert(
      fc.property(bytes(32), fc.uint8Array(), bytes(64), (publicKey, text, random) => {
        expect(verifyOn(node, publicKey, text, random)).toBe(false);
        expect(verifyOn(portable, publicKey, text, random)).toBe(false);
      }),
    );
    const wide = new Uint8Array(200);
    wide.set(signature, 3);
    wide.set(message, 80);
    wide.set(key.publicKey, 130);
    for (const [, path] of paths) expect(path(wide.subarray(130, 162), wide.subarray(80, 120), wide.subarray(3, 67))).toBe(true);
  });

  it("tells what may be a public key", () => {
    expect(isSigningPublicKey(key.publicKey)).toBe(true);
    for (const { name, publicKey } of cases.filter(
      (one) => one.name?.startsWith("A is of small") || one.name?.startsWith("A is not canonical"),
    )) {
      expect(isSigningPublicKey(fromHex(publicKey)), name).toBe(false);
    }
  });
});
