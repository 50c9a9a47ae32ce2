import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { toHex } from "@amana/core/bytes";
import { programmeId } from "@amana/core/programme";
import { describe, expect, it } from "vitest";
import { goLive } from "../fixtures/client.ts";
import { withDataFolder } from "../fixtures/folder.ts";
import { newHolders } from "../fixtures/keys.ts";
import { rawRequest } from "../fixtures/raw.ts";
import { type Running, startServer, trialProgramme } from "../fixtures/server.ts";
import { type Brand, readBrand } from "./index.ts";

const PAGE = '<!doctype html><head><meta name="amana-programme" content=""><title>x</title></head><body></body>';
const BRAND: Brand = { name: { en: `"><script>alert('$&')</script>` }, accent: "#123456" };

function withForm(use: (server: Running, folder: string) => Promise<void>, base = "/feedback"): Promise<void> {
  return withDataFolder(async (folder) => {
    const form = join(dirname(folder), "form");
    await mkdir(join(form, "assets"), { recursive: true });
    await writeFile(join(form, "index.html"), PAGE);
    await writeFile(join(form, "assets", "main-abc123.js"), "export {};");
    await writeFile(join(form, "mark.svg"), "<svg/>");
    await writeFile(join(dirname(folder), "logo.svg"), "<svg/>");
    await writeFile(join(dirname(folder), "secret.txt"), "canary");
    const holders = newHolders();
    await trialProgramme(folder, holders);
    const server = await startServer(folder, { form, brand: { ...BRAND, logo: join(dirname(folder), "logo.svg") } }, base);
    try {
      await goLive(server, holders);
      await use(server, dirname(folder));
    } finally {
      await server.close();
    }
  });
}

describe("the form", () => {
  it("is served at the root and at every round's link, under a strict policy, with programme and brand written in as text", () =>
    withForm(async (server) => {
      for (const path of ["", "wave-1", "any-round", "wave-1?x=1"]) {
        const got = await server.call(path);
        expect(got.status).toBe(200);
        const html = new TextDecoder().decode(got.body);
        expect(html).toContain(`<meta name="amana-programme" content="${toHex(programmeId(server.amana.programme))}">`);
        expect(html).toContain(`&quot;logo&quot;:&quot;brand/logo.svg&quot;,&quot;accent&quot;:&quot;#123456&quot;`);
        expect(html).not.toContain("<script>");
        expect(html).toContain("&lt;script&gt;alert('$&amp;')");
        const policy = got.headers.get("content-security-policy") ?? "";
        expect(policy).not.toContain("unsafe");
        for (const part of [
          "default-src 'none'",
          "script-src 'self'",
          "require-trusted-types-for 'script'",
          "frame-ancestors 'none'",
          "form-action 'none'",
        ]) {
          expect(policy).toContain(part);
        }
        expect(got.headers.get("referrer-policy")).toBe("no-referrer");
        expect(got.headers.get("x-content-type-options")).toBe("nosniff");
        expect(got.headers.get("cross-origin-opener-policy")).toBe("same-origin");
      }
    }));

  it("serves its own files and no others", () =>
    withForm(async (server) => {
      const script = await server.call("assets/main-abc123.js");
      expect(script.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
      expect(script.headers.get("cache-control")).toContain("immutable");
      expect((await server.call("mark.svg")).headers.get("cache-control")).toBe("no-cache");
      expect((await server.call("brand/logo.svg")).headers.get("content-type")).toBe("image/svg+xml");
      for (const path of [
        "index.html",
        "assets/",
        "assets/none.js",
        "brand/../secret.txt",
        "..%2fsecret.txt",
        "../secret.txt",
        "assets/..%2f..%2fsecret.txt",
        "Wave_1",
        "a/b",
      ]) {
        const got = await rawRequest(server.url, `/feedback/${path}`);
        expect([path, got.status]).toEqual([path, 404]);
        expect(got.text).toContain("ERR_NOT_FOUND");
      }
      expect((await rawRequest(server.url, "/feedback/wave-1", { method: "POST" })).status).toBe(405);
    }));

  it("hides no path of the protocol, and finds its files from an address without the last slash", () =>
    withForm(async (server) => {
      expect((await server.call("rounds")).json()).toMatchObject({ rounds: [{ name: "wave-1" }] });
      expect((await server.call("programme")).headers.get("content-type")).toBe("application/json");
      const moved = await rawRequest(server.url, "/feedback?x=1");
      expect([moved.status, moved.headers.location]).toEqual([308, "./feedback/"]);
    }));

  it("works at the root of an origin", () =>
    withForm(async (server) => {
      expect((await rawRequest(server.url, "/")).status).toBe(200);
      expect((await rawRequest(server.url, "/wave-1")).text).toContain("amana-brand");
    }, "/"));

  it("is left out where nobody asks for it", () =>
    withDataFolder(async (folder) => {
      await trialProgramme(folder, newHolders());
      const server = await startServer(folder);
      expect((await server.call("")).code).toBe("ERR_NOT_FOUND");
      expect((await server.call("wave-1")).code).toBe("ERR_NOT_FOUND");
      await server.close();
    }));
});

describe("a brand file", () => {
  it("is a closed document, its logo beside it", () =>
    withDataFolder(async (folder) => {
      await mkdir(folder);
      const file = join(folder, "brand.json");
      await writeFile(file, JSON.stringify({ name: { fr: "Douane" }, logo: "logo.svg" }));
      expect(await readBrand(file)).toEqual({ name: { fr: "Douane" }, logo: join(folder, "logo.svg") });
      for (const wrong of [
        '{"name":{}}',
        '{"name":{"fr":"x"},"accent":"red;}"}',
        '{"name":{"fr":"x"},"logo":"x.html"}',
        "{",
        '{"name":{"fr":"x"},"style":"*"}',
      ]) {
        await writeFile(file, wrong);
        await expect(readBrand(file)).rejects.toMatchObject({ code: "ERR_CONFIG_INVALID" });
      }
    }));
});
