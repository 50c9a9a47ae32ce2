import { describe, expect, it } from "vitest";
import { expectBounded } from "../../test-support/properties.ts";
import { SURVEY, SURVEY_ID } from "../../test-support/world.ts";
import { fromHex, toHex } from "../bytes/index.ts";
import { encodeBinaryRequest } from "../ohttp/index.ts";
import { signingKey } from "../primitives/index.ts";
import {
  decodeGatewayRequest,
  decodeRelayPromise,
  encodeGatewayRequest,
  encodeRelayPromise,
  gatewayRequestLength,
  relayRequestLength,
  releaseTimes,
  SUBMISSION_TYPE,
  signRelayPromise,
  submissionLength,
  verifyRelayPromise,
} from "./index.ts";
import vectors from "./vectors/submission.json" with { type: "json" };

const SUBMISSION = fromHex(vectors.submission);
const key = signingKey(fromHex(vectors.relayPromise.seed));
const { slot, requestHash, releaseAt } = vectors.relayPromise;

describe("a relay's promise", () => {
  const fields = { manifestId: SURVEY_ID, slot: fromHex(slot), sequence: vectors.sequence, requestHash: fromHex(requestHash), releaseAt };

  it("is that of the vectors, computed by another program", () => {
    expect(toHex(encodeRelayPromise(signRelayPromise(fields, key)))).toBe(vectors.relayPromise.bytes);
    const read = decodeRelayPromise(fromHex(vectors.relayPromise.bytes));
    expect(read).toMatchObject(fields);
    expect(verifyRelayPromise(read, key.publicKey)).toBe(true);
  });

  it("is nobody else's, and about nothing else", () => {
    const promise = signRelayPromise(fields, key);
    expect(verifyRelayPromise(promise, signingKey(fromHex(slot)).publicKey)).toBe(false);
    for (const change of [{ sequence: 1 }, { releaseAt: releaseAt + 1 }, { slot: fromHex(requestHash) }, { requestHash: fromHex(slot) }])
      expect(verifyRelayPromise({ ...promise, ...change }, key.publicKey)).toBe(false);
  });

  it("is read whole or not at all, and not written with a field too long", async () => {
    await expectBounded(decodeRelayPromise, fromHex(vectors.relayPromise.bytes));
    expect(() => encodeRelayPromise({ ...signRelayPromise(fields, key), slot: new Uint8Array(31) })).toThrow(TypeError);
  });
});

describe("a submission on its way to the gateway", () => {
  it("is the request of the vectors, as long as every other of its round", () => {
    const request = encodeGatewayRequest(SUBMISSION, SURVEY);
    expect(toHex(request)).toBe(vectors.gatewayRequest);
    expect(request.length).toBe(gatewayRequestLength(SURVEY));
    expect(relayRequestLength(SURVEY)).toBe(submissionLength(SURVEY) + 512 + 7 + 1120 + 16);
    expect(decodeGatewayRequest(request)).toEqual(SUBMISSION);
  });

  it("may be written otherwise by another client, but is always a POST of a submission", () => {
    const request = (change: object) =>
      encodeBinaryRequest(
        {
          method: "POST",
          scheme: "http",
          authority: "example.org",
          path: "/feedback/submissions",
          fields: [["content-type", SUBMISSION_TYPE]],
          content: SUBMISSION,
          ...change,
        },
        gatewayRequestLength(SURVEY),
      );
    const refused = (change: object, code: string) =>
      expect(() => decodeGatewayRequest(request(change))).toThrow(expect.objectContaining({ code }));
    expect(decodeGatewayRequest(request({}))).toEqual(SUBMISSION);
    refused({ method: "GET" }, "ERR_METHOD");
    for (const path of ["/", "/entries", "/x?/submissions", "submissions"]) refused({ path }, "ERR_NOT_FOUND");
    for (const fields of [[], [["content-type", "text/plain"]], Array(2).fill(["content-type", SUBMISSION_TYPE])])
      refused({ fields }, "ERR_MEDIA_TYPE");
    const waiting = [
      ["content-type", SUBMISSION_TYPE],
      ["expect", "100-continue"],
    ];
    refused({ fields: waiting }, "ERR_BINARY_HTTP");
    expect(() => decodeGatewayRequest(new Uint8Array([9]))).toThrow(expect.objectContaining({ code: "ERR_BINARY_HTTP" }));
  });
});

describe("what a relay holds", () => {
  it("is released twice: a lead before the close, and a quarter of it", () => {
    expect(releaseTimes({ releaseLead: 7202 }, 100_000)).toEqual([92_798, 98_200]);
  });
});
