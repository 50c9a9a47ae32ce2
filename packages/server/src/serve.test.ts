import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { toHex } from "@amana/core/bytes";
import { describe, expect, it } from "vitest";
import { goLive } from "../fixtures/client.ts";
import { surveyDraft } from "../fixtures/drafts.ts";
import { withDataFolder } from "../fixtures/folder.ts";
import { newHolders } from "../fixtures/keys.ts";
import { sharedPostgres } from "../fixtures/postgres.ts";
import { snapshot } from "../fixtures/raw.ts";
import { startServer, trialProgramme } from "../fixtures/server.ts";
import { checkStore, initProgramme, operatorClient, readConfig, readEnv, SETTING_NAMES, serve } from "./index.ts";
import { postgresStore } from "./stores/postgres/index.ts";

interface Ran {
  readonly exit: Promise<number>;
  readonly url: Promise<string>;
  readonly metrics: Promise<string | undefined>;
  readonly lines: string[];
  stop(): void;
}

function run(environment: Record<string, string>): Ran {
  const stop = new AbortController();
  const lines: string[] = [];
  let listening: (url: string, metrics?: string) => void = () => undefined;
  const both = new Promise<{ url: string; metrics: string | undefined }>((resolve) => {
    listening = (url, metrics) => resolve({ url, metrics });
  });
  const url = both.then((each) => each.url);
  const metrics = both.then((each) => each.metrics);
  const io = {
    say: (line: string) => void lines.push(line),
    warn: (line: string) => void lines.push(line),
    stop: stop.signal,
    onListening: listening,
  };
  const exit = serve(readEnv({ AMANA_PORT: "0", ...environment }), io);
  return { exit, url, metrics, lines, stop: () => stop.abort() };
}

const inFuture = (draft: ReturnType<typeof surveyDraft>) => {
  const now = Math.floor(Date.now() / 1000);
  const shift = now - draft.manifest.windows.answeringOpen;
  const { windows, deadlines } = draft.manifest;
  return {
    ...draft,
    manifest: {
      ...draft.manifest,
      windows: Object.fromEntries(Object.entries(windows).map(([name, time]) => [name, time + shift])) as unknown as typeof windows,
      deadlines: {
        ...deadlines,
        sealBy: deadlines.sealBy + shift,
        missingBy: deadlines.missingBy + shift,
        commitBy: deadlines.commitBy + shift,
      },
    },
  };
};

describe("serve on PostgreSQL", () => {
  it("keeps everything in the database, has the operator's socket in its folder alone, and says no word of the address", () =>
    withDataFolder(async (folder) => {
      const url = await (await sharedPostgres()).empty();
      const holders = newHolders();
      const organisations = holders.map(({ organisation, signing }) => ({
        id: organisation,
        name: { en: organisation },
        key: toHex(signing.publicKey),
      }));
      const empty = run({ AMANA_DATA: folder, AMANA_DATABASE_URL: url });
      expect(await empty.exit).toBe(2);
      expect(empty.lines.join()).toContain("ERR_PROGRAMME_MISSING");
      const store = await postgresStore(url);
      await initProgramme(store, { name: { en: "Trial" }, trial: true, organisations, origin: "http://127.0.0.1/feedback" });
      await expect(initProgramme(store, { name: { en: "T" }, trial: true, organisations, origin: "http://a" })).rejects.toMatchObject({
        code: "ERR_FOLDER_NOT_EMPTY",
      });
      const file = join(folder, "address");
      await writeFile(file, `${url}\n`);
      await chmod(file, 0o644);
      const open = run({ AMANA_DATA: folder, AMANA_DATABASE_FILE: file });
      expect(await open.exit).toBe(2);
      expect(open.lines.join()).toContain("others can read it");
      await chmod(file, 0o600);
      const [first, second] = [
        run({ AMANA_DATA: folder, AMANA_DATABASE_FILE: file }),
        run({ AMANA_DATA: `${folder}-2`, AMANA_DATABASE_URL: url }),
      ];
      for (const server of [first, second]) expect((await fetch(`${await server.url}health`)).status).toBe(200);
      const operator = await operatorClient(folder);
      await operator.createDraft(inFuture(surveyDraft(holders)));
      await operator.close();
      const other = await operatorClient(`${folder}-2`);
      expect((await other.status()).drafts).toHaveLength(1);
      await other.close();
      expect((await readdir(`${folder}-2`)).map((name) => name.replace(/\.[0-9a-f]{12}$/, "")).sort()).toEqual([
        "amana.sock",
        "amana.sock",
      ]);
      for (const server of [first, second]) {
        server.stop();
        expect(await server.exit).toBe(0);
      }
      expect((await checkStore(store)).filter(({ ok }) => !ok)).toEqual([]);
      await store.close();
      expect(await readdir(`${folder}-2`)).toEqual([]);
      expect([empty, open, first, second].flatMap(({ lines }) => lines).join()).not.toContain("postgres://");
    }));
});

describe("serve", () => {
  it("listens, answers, serves the operator beside, and stops with 0", () =>
    withDataFolder(async (folder) => {
      const holders = newHolders();
      await trialProgramme(folder, holders);
      const server = run({ AMANA_DATA: folder, AMANA_BASE: "/feedback/" });
      const url = await server.url;
      expect((await fetch(`${url}health`)).status).toBe(200);
      expect((await fetch(new URL("/elsewhere", url))).status).toBe(404);
      const operator = await operatorClient(folder);
      await operator.createDraft(inFuture(surveyDraft(holders)));
      const codes = await operator.createInvitations({ round: "wave-1", audience: "officials", count: 3, spares: 1 });
      expect(codes.map((code) => code.length)).toEqual([10, 10, 10]);
      expect((await operator.status()).drafts).toMatchObject([
        { round: "wave-1", invitations: true, cosigned: [], missing: ["customs", "bar", "chamber"] },
      ]);
      await expect(operator.createInvitations({ round: "wave-1", audience: "officials", count: 3 })).rejects.toMatchObject({
        code: "ERR_INVITATIONS_MADE",
      });
      await expect(operator.createDraft({} as never)).rejects.toMatchObject({ code: "ERR_MANIFEST_INVALID" });
      await expect(operator.publishRelease("wave-1")).rejects.toMatchObject({ code: "ERR_ROUND_UNKNOWN" });
      await operator.tick();
      expect((await operator.backup(join(folder, "../copy"))).ledgerSize).toBe(0);
      await expect(operator.backup(join(folder, "../copy"))).rejects.toMatchObject({ code: "ERR_FOLDER_NOT_EMPTY" });
      await operator.close();
      server.stop();
      expect(await server.exit).toBe(0);
      expect(server.lines.at(-1)).toBe("Stopped.");

      // Without a server the same client opens the folder itself.
      const alone = await operatorClient(folder);
      expect((await alone.status()).drafts.length).toBe(1);
      await alone.discardDraft("wave-1");
      expect((await alone.status()).drafts).toEqual([]);
      await alone.close();
    }));

  it("stops on a signal", () =>
    withDataFolder(async (folder) => {
      await trialProgramme(folder, newHolders());
      const server = run({ AMANA_DATA: folder });
      await server.url;
      process.emit("SIGTERM");
      expect(await server.exit).toBe(0);
      expect(process.listenerCount("SIGTERM")).toBe(0);
    }));

  it("answers what it had begun to read when it was told to stop, takes nothing new, and has it on the disk", () =>
    withDataFolder(async (folder) => {
      await trialProgramme(folder, newHolders());
      const server = run({ AMANA_DATA: folder, AMANA_METRICS: "127.0.0.1:0" });
      const url = new URL(await server.url);
      const socket = connect(Number(url.port), url.hostname);
      let got = "";
      socket.on("data", (chunk) => {
        got += chunk.toString("utf8");
      });
      const ended = new Promise((resolve) => socket.once("close", resolve));
      socket.write("POST /nonces HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n");
      await new Promise((resolve) => setTimeout(resolve, 50));
      server.stop();
      await new Promise((resolve) => setTimeout(resolve, 50));
      await expect(fetch(url)).rejects.toThrow();
      socket.write("\r\n");
      await ended;
      expect(got).toMatch(/^HTTP\/1.1 200 /);
      expect(await server.exit).toBe(0);
    }));

  it("shows metrics and readiness at an address of this machine, and nothing else there", () =>
    withDataFolder(async (folder) => {
      await trialProgramme(folder, newHolders());
      const server = run({ AMANA_DATA: folder, AMANA_METRICS: "127.0.0.1:0" });
      const metrics = (await server.metrics) ?? "";
      const page = await fetch(`${metrics}metrics`);
      expect(page.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
      expect(await page.text()).toContain("amana_ready 1\n");
      for (const base of [metrics, await server.url]) expect(await (await fetch(`${base}ready`)).json()).toEqual({ ready: true });
      expect((await fetch(`${metrics}programme`)).status).toBe(404);
      expect((await fetch(`${metrics}metrics`, { method: "POST" })).status).toBe(405);
      expect((await fetch(`${await server.url}metrics`)).status).toBe(404);
      server.stop();
      expect(await server.exit).toBe(0);
    }));
});

/** Runs a server that must not start: exit 2, a sentence that says what to do, and nothing changed. */
async function fails(folder: string, environment: Record<string, string>): Promise<string> {
  const before = await snapshot(folder).catch(() => null);
  const server = run({ AMANA_DATA: folder, ...environment });
  expect(await server.exit).toBe(2);
  expect(await snapshot(folder).catch(() => null)).toEqual(before);
  return server.lines.join("\n");
}

describe("a server that cannot start", () => {
  it("says which address is busy", () =>
    withDataFolder(async (folder) => {
      await trialProgramme(folder, newHolders());
      const other = createServer().listen(0, "127.0.0.1");
      await new Promise((resolve) => other.once("listening", resolve));
      const { port } = other.address() as AddressInfo;
      expect(await fails(folder, { AMANA_PORT: String(port) })).toContain("(ERR_ADDRESS_BUSY)");
      other.close();
      expect(await fails(folder, { AMANA_HOST: "203.0.113.1" })).toContain("/AMANA_HOST");
      const occupied = createServer().listen(0, "127.0.0.1");
      await new Promise((resolve) => occupied.once("listening", resolve));
      expect(await fails(folder, { AMANA_METRICS: `127.0.0.1:${(occupied.address() as AddressInfo).port}` })).toContain(
        "(ERR_ADDRESS_BUSY)",
      );
      occupied.close();
    }));

  it("says that there is no programme, and makes no folder", () =>
    withDataFolder(async (folder) => {
      expect(await fails(folder, {})).toContain("amana init");
      await mkdir(folder);
      expect(await fails(folder, {})).toContain("(ERR_PROGRAMME_MISSING)");
      await expect(operatorClient(join(folder, "none"))).rejects.toMatchObject({ code: "ERR_PROGRAMME_MISSING" });
    }));

  it("says which document is damaged, and that another process has the folder", () =>
    withDataFolder(async (folder) => {
      await trialProgramme(folder, newHolders());
      const running = await startServer(folder);
      expect(await fails(folder, {})).toContain("(ERR_STORE_BUSY)");
      await running.close();
      const secrets = await readFile(join(folder, "secrets.json"));
      await writeFile(join(folder, "secrets.json"), Buffer.concat([secrets.subarray(0, 80), Buffer.from("x"), secrets.subarray(81)]));
      expect(await fails(folder, {})).toContain("secrets.json");
      await writeFile(join(folder, "secrets.json"), secrets);
      expect(await fails(folder, { AMANA_ORIGIN: "https://elsewhere.example" })).toContain("/origin");
      expect(await fails(folder, { AMANA_FORM: join(folder, "none") })).toContain("/form");
      expect(await fails(folder, { AMANA_BRAND: join(folder, "none.json") })).toContain("/AMANA_BRAND");
    }));

  it("names every bad setting at once", () => {
    const bad = { AMANA_HOST: "a b", AMANA_PORT: "70000", AMANA_ORIGIN: "ftp://x", AMANA_BASE: "feedback" };
    expect(() => readEnv(bad)).toThrow(
      expect.objectContaining({
        details: {
          problems: ["/AMANA_DATA", "/AMANA_HOST", "/AMANA_PORT", "/AMANA_ORIGIN", "/AMANA_BASE"].map((path) =>
            expect.objectContaining({ path }),
          ),
        },
      }),
    );
    expect(readEnv({ AMANA_DATA: "/data", AMANA_PORT: "" })).toMatchObject({ data: "/data", host: "127.0.0.1", port: 8080, base: "/" });
  });
});

describe("a file of settings", () => {
  it("stands below the environment; its paths are relative to it", () =>
    withDataFolder(async (folder) => {
      await mkdir(folder);
      const file = join(folder, "amana.json");
      const settings = {
        data: "data",
        port: 9000,
        host: "::1",
        witnesses: ["https://a.example", "https://b.example"],
        metrics: "[::1]:9464",
      };
      await writeFile(file, JSON.stringify(settings));
      expect(await readConfig({ AMANA_CONFIG: file, AMANA_PORT: "9001", AMANA_HOST: "" })).toMatchObject({
        data: join(folder, "data"),
        port: 9001,
        host: "::1",
        witnesses: ["https://a.example", "https://b.example"],
        metrics: { host: "::1", port: 9464 },
      });
      expect(SETTING_NAMES).toContain("AMANA_METRICS");
    }));

  it("and the environment: every mistake in both is named at once, and nothing that stands there is repeated", () =>
    withDataFolder(async (folder) => {
      await mkdir(folder);
      const file = join(folder, "amana.json");
      await writeFile(file, JSON.stringify({ password: "hunter2", port: "http", base: true, metrics: "0.0.0.0:9464" }));
      const problems = async (environment: Record<string, string>): Promise<string[]> => {
        const failed = await readConfig(environment).then(
          () => null,
          (error: unknown) => error,
        );
        expect(JSON.stringify(failed)).not.toContain("hunter2");
        return ((failed as { details?: { problems: { path: string }[] } }).details?.problems ?? []).map(({ path }) => path).sort();
      };
      expect(await problems({ AMANA_CONFIG: file, AMANA_HOST: "a b" })).toEqual([
        "/AMANA_CONFIG/base",
        "/AMANA_CONFIG/metrics",
        "/AMANA_CONFIG/password",
        "/AMANA_CONFIG/port",
        "/AMANA_DATA",
        "/AMANA_HOST",
      ]);
      for (const text of ["[]", "{", "null"]) {
        await writeFile(file, text);
        expect(await problems({ AMANA_CONFIG: file, AMANA_DATA: folder })).toEqual(["/AMANA_CONFIG"]);
      }
      expect(await problems({ AMANA_CONFIG: join(folder, "none"), AMANA_DATA: folder })).toEqual(["/AMANA_CONFIG"]);
      await trialProgramme(join(folder, "data"), newHolders());
      const both = { AMANA_BRAND: join(folder, "no-brand"), AMANA_NOTIFY: join(folder, "no-notify") };
      const said = await fails(join(folder, "data"), both);
      for (const name of Object.keys(both)) expect(said).toContain(`/${name}`);
    }));
});

describe("a new programme", () => {
  it("needs an empty folder, and names every mistake", () =>
    withDataFolder(async (folder) => {
      const holders = newHolders();
      const input = { name: { en: "Trial" }, trial: true, organisations: [], origin: "https://example.org" };
      await expect(initProgramme(folder, input)).rejects.toMatchObject({ code: "ERR_PROGRAMME_INVALID" });
      await expect(initProgramme(folder, { ...input, origin: "not an address" })).rejects.toMatchObject({ code: "ERR_PROGRAMME_INVALID" });
      expect(await snapshot(folder).catch(() => null)).toBeNull();
      await trialProgramme(folder, holders);
      const before = await snapshot(folder);
      await expect(trialProgramme(folder, holders)).rejects.toMatchObject({ code: "ERR_FOLDER_NOT_EMPTY" });
      expect(await snapshot(folder)).toEqual(before);
      await chmod(folder, 0o700);
    }));

  it("survives a stop between the last co-signature and the ledger", () =>
    withDataFolder(async (folder) => {
      const holders = newHolders();
      await trialProgramme(folder, holders);
      const server = await startServer(folder);
      const append = server.store.writeCheckpoint.bind(server.store);
      server.store.writeCheckpoint = async () => {
        throw new Error("power cut");
      };
      await expect(goLive(server, holders)).rejects.toThrow("ERR_INTERNAL");
      server.store.writeCheckpoint = append;
      await server.close();
      const again = await startServer(folder);
      expect((await again.call("rounds")).json()).toMatchObject({ rounds: [{ name: "wave-1", entryIndex: 1 }] });
      expect((await again.call("drafts")).json()).toEqual({ drafts: [] });
      expect((await again.amana.operator.status()).drafts).toEqual([]);
      await again.close();
    }));
});
