import { draw } from "../bytes/index.ts";
import { decapsulate, encapsulate, KEM_CIPHERTEXT, KEM_PUBLIC_KEY, KEM_RANDOMNESS } from "../primitives/index.ts";
import type { Aead, Kem } from "./hpke.ts";

/** MLKEM768-X25519, which is X-Wing: the one KEM of a round's gateway. The secret key is the 32-byte seed. */
export const MLKEM768_X25519: Kem = {
  id: 0x647a,
  publicKeyLength: KEM_PUBLIC_KEY,
  encapsulationLength: KEM_CIPHERTEXT,
  encapsulate(publicKey, rng) {
    const { sharedSecret, ciphertext } = encapsulate(publicKey, draw(rng, KEM_RANDOMNESS));
    return { sharedSecret, encapsulation: ciphertext };
  },
  decapsulate: (encapsulation, seed) => decapsulate({ seed, publicKey: new Uint8Array(0) }, encapsulation),
};

/** ChaCha20Poly1305, the one AEAD of a round's gateway: its parameters, to be completed by the platform's functions. */
export const CHACHA20_POLY1305: Pick<Aead, "id" | "keyLength" | "nonceLength"> = { id: 0x0003, keyLength: 32, nonceLength: 12 };
