import { createDecipheriv } from "node:crypto";
import { fromHex, SHA256, toHex } from "@amana/core/bytes";
import type { Manifest } from "@amana/core/manifest";
import { CHACHA20_POLY1305, decapsulateRequest, MLKEM768_X25519 } from "@amana/core/ohttp";
import { type KemKey, kemKey, randomBytes, type SigningKey, signingKey } from "@amana/core/primitives";
import { decodeGatewayRequest, encodeRelayPromise, type RelayPromise, signRelayPromise } from "@amana/core/submission";
import type { Fetch } from "../src/wire/transport.ts";
import type { Operator } from "./operator.ts";

export const RELAY = "https://relay.example";

/** What the relay was sent. */
export interface Taken {
  readonly slot: string;
  readonly sequence: number;
  readonly request: Uint8Array;
}

/** A relay and the gateway's key, as an honest organisation and an honest server have them; tests change what it answers. */
export class FakeRelay {
  readonly key: SigningKey = signingKey(randomBytes(32));
  readonly gateway: KemKey = kemKey(randomBytes(32));
  readonly taken: Taken[] = [];
  /** Every request, by address and number of bytes. */
  readonly seen: { readonly url: string; readonly size: number }[] = [];
  /** Changes the promise before it is signed, or answers with a problem document. */
  answer: (fields: Omit<RelayPromise, "signature">) => Omit<RelayPromise, "signature"> | Response = (fields) => fields;
  signer: SigningKey = this.key;
  up = true;

  /** The change that makes a round one with this relay. */
  readonly change = (manifest: Manifest): Manifest => {
    const people = manifest.audiences.reduce((sum, { rosterSize }) => sum + rosterSize, 0);
    const keyConfiguration = `07647a${toHex(this.gateway.publicKey)}000400010003`;
    const relay = {
      organisation: "bar",
      origin: RELAY,
      key: toHex(this.key.publicKey),
      slots: 4 * people,
      releaseLead: 7200,
      keyConfiguration,
    };
    return { ...manifest, separation: manifest.separation.includes("phases") ? ["phases", "relay"] : ["relay"], relay };
  };

  /** A network in which this relay stands beside an operator's server. */
  fetch(operator: Operator): Fetch {
    return async (url, init) => {
      if (!url.startsWith(RELAY)) return operator.fetch(url, init);
      const request = new Uint8Array(init?.body as Uint8Array);
      this.seen.push({ url, size: request.length });
      if (!this.up) throw new Error("unreachable");
      const headers = new Headers(init?.headers);
      const slot = headers.get("amana-slot") ?? "";
      const sequence = Number(headers.get("amana-sequence"));
      const releaseAt = operator.round.manifest.windows.answeringClose - 7200;
      const fields = { manifestId: operator.round.id, slot: fromHex(slot), sequence, requestHash: SHA256(request), releaseAt };
      const answer = this.answer(fields);
      if (answer instanceof Response) return answer;
      this.taken.push({ slot, sequence, request });
      return new Response(new Uint8Array(encodeRelayPromise(signRelayPromise(answer, this.signer))), { status: 202 });
    };
  }

  /** What the gateway makes of a request: the submission in it. */
  open({ request }: Taken): Uint8Array {
    const aead = {
      ...CHACHA20_POLY1305,
      seal: () => new Uint8Array(0),
      open(key: Uint8Array, nonce: Uint8Array, ciphertext: Uint8Array) {
        const decipher = createDecipheriv("chacha20-poly1305", key, nonce, { authTagLength: 16 });
        decipher.setAuthTag(ciphertext.slice(-16));
        return new Uint8Array(Buffer.concat([decipher.update(ciphertext.slice(0, -16)), decipher.final()]));
      },
    };
    const suite = { kem: MLKEM768_X25519, aead };
    return decodeGatewayRequest(decapsulateRequest(request, { keyId: 7, secretKey: this.gateway.seed }, suite).request);
  }

  /** Gives everything to the operator's collector, the newest of each slot. */
  release(operator: Operator): void {
    for (const taken of new Map(this.taken.map((each) => [each.slot, each])).values()) operator.admit(this.open(taken));
  }
}
