import { compare, concat, newSecretCode, type SecretCode, SHA256, utf8 } from "@amana/core/bytes";
import { responseSigningKey } from "@amana/core/credential";
import { seal } from "@amana/core/envelope";
import { kemKey, randomBytes } from "@amana/core/primitives";
import { submissionContext } from "@amana/core/submission";
import { describe, expect, it } from "vitest";

/*
 * Somebody is made to hand over everything: the secret code, the receipt, and a recording of the whole visit. Whoever has it knows which
 * envelope is theirs, and which few answers there are. What they lack is the seed of the envelope, which nobody keeps.
 */

const MANIFEST = SHA256(utf8("manifest"));
const RECIPIENTS: readonly Uint8Array[] = Array.from({ length: 3 }, () => kemKey(randomBytes(32)).publicKey);
const ANSWERS = ["never", "once", "often", "every day"];

type Random = (length: number) => Uint8Array;

/** What a client seals for one answer, with a given source of randomness. */
function sealed(code: SecretCode, answer: string, rng: Random): Uint8Array {
  const context = submissionContext(MANIFEST, 0, responseSigningKey(code, MANIFEST).publicKey, 0);
  return seal(utf8(answer), { recipients: RECIPIENTS, threshold: 2, context, size: 64, rng });
}

/** The answers whose envelope, made again with the code, is the one in hand. */
function fitting(code: SecretCode, envelope: Uint8Array, rngOf: (code: SecretCode) => Random): string[] {
  return ANSWERS.filter((answer) => compare(sealed(code, answer, rngOf(code)), envelope) === 0);
}

describe("whoever has the secret code, the receipt and the recorded visit", () => {
  it("cannot show what was answered: the envelope's seed is random, and not made from the code", () => {
    const code = newSecretCode(randomBytes);
    const envelope = sealed(code, "often", randomBytes);
    expect(fitting(code, envelope, () => randomBytes)).toEqual([]);
    expect(fitting(code, envelope, fromCode)).toEqual([]);
  });

  it("could, were the seed made from the code: each of the few answers is sealed again and compared", () => {
    const code = newSecretCode(randomBytes);
    expect(fitting(code, sealed(code, "often", fromCode(code)), fromCode)).toEqual(["often"]);
  });
});

/** The client that lacks the rule: everything from the code, so that nothing else need be kept. */
function fromCode(code: SecretCode): Random {
  let block = 0;
  return (length) => {
    const blocks: Uint8Array[] = [];
    for (let have = 0; have < length; have += 32) blocks.push(SHA256(concat(code, Uint8Array.of(block++))));
    return concat(...blocks).slice(0, length);
  };
}
