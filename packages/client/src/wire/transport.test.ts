import { isAmanaError } from "@amana/core/errors";
import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { fetchRounds, parseJson } from "./rounds.ts";
import { isServerCode } from "./server-codes.ts";
import { Transport } from "./transport.ts";

const answering = (body: BodyInit, status = 200) => new Transport("https://host.example/", async () => new Response(body, { status }));
const problem = (value: unknown, status = 409) => answering(JSON.stringify(value), status).get("x");

describe("a request", () => {
  it("carries nothing that tells one visitor from another", async () => {
    let seen: RequestInit = {};
    const transport = new Transport("https://host.example/base", async (url, init) => {
      seen = { ...init, method: `${init?.method} ${url}` };
      return new Response("");
    });
    await transport.post("submissions", "application/vnd.amana.submission", new Uint8Array(3));
    expect(seen).toMatchObject({
      method: "POST https://host.example/base/submissions",
      credentials: "omit",
      cache: "no-store",
      redirect: "error",
      referrerPolicy: "no-referrer",
      headers: { accept: "*/*", "accept-language": "*", "content-type": "application/vnd.amana.submission" },
    });
  });
});

describe("a reply", () => {
  it("is read up to its bound and not beyond", async () => {
    expect((await answering(new Uint8Array(10)).get("x", 10)).length).toBe(10);
    await expect(answering(new Uint8Array(11)).get("x", 10)).rejects.toMatchObject({ code: "ERR_RESPONSE_INVALID" });
    let pulled = 0;
    const endless = new ReadableStream({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(1000));
      },
    });
    await expect(answering(endless).get("x", 5000)).rejects.toMatchObject({ code: "ERR_RESPONSE_INVALID" });
    expect(pulled).toBeLessThan(10);
  });

  it("that breaks off is a network failure", async () => {
    const broken = new ReadableStream({
      pull(controller) {
        controller.error(new Error("reset"));
      },
    });
    await expect(answering(broken).get("x")).rejects.toMatchObject({ code: "ERR_NETWORK" });
  });
});

describe("a problem document", () => {
  it("gives its code, sequence and wait, and no text", async () => {
    const document = {
      code: "ERR_SEQUENCE_USED",
      highestSequence: 3,
      retryAfter: 9,
      title: "\u001b[2J",
      problems: [{ path: "\u001b[2J", message: "x" }],
    };
    await expect(problem(document)).rejects.toMatchObject({ code: "ERR_SEQUENCE_USED", details: { highestSequence: 3, retryAfter: 9 } });
    await expect(problem(document)).rejects.not.toMatchObject({ details: { problems: expect.anything() } });
  });

  it.each([
    "ERR_CLOCK_WRONG",
    "ERR_LEDGER_STALE",
    "ERR_NETWORK",
    "ERR_PROGRAMME_MISMATCH",
    "ERR_KEY_FILE",
    "ERR_PASSPHRASE",
    "ERR_QUESTIONNAIRE_MISMATCH",
  ])("cannot say %s, which only this side finds out", async (code) => {
    expect(isServerCode(code)).toBe(false);
    await expect(problem({ code })).rejects.toMatchObject({ code: "ERR_RESPONSE_INVALID" });
  });

  it("whatever it is, is one of Amana's errors", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.jsonValue(), fc.string()), fc.constantFrom(400, 404, 409, 500, 503), async (value, status) => {
        const body = typeof value === "string" ? value : JSON.stringify(value);
        const error: unknown = await answering(body, status)
          .get("x")
          .catch((caught: unknown) => caught);
        expect(isAmanaError(error)).toBe(true);
      }),
    );
    for (const value of [{ code: "toString" }, { code: "__proto__" }, { code: "ERR_NOT_DUE", retryAfter: { toString: 1 } }, null, []])
      await expect(problem(value)).rejects.toMatchObject({ name: "AmanaError" });
  });
});

describe("a JSON reply", () => {
  it("of another shape is refused", async () => {
    for (const body of ["", "null", "[]", '{"rounds":1}', '{"rounds":[{}]}', "\u0000"])
      await expect(fetchRounds(answering(body))).rejects.toMatchObject({ code: "ERR_RESPONSE_INVALID" });
  });

  it("changes no prototype", () => {
    const value = parseJson(new TextEncoder().encode('{"__proto__":{"polluted":1},"a":1}'), v.object({ a: v.number() }));
    expect(value).toEqual({ a: 1 });
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});
