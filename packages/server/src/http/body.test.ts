import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { describe, expect, it } from "vitest";
import { rawBytes, rawRequest } from "../../fixtures/raw.ts";
import { bytes, json, Limits, Routes } from "./index.ts";

/** A router with one route, inside a host application that may have parsers of its own. */
async function withHost<T>(
  before: express.RequestHandler[],
  limits: Limits,
  use: (url: string) => Promise<T>,
  pause: () => Promise<void> = async () => undefined,
): Promise<T> {
  const app = express();
  for (const handler of before) app.use(handler);
  const router = express.Router();
  const routes = new Routes(router, limits, () => undefined);
  routes.at("/echo", { POST: { body: () => ({ type: ["application/json", "x/y"], max: 100 }), run: async (body) => bytes(body) } });
  routes.at("/wait", {
    GET: async () => {
      await pause();
      return json({});
    },
  });
  routes.at("/fail", {
    GET: async () => {
      throw new TypeError("a secret: canary");
    },
  });
  routes.finish();
  app.use(router);
  const server = createServer(app).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

const echo = (url: string, type: string, text: string) =>
  rawRequest(url, "/echo", { method: "POST", headers: { "Content-Type": type }, body: new TextEncoder().encode(text) });

describe("bodies", () => {
  it("are read as they are, with or without parameters of the media type", () =>
    withHost([], new Limits(), async (url) => {
      expect((await echo(url, "x/y", " 1 ")).text).toBe(" 1 ");
      expect((await echo(url, "Application/JSON; charset=utf-8", "{}")).text).toBe("{}");
      expect((await echo(url, "x/z", "1")).status).toBe(415);
    }));

  it("that a host's parser has read already are taken from it", async () => {
    await withHost([express.json()], new Limits(), async (url) => {
      expect((await echo(url, "application/json", ' { "b": 1, "a": 2 } ')).text).toBe('{"a":2,"b":1}');
      expect((await echo(url, "x/y", "as it is")).text).toBe("as it is");
      const { status, text } = await echo(url, "application/json", '{"a":1.5}');
      expect([status, text.includes("ERR_JSON_CANONICAL")]).toEqual([400, true]);
    });
    await withHost([express.raw({ type: "*/*" })], new Limits(), async (url) => {
      expect((await echo(url, "x/y", "as it is")).text).toBe("as it is");
    });
    await withHost([express.text({ type: "*/*" })], new Limits(), async (url) => {
      expect((await echo(url, "x/y", "as it is")).text).toBe("as it is");
    });
  });

  it("that stop in the middle are dropped", () =>
    withHost([], new Limits(), async (url) => {
      const head = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: x/y\r\nContent-Length: 50\r\n\r\nhalf";
      expect(await rawBytes(url, head, 100)).toBe("");
      expect((await echo(url, "x/y", "1")).text).toBe("1");
    }));

  it("that are slow are refused; without the bound they occupy the server for as long as they like", async () => {
    const slow = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: x/y\r\nContent-Length: 50\r\n\r\nhalf";
    await withHost([], new Limits({ bodyMilliseconds: 50 }), async (url) =>
      expect(await rawBytes(url, slow, 500)).toContain("ERR_BODY_SLOW"),
    );
    await withHost([], new Limits({ bodyMilliseconds: 60_000 }), async (url) => expect(await rawBytes(url, slow, 500)).toBe(""));
  });

  it("occupy a bounded amount of memory together", async () => {
    const slow = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: x/y\r\nContent-Length: 50\r\n\r\n0123456789";
    await withHost([], new Limits({ bodyBytes: 25, bodyMilliseconds: 300 }), async (url) => {
      const got = await Promise.all([1, 2, 3].map(() => rawBytes(url, slow, 1000)));
      expect(got.filter((text) => text.includes("ERR_OVERLOADED")).length).toBe(1);
      expect(got.filter((text) => text.includes("ERR_BODY_SLOW")).length).toBe(2);
      expect((await echo(url, "x/y", "0123456789012345678901234")).status).toBe(200);
    });
  });
});

describe("work", () => {
  it("beyond the bound is refused at once, with a time to come again", async () => {
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    await withHost(
      [],
      new Limits({ work: 2, waiting: 0 }),
      async (url) => {
        const waiting = [rawRequest(url, "/wait"), rawRequest(url, "/wait")];
        await new Promise((resolve) => setTimeout(resolve, 50));
        const refused = await rawRequest(url, "/wait");
        expect(refused.status).toBe(503);
        expect(refused.headers["retry-after"]).toBe("2");
        go();
        for (const got of await Promise.all(waiting)) expect(got.status).toBe(200);
        expect((await rawRequest(url, "/wait")).status).toBe(200);
      },
      () => gate,
    );
  });

  it("that fails tells nothing", () =>
    withHost([], new Limits(), async (url) => {
      const got = await rawRequest(url, "/fail");
      expect(got.status).toBe(500);
      expect(got.text).not.toContain("canary");
      expect(JSON.parse(got.text)).toEqual({
        type: "errors#ERR_INTERNAL",
        title: "The server could not do this. Nothing was kept.",
        status: 500,
        code: "ERR_INTERNAL",
      });
    }));
});
