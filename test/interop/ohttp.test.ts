import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { type Aead, CHACHA20_POLY1305, decapsulateRequest, encapsulateRequest, HKDF_SHA256, MLKEM768_X25519 } from "@amana/core/ohttp";
import { KEM_SEED, kemKey } from "@amana/core/primitives";
import { Chacha20Poly1305 } from "@hpke/chacha20poly1305";
import { CipherSuite, HkdfSha256 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";
import { describe, expect, it } from "vitest";

/** HPKE with a round's algorithms by a second implementation; RFC 9458's framing around it is written out here. */
const theirs = new CipherSuite({ kem: new XWing(), kdf: new HkdfSha256(), aead: new Chacha20Poly1305() });
const HEADER = Uint8Array.from([5, 0x64, 0x7a, 0, 1, 0, 3]);
const info = new Uint8Array([...new TextEncoder().encode("message/bhttp request"), 0, ...HEADER]);

const aead: Aead = {
  ...CHACHA20_POLY1305,
  seal(key, nonce, plaintext) {
    const cipher = createCipheriv("chacha20-poly1305", key, nonce, { authTagLength: 16 });
    return new Uint8Array(Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]));
  },
  open(key, nonce, ciphertext) {
    const decipher = createDecipheriv("chacha20-poly1305", key, nonce, { authTagLength: 16 });
    decipher.setAuthTag(ciphertext.slice(-16));
    return new Uint8Array(Buffer.concat([decipher.update(ciphertext.slice(0, -16)), decipher.final()]));
  },
};
const suite = { kem: MLKEM768_X25519, aead };
const rng = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(randomBytes(length));
const request = new TextEncoder().encode("a binary request");

describe("a round's encapsulation, against @hpke/core", () => {
  it("opens there", async () => {
    const seed = rng(KEM_SEED);
    const algorithms = [{ kdfId: HKDF_SHA256, aeadId: 3 }];
    const { encapsulated } = encapsulateRequest(
      request,
      { keyId: 5, kemId: 0x647a, publicKey: kemKey(seed).publicKey, algorithms },
      suite,
      rng,
    );
    const recipientKey = await theirs.kem.deserializePrivateKey(seed);
    const enc = encapsulated.slice(7, 7 + 1120);
    const recipient = await theirs.createRecipientContext({ recipientKey, enc, info });
    expect(new Uint8Array(await recipient.open(encapsulated.slice(7 + 1120)))).toEqual(request);
    expect([...encapsulated.slice(0, 7)]).toEqual([...HEADER]);
  });

  it("is opened and answered here when it was made there", async () => {
    const seed = rng(KEM_SEED);
    const recipientPublicKey = await theirs.kem.deserializePublicKey(kemKey(seed).publicKey);
    const sender = await theirs.createSenderContext({ recipientPublicKey, info });
    const enc = new Uint8Array(sender.enc);
    const ciphertext = new Uint8Array(await sender.seal(request));
    const there = decapsulateRequest(new Uint8Array([...HEADER, ...enc, ...ciphertext]), { keyId: 5, secretKey: seed }, suite);
    expect(there.request).toEqual(request);
    // RFC 9458 §4.4, by WebCrypto's HKDF.
    const response = there.sealResponse(Uint8Array.of(1, 2, 3), rng);
    const secret = await sender.export(new TextEncoder().encode("message/bhttp response"), 32);
    const material = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
    const salt = new Uint8Array([...enc, ...response.slice(0, 32)]);
    const derive = async (label: string, length: number) =>
      new Uint8Array(
        await crypto.subtle.deriveBits(
          { name: "HKDF", hash: "SHA-256", salt, info: new TextEncoder().encode(label) },
          material,
          8 * length,
        ),
      );
    expect(aead.open(await derive("key", 32), await derive("nonce", 12), response.slice(32))).toEqual(Uint8Array.of(1, 2, 3));
  });
});
