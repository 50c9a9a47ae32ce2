import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aes128Gcm, chacha20Poly1305, dhkemX25519 } from "../../test-support/aead.ts";
import { concat, fromHex, toHex } from "../bytes/index.ts";
import { isAmanaError } from "../errors/index.ts";
import { kemKey, randomBytes } from "../primitives/index.ts";
import {
  decapsulateRequest,
  decodeKeyConfiguration,
  encapsulateRequest,
  encodeKeyConfiguration,
  HKDF_SHA256,
  type KeyConfiguration,
  MLKEM768_X25519,
  peekKeyId,
  requestOverhead,
  responseOverhead,
} from "./index.ts";

const rfc = JSON.parse(readFileSync(new URL("./vectors/rfc9458.json", import.meta.url), "utf8")) as Record<string, string>;
const of = (name: string) => fromHex(rfc[name] ?? "");
const refused = (run: () => unknown) => expect(run).toThrow(expect.objectContaining({ code: "ERR_ENCAPSULATION" }));

describe("the example of RFC 9458", () => {
  const suite = { kem: dhkemX25519, aead: aes128Gcm };
  const configuration = () => decodeKeyConfiguration(of("keyConfiguration"), dhkemX25519);
  const gateway = { keyId: 1, secretKey: of("secretKey") };

  it("has a key configuration that reads and writes", () => {
    expect(configuration()).toMatchObject({
      keyId: 1,
      kemId: 0x20,
      algorithms: [
        { kdfId: 1, aeadId: 1 },
        { kdfId: 1, aeadId: 3 },
      ],
    });
    expect(toHex(encodeKeyConfiguration(configuration()))).toBe(rfc.keyConfiguration);
  });

  it("is what a client encapsulates, and its response opens", () => {
    const { encapsulated, openResponse } = encapsulateRequest(of("request"), configuration(), suite, () => of("ephemeralSecretKey"));
    expect(toHex(encapsulated)).toBe(rfc.encapsulatedRequest);
    expect(toHex(openResponse(of("encapsulatedResponse")))).toBe(rfc.response);
  });

  it("is what a gateway opens and answers", () => {
    expect(peekKeyId(of("encapsulatedRequest"))).toBe(1);
    const { request, sealResponse } = decapsulateRequest(of("encapsulatedRequest"), gateway, suite);
    expect(toHex(request)).toBe(rfc.request);
    expect(toHex(sealResponse(of("response"), () => of("responseNonce")))).toBe(rfc.encapsulatedResponse);
  });

  it("opens under no other key, and not with another algorithm", () => {
    const bytes = of("encapsulatedRequest");
    refused(() => decapsulateRequest(bytes, { keyId: 2, secretKey: gateway.secretKey }, suite));
    refused(() => decapsulateRequest(bytes, { keyId: 1, secretKey: of("ephemeralSecretKey") }, suite));
    refused(() => decapsulateRequest(bytes, gateway, { kem: dhkemX25519, aead: chacha20Poly1305 }));
    // An X25519 point of small order gives no shared secret.
    refused(() => decapsulateRequest(concat(bytes.slice(0, 7), new Uint8Array(32), bytes.slice(39)), gateway, suite));
  });
});

const suite = { kem: MLKEM768_X25519, aead: chacha20Poly1305 };
const key = kemKey(randomBytes(32));
const algorithms = [{ kdfId: HKDF_SHA256, aeadId: 3 }];
const configuration: KeyConfiguration = { keyId: 7, kemId: 0x647a, publicKey: key.publicKey, algorithms };
const gateway = { keyId: 7, secretKey: key.seed };

describe("a request to a round's gateway", () => {
  it("opens there, and its response opens at its sender alone", () => {
    const request = randomBytes(300);
    const mine = encapsulateRequest(request, configuration, suite, randomBytes);
    expect(mine.encapsulated.length).toBe(request.length + requestOverhead(suite));
    const there = decapsulateRequest(mine.encapsulated, gateway, suite);
    expect(there.request).toEqual(request);
    const response = there.sealResponse(new Uint8Array([1, 2, 3]), randomBytes);
    expect(response.length).toBe(3 + responseOverhead(suite));
    expect(mine.openResponse(response)).toEqual(new Uint8Array([1, 2, 3]));
    const other = encapsulateRequest(request, configuration, suite, randomBytes);
    refused(() => other.openResponse(response));
    for (const length of [0, 31, 47]) refused(() => mine.openResponse(response.slice(0, length)));
  });

  it("with any byte changed, cut or added opens nowhere", () => {
    const { encapsulated } = encapsulateRequest(new Uint8Array(40), configuration, suite, randomBytes);
    fc.assert(
      fc.property(fc.nat(encapsulated.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = encapsulated.slice();
        bytes[at] = (bytes[at] as number) ^ change;
        refused(() => decapsulateRequest(bytes, gateway, suite));
        refused(() => decapsulateRequest(encapsulated.slice(0, at), gateway, suite));
      }),
      { numRuns: 40 },
    );
    refused(() => decapsulateRequest(concat(encapsulated, new Uint8Array(1)), gateway, suite));
  });

  it("is made to no key of another KEM or for other algorithms", () => {
    const encapsulate = (change: Partial<KeyConfiguration>) =>
      encapsulateRequest(new Uint8Array(1), { ...configuration, ...change }, suite, randomBytes);
    refused(() => encapsulate({ kemId: 0x20 }));
    refused(() =>
      encapsulate({
        algorithms: [
          { kdfId: HKDF_SHA256, aeadId: 1 },
          { kdfId: 2, aeadId: 3 },
        ],
      }),
    );
  });
});

describe("a key configuration", () => {
  it("reads back as written", () => {
    expect(decodeKeyConfiguration(encodeKeyConfiguration(configuration), MLKEM768_X25519)).toEqual(configuration);
  });

  it("is refused when it is cut, too long, of another KEM, or names no whole algorithm", () => {
    const bytes = encodeKeyConfiguration(configuration);
    for (const wrong of [
      bytes.slice(0, -1),
      concat(bytes, new Uint8Array(1)),
      concat(bytes.slice(0, 1), new Uint8Array([0, 0x20]), bytes.slice(3)),
      encodeKeyConfiguration({ ...configuration, algorithms: [] }),
      concat(bytes.slice(0, -6), new Uint8Array([0, 3, 0, 1, 0])),
    ])
      refused(() => decodeKeyConfiguration(wrong, MLKEM768_X25519));
  });

  it("of any bytes is read or refused, nothing else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          expect(encodeKeyConfiguration(decodeKeyConfiguration(bytes, dhkemX25519))).toEqual(new Uint8Array(bytes));
        } catch (error) {
          expect(isAmanaError(error, "ERR_ENCAPSULATION")).toBe(true);
        }
      }),
    );
  });
});
