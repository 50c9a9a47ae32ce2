import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { initProgramme } from "@amana/server";
import { expect, it } from "vitest";

it("an existing application serves its own pages and, beside them, Amana", async () => {
  const parent = await mkdtemp(join(tmpdir(), "amana-embed-"));
  const folder = join(parent, "data");
  // Any point of the curve is a public key; nobody signs here.
  const key = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
  const organisations = [{ id: "customs", name: { en: "Customs" }, key }];
  await initProgramme(folder, { name: { en: "Trial" }, trial: true, organisations, origin: "https://example.org/feedback" });
  process.argv.splice(2, process.argv.length, folder, "0");
  const { server } = await import("./main.ts");
  await new Promise<void>((resolve) => (server.listening ? resolve() : server.once("listening", resolve)));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await (await fetch(url)).text()).toContain("Customs");
  expect(await (await fetch(`${url}/feedback/rounds`)).json()).toEqual({ rounds: [] });
  expect((await fetch(`${url}/feedback/ledger/checkpoint`)).status).toBe(200);
  server.close();
  server.closeAllConnections();
  await new Promise((resolve) => setTimeout(resolve, 200));
  await rm(parent, { recursive: true });
});
