import { fromHex, toHex } from "@amana/core/bytes";
import { describe, expect, it } from "vitest";
import { decodeResponse, encodeRequest } from "./binary-http.ts";
import { encapsulateRequest } from "./client.ts";
import { AES_128_GCM, ascii, CHACHA20_POLY1305, setupBaseS } from "./hpke.ts";
import { DHKEM_X25519 } from "./kems.ts";

/* Values printed in the RFCs. They show that what the gateway is asked with is HPKE, binary HTTP and Oblivious HTTP, and nothing of our own. */

describe("HPKE as this client does it", () => {
  it("gives the values of RFC 9180 A.2.1 (X25519, HKDF-SHA256, ChaCha20Poly1305)", () => {
    const context = setupBaseS(
      DHKEM_X25519,
      CHACHA20_POLY1305,
      fromHex("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a"),
      ascii("Ode on a Grecian Urn"),
      fromHex("f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600"),
    );
    expect(toHex(context.enc)).toBe("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a");
    expect(toHex(context.seal(ascii("Count-0"), ascii("Beauty is truth, truth beauty")))).toBe(
      "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28",
    );
  });

  it("exports the values of RFC 9180 A.1.1.2 (X25519, HKDF-SHA256, AES-128-GCM)", () => {
    const context = setupBaseS(
      DHKEM_X25519,
      AES_128_GCM,
      fromHex("3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d"),
      ascii("Ode on a Grecian Urn"),
      fromHex("52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736"),
    );
    expect(toHex(context.export(new Uint8Array(), 32))).toBe("3853fe2b4035195a573ffc53856e77058e15d9ea064de3e59f4961d0095250ee");
    expect(toHex(context.export(ascii("TestContext"), 32))).toBe("e9e43065102c3836401bed8c3c3c75ae46be1639869391d62c61f1ec7af54931");
  });
});

describe("binary HTTP as this client writes and reads it", () => {
  it("gives the known-length request of RFC 9292 §5.1", () => {
    const fields = [
      ["user-agent", "curl/7.16.3 libcurl/7.16.3 OpenSSL/0.9.7l zlib/1.2.3"],
      ["host", "www.example.com"],
      ["accept-language", "en, mi"],
    ] as const;
    const request = { method: "GET", scheme: "https", authority: "", path: "/hello.txt", fields, content: new Uint8Array() };
    expect(toHex(encodeRequest(request))).toBe(
      "0003474554056874747073000a2f68656c6c6f2e747874406c0a757365722d6167656e74346375726c2f372e31362e33206c69626375726c2f372e31362e33204f70656e53534c2f302e392e376c207a6c69622f312e322e3304686f73740f7777772e6578616d706c652e636f6d0f6163636570742d6c616e677561676506656e2c206d690000",
    );
  });

  it("reads the response of RFC 9458 Appendix A, and refuses padding that is not zero", () => {
    expect(decodeResponse(fromHex("0140c8"))).toMatchObject({ status: 200, fields: [], content: new Uint8Array(), padding: 0 });
    expect(decodeResponse(fromHex("0140c80000000000"))).toMatchObject({ status: 200, padding: 2 });
    expect(() => decodeResponse(fromHex("0140c80000000001"))).toThrow();
    expect(() => decodeResponse(fromHex("0140c8000501"))).toThrow();
  });
});

describe("Oblivious HTTP as this client does it", () => {
  it("encapsulates the request of RFC 9458 Appendix A byte for byte, and opens its response", () => {
    const publicKey = fromHex("31e1f05a740102115220e9af918f738674aec95f54db6e04eb705aae8e798155");
    const request = { method: "GET", scheme: "https", authority: "example.com", path: "/", fields: [], content: new Uint8Array() };
    // The RFC leaves out the three empty parts at the end.
    const message = encodeRequest(request).slice(0, -3);
    const { request: encapsulated, open } = encapsulateRequest(
      { keyId: 1, kem: DHKEM_X25519, publicKey, aead: AES_128_GCM },
      message,
      fromHex("bc51d5e930bda26589890ac7032f70ad12e4ecb37abb1b65b1256c9c48999c73"),
    );
    expect(toHex(message)).toBe("00034745540568747470730b6578616d706c652e636f6d012f");
    expect(toHex(encapsulated)).toBe(
      "010020000100014b28f881333e7c164ffc499ad9796f877f4e1051ee6d31bad19dec96c208b4726374e469135906992e1268c594d2a10c695d858c40a026e7965e7d86b83dd440b2c0185204b4d63525",
    );
    const response = fromHex("c789e7151fcba46158ca84b04464910d86f9013e404feea014e7be4a441f234f857fbd");
    expect(toHex(open(response))).toBe("0140c8");
  });
});
