/**
 * Writes ed25519-verdicts.json: signatures on which verifiers of RFC 8032 disagree, made from points with a component
 * of small order. Run `node packages/core/src/primitives/vectors/write-ed25519.mjs`; it always writes the same bytes.
 */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { ED25519_TORSION_SUBGROUP, ed25519 } from "@noble/curves/ed25519.js";

const { Point } = ed25519;
const { ORDER: L } = Point.Fn;
const P = 2n ** 255n - 19n;

const littleEndian = (bytes) => BigInt(`0x${Buffer.from(bytes).reverse().toString("hex") || "0"}`);
const bytesOf = (value) => Buffer.from(value.toString(16).padStart(64, "0"), "hex").reverse();
const scalar = (label) => littleEndian(createHash("sha512").update(`amana ed25519 verdicts ${label}`).digest()) % L;
const challenge = (R, A, message) => littleEndian(createHash("sha512").update(R).update(A).update(message).digest()) % L;
const times = (point, n) => (n === 0n ? Point.ZERO : point.multiplyUnsafe(n));
const hex = (bytes) => Buffer.from(bytes).toString("hex");

/** A point of order 8, and the scalar halves of key and nonce. */
const T = ED25519_TORSION_SUBGROUP.map((text) => Point.fromHex(text)).find((point) => !point.multiplyUnsafe(4n).is0());
const a = scalar("key");
const r = scalar("nonce");
const B = Point.BASE;

/**
 * A = aB + (torsion of A)·T, R = rB + (torsion of R)·T, S = r + h·a, over the first of many messages for which what is
 * left of the equation without its cofactor, (R + hA − SB), is nothing (`cancels`) or something.
 */
function build(name, verdict, { key = a, nonce = r, torsionOfA = 0n, torsionOfR = 0n, cancels }) {
  const A = times(B, key).add(times(T, torsionOfA)).toBytes();
  const R = times(B, nonce).add(times(T, torsionOfR)).toBytes();
  for (let number = 0; ; number++) {
    const message = Buffer.from(`${name}, ${number}`);
    const h = challenge(R, A, message);
    if (((torsionOfR + h * torsionOfA) % 8n === 0n) !== cancels) continue;
    return { name, verdict, publicKey: hex(A), message: hex(message), signature: hex(R) + hex(bytesOf((nonce + h * key) % L)) };
  }
}

const honest = build("honest", true, { cancels: true });

const cases = [
  honest,
  // The four on which the equation with its cofactor says yes, and the one without says no.
  build("R has a component of small order", false, { torsionOfR: 1n, cancels: false }),
  build("A has a component of small order", false, { torsionOfA: 1n, cancels: false }),
  build("A and R have components of small order that do not cancel", false, { torsionOfA: 1n, torsionOfR: 3n, cancels: false }),
  build("A has a component of small order and R nothing else", false, { nonce: 0n, torsionOfA: 1n, torsionOfR: 4n, cancels: false }),
  // Both equations say yes.
  build("A has a component of small order that cancels", true, { torsionOfA: 1n, cancels: true }),
  build("A and R have components of small order that cancel", true, { torsionOfA: 1n, torsionOfR: 3n, cancels: true }),
  // Both equations hold, and the key could have signed anything.
  ...Array.from({ length: 8 }, (_, n) =>
    build(`A is of small order (${n}·T)`, false, { key: 0n, torsionOfA: BigInt(n), torsionOfR: n === 0 ? 0n : BigInt(n), cancels: true }),
  ),
  // y = p + 1 stands for the neutral element, and so does x = 0 with a sign.
  {
    name: "A is not canonical (y = p + 1)",
    verdict: false,
    publicKey: hex(bytesOf(P + 1n)),
    message: hex(Buffer.from("any")),
    signature: hex(Point.ZERO.toBytes()) + hex(bytesOf(0n)),
  },
  {
    name: "A is not canonical (x = 0 with a sign)",
    verdict: false,
    publicKey: hex(bytesOf(1n + 2n ** 255n)),
    message: hex(Buffer.from("any")),
    signature: hex(Point.ZERO.toBytes()) + hex(bytesOf(0n)),
  },
  (() => {
    const A = times(B, a).toBytes();
    const R = bytesOf(P + 1n);
    const message = Buffer.from("R is not canonical");
    const S = (challenge(R, A, message) * a) % L;
    return {
      name: "R is not canonical (y = p + 1)",
      verdict: false,
      publicKey: hex(A),
      message: hex(message),
      signature: hex(R) + hex(bytesOf(S)),
    };
  })(),
  (() => {
    const A = times(B, a).toBytes();
    const R = bytesOf(1n + 2n ** 255n);
    const message = Buffer.from("R is not canonical");
    const S = (challenge(R, A, message) * a) % L;
    return {
      name: "R is not canonical (x = 0 with a sign)",
      verdict: false,
      publicKey: hex(A),
      message: hex(message),
      signature: hex(R) + hex(bytesOf(S)),
    };
  })(),
  ...[1n, 2n].map((n) => {
    const S = littleEndian(Buffer.from(honest.signature.slice(64), "hex")) + n * L;
    return { ...honest, name: `S + ${n}·L`, verdict: false, signature: honest.signature.slice(0, 64) + hex(bytesOf(S)) };
  }),
  { ...honest, name: "S = L", verdict: false, signature: honest.signature.slice(0, 64) + hex(bytesOf(L)) },
  { ...honest, name: "A is not on the curve", verdict: false, publicKey: hex(bytesOf(2n)) },
];

const provenance = "Amana's own, written by write-ed25519.mjs beside this file. `verdict` is that of docs/protocol.md §1.";
writeFileSync(new URL("ed25519-verdicts.json", import.meta.url), `${JSON.stringify({ provenance, cases }, null, 2)}\n`);
