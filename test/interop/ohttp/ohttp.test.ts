import { fromHex, toHex } from "@amana/core/bytes";
import type { Manifest } from "@amana/core/manifest";
import { randomBytes, signingKey } from "@amana/core/primitives";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Deployment, HOUR, START } from "../../adversary/support/server.ts";
import { type BinaryRequest, type BinaryResponse, decodeResponse, encodeRequest, pad } from "./binary-http.ts";
import { encapsulateRequest, type KeyConfiguration, parseKeyConfiguration } from "./client.ts";
import { ascii, join } from "./hpke.ts";
import { H, isPromiseFor } from "./promise.ts";
import { enrol, type Respondent, submissionLength } from "./respondent.ts";

/*
 * A second client, written from RFC 9458, RFC 9180, RFC 9292 and docs/protocol.md §5 and §10.6 alone, at the gateway of the real
 * server: what it needs and does not find there is a gap in docs/protocol.md.
 */

const SUBMISSION = "application/vnd.amana.submission";

describe("a client of the gateway that was written from the specifications alone", () => {
  let here: Deployment;
  let manifest: Manifest;
  let configuration: KeyConfiguration;
  let person: Respondent;

  beforeAll(async () => {
    const key = toHex(signingKey(randomBytes(32)).publicKey);
    here = await Deployment.start((same) => ({
      ...same,
      separation: ["relay"],
      relay: { organisation: "bar", origin: "https://relay.example", key, slots: 32, releaseLead: 600 },
    }));
    manifest = await here.manifest();
    configuration = parseKeyConfiguration(fromHex(manifest.relay?.keyConfiguration ?? ""));
    person = await enrol(here.url, manifest, here.links[0] as string);
  });
  afterAll(() => here.stop());

  /** The request of §10.6, or one that differs. */
  function message(change: Partial<BinaryRequest> = {}): Uint8Array {
    const request = {
      method: "POST",
      scheme: "https",
      authority: "",
      path: "/submissions",
      fields: [["content-type", SUBMISSION]] as const,
    };
    return pad(encodeRequest({ ...request, content: person.submission(), ...change }), submissionLength(manifest) + 512);
  }

  async function post(body: Uint8Array, type = "message/ohttp-req"): Promise<Response> {
    return fetch(`${here.url}gateway`, { method: "POST", headers: { "content-type": type }, body: Buffer.from(body) });
  }

  /** One exchange. Whatever is inside, an observer sees the same answer: status, header fields, length. */
  async function ask(inner: Uint8Array): Promise<BinaryResponse> {
    const { request, open } = encapsulateRequest(configuration, inner, randomBytes(64));
    expect(request.length).toBe(7 + 1120 + (submissionLength(manifest) + 512) + 16);
    const response = await post(request);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const { status, headers } = response;
    expect([status, headers.get("content-type"), bytes.length]).toEqual([200, "message/ohttp-res", 2096]);
    headersSeen.add(JSON.stringify([...headers]));
    expect(headersSeen.size).toBe(1);
    const plaintext = open(bytes);
    expect(plaintext.length).toBe(2048);
    return decodeResponse(plaintext);
  }
  const headersSeen = new Set<string>();

  /** Status and code of a problem document inside the encapsulation. */
  async function refusal(inner: Uint8Array): Promise<[status: number, code: unknown]> {
    const { status, fields, content } = await ask(inner);
    expect(fields).toEqual([["content-type", "application/problem+json"]]);
    const problem = JSON.parse(Buffer.from(content).toString());
    expect(problem.status).toBe(status);
    return [status, problem.code];
  }

  it("is promised its own leaf under the programme's promise key, and for the same submission gets the same promise", async () => {
    const programme = new Uint8Array(await (await fetch(`${here.url}programme`)).arrayBuffer());
    expect(toHex(H("amana/v1 programme", programme))).toBe(here.pinned);
    const promiseKey = fromHex(JSON.parse(Buffer.from(programme).toString()).promiseKey);
    const content = person.submission();
    expect(content.length).toBe(submissionLength(manifest));
    const first = await ask(message({ content }));
    expect([first.status, first.fields]).toEqual([200, [["content-type", "application/vnd.amana.promise"]]]);
    expect(isPromiseFor(first.content, content, promiseKey)).toBe(true);
    expect(isPromiseFor(first.content, person.submission(), promiseKey)).toBe(false);
    // Another encapsulation, and what §10.6 leaves open: scheme, authority, what stands before the path, fields that say nothing.
    const fields = [["accept", "*/*"] as const, ["content-type", SUBMISSION] as const];
    const again = await ask(message({ content, scheme: "http", authority: "example.org", path: "/base/submissions", fields }));
    expect(again).toMatchObject({ status: 200, content: first.content });
  });

  it("is told inside the encapsulation what is wrong with its answer, as the collector would have", async () => {
    await ask(message({ content: person.submission({ sequence: 5 }) }));
    const signed = person.submission({ sequence: 6 });
    const spoilt = (at: number): Uint8Array => signed.map((byte, place) => (place === at ? byte ^ 1 : byte));
    const [noToken, taken] = [person.submission({ sequence: 6, token: new Uint8Array(354) }), person.submission({ sequence: 5 })];
    expect(await refusal(message({ content: noToken }))).toEqual([403, "ERR_TOKEN_MISSING"]);
    expect(await refusal(message({ content: spoilt(signed.length - 1) }))).toEqual([403, "ERR_SUBMISSION_SIGNATURE"]);
    expect(await refusal(message({ content: spoilt(4) }))).toEqual([404, "ERR_ROUND_UNKNOWN"]);
    expect(await refusal(message({ content: signed.slice(1) }))).toEqual([400, "ERR_SUBMISSION_FORMAT"]);
    expect(await refusal(message({ content: taken }))).toEqual([409, "ERR_SEQUENCE_USED"]);
  });

  it("is told inside the encapsulation what is wrong with its request", async () => {
    expect(await refusal(message({ method: "GET" }))).toEqual([405, "ERR_METHOD"]);
    expect(await refusal(message({ path: "/rounds" }))).toEqual([404, "ERR_NOT_FOUND"]);
    expect(await refusal(message({ path: "/submissions?" }))).toEqual([404, "ERR_NOT_FOUND"]);
    expect(await refusal(message({ fields: [] }))).toEqual([415, "ERR_MEDIA_TYPE"]);
    expect(await refusal(message({ fields: [["content-type", "application/vnd.amana.report"]] }))).toEqual([415, "ERR_MEDIA_TYPE"]);
    expect(await refusal(message({ fields: [["Content-Type", SUBMISSION]] }))).toEqual([400, "ERR_BINARY_HTTP"]);
    const plain = message();
    expect(await refusal(join(plain.slice(0, -1), Uint8Array.of(1)))).toEqual([400, "ERR_BINARY_HTTP"]);
    expect(await refusal(join(Uint8Array.of(2), plain.slice(1)))).toEqual([400, "ERR_BINARY_HTTP"]);
  });

  it("is told outside what no key opened, and a wrong type or length", async () => {
    const outside = async (body: Uint8Array, type?: string): Promise<[number, unknown]> => {
      const response = await post(body, type);
      return [response.status, (await response.json()).code];
    };
    const { request } = encapsulateRequest(configuration, message(), randomBytes(64));
    const spoilt = (at: number): Uint8Array => request.map((byte, place) => (place === at ? byte ^ 1 : byte));
    for (const at of [0, 2, 4, 6, 7, request.length - 1]) expect(await outside(spoilt(at))).toEqual([400, "ERR_ENCAPSULATION"]);
    expect(await outside(request.slice(1))).toEqual([400, "ERR_ENCAPSULATION"]);
    for (const other of [request.slice(0, -1), join(request, Uint8Array.of(0))])
      expect(await outside(other)).toEqual([413, "ERR_BODY_SIZE"]);
    expect(await outside(request, "application/octet-stream")).toEqual([415, "ERR_MEDIA_TYPE"]);
    const direct = await fetch(`${here.url}submissions`, {
      method: "POST",
      headers: { "content-type": SUBMISSION },
      body: Buffer.from(person.submission({ sequence: 7 })),
    });
    expect([direct.status, (await direct.json()).code]).toEqual([409, "ERR_RELAY_REQUIRED"]);
  });

  it("opens no answer to another request, and none that was changed", async () => {
    const { request, open } = encapsulateRequest(configuration, message(), randomBytes(64));
    const stranger = encapsulateRequest(configuration, message(), randomBytes(64));
    const response = new Uint8Array(await (await post(request)).arrayBuffer());
    expect(() => stranger.open(response)).toThrow();
    expect(() => open(join(response.slice(0, -1), ascii("x")))).toThrow();
  });

  it("finds its leaf among the round's promises after the close, in a ledger that passes the audit, and the gateway takes no more", async () => {
    const content = person.submission({ sequence: 8 });
    const { content: promise } = await ask(message({ content }));
    await here.moveTo(START + 4 * HOUR + 1);
    const promises = Buffer.from(await (await fetch(`${here.url}rounds/${manifest.round}/promises`)).arrayBuffer());
    const places = Array.from({ length: promises.length / 136 }, (_, place) => promises.subarray(136 * place, 136 * (place + 1)));
    expect(places.filter((bytes) => bytes.subarray(36, 68).equals(promise.slice(36, 68)))).toHaveLength(1);
    expect((await post(encapsulateRequest(configuration, message({ content }), randomBytes(64)).request)).status).toBe(413);
    expect(await here.failing()).toEqual([]);
  });
});
