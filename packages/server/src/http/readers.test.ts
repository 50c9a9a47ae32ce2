import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import express from "express";
import { describe, expect, it, vi } from "vitest";
import { withDataFolder } from "../../fixtures/folder.ts";
import { lowdbStore } from "../stores/lowdb/index.ts";
import { bytes, Limits, Routes } from "./index.ts";

const MIB = 2 ** 20;

/** Listens; whatever connected is cut off at the end. */
async function withServer(listener: RequestListener, use: (ask: (text: string) => Socket) => Promise<void>): Promise<void> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const sockets: Socket[] = [];
  const ask = (text: string): Socket => {
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1", () => socket.write(text));
    socket.on("error", () => undefined);
    sockets.push(socket);
    return socket;
  };
  try {
    await use(ask);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
    server.closeAllConnections();
  }
}

const REQUEST = "GET /big HTTP/1.1\r\nHost: x\r\n\r\n";
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 400));

describe("one connection that sends 200 requests at once and reads nothing", () => {
  it("has one answer made for it; each of the others when its turn comes", async () => {
    let made = 0;
    const app = express();
    const routes = new Routes(app as never, new Limits(), () => undefined);
    routes.at("/big", { GET: async () => bytes(new Uint8Array(++made > 0 ? 4 * MIB : 0)) });
    await withServer(app, async (ask) => {
      const socket = ask(REQUEST.repeat(200)).pause();
      await settled();
      expect(made).toBeLessThan(5);
      let length = 0;
      socket.on("data", (chunk) => {
        length += chunk.length;
      });
      socket.resume();
      while (length < 20 * 4 * MIB) await settled();
      expect(made).toBeGreaterThan(18);
    });
  });

  it("else has all of them made and held at once", async () => {
    let made = 0;
    const listener: RequestListener = async (_request, response) => {
      await Promise.resolve();
      made++;
      response.end(new Uint8Array(MIB));
    };
    await withServer(listener, async (ask) => {
      ask(REQUEST.repeat(200)).pause();
      await vi.waitFor(() => expect(made).toBe(200), { timeout: 20_000 });
    });
  });
});

describe("40 readers of one large file who do not read", () => {
  /** What they make the process hold, in bytes. */
  const held = (get: (read: () => Promise<Uint8Array>) => Promise<Uint8Array>): Promise<number> =>
    withDataFolder(async (folder) => {
      const store = await lowdbStore(folder);
      const name = await store.putFile(new Uint8Array(8 * MIB).fill(7));
      const read = async (): Promise<Uint8Array> => (await store.getFile(name)) ?? new Uint8Array(0);
      const all = await Promise.all(Array.from({ length: 40 }, () => get(read)));
      expect(all.every((bytes) => bytes.length === 8 * MIB)).toBe(true);
      await store.close();
      // Distinct buffers, not the process's memory: what the collector frees meanwhile does not count.
      return [...new Set(all.map(({ buffer }) => buffer))].reduce((sum, { byteLength }) => sum + byteLength, 0);
    });

  it("make the store hold it once", async () => {
    expect(await held((read) => read())).toBeLessThan(64 * MIB);
  });

  it("else each have a copy of their own", async () => {
    expect(await held(async (read) => new Uint8Array(await read()))).toBeGreaterThan(250 * MIB);
  });
});
