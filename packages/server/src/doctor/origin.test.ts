import { appendFile, chmod, mkdir, writeFile } from "node:fs/promises";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { encodeProgramme } from "@amana/core/programme";
import { describe, expect, it } from "vitest";
import { withDataFolder } from "../../fixtures/folder.ts";
import { newHolders } from "../../fixtures/keys.ts";
import { type Running, startServer, trialProgramme } from "../../fixtures/server.ts";
import { checkOrigin } from "./origin.ts";
import { checkPlace } from "./place.ts";

interface Proxied {
  readonly server: Running;
  readonly origin: string;
  readonly log: string;
}

/** A reverse proxy in front of the real server, which writes what `line` gives of each request. */
function withProxy(line: (url: string, agent: string) => string, use: (proxied: Proxied) => Promise<void>): Promise<void> {
  return withDataFolder(async (folder) => {
    await trialProgramme(folder, newHolders());
    const server = await startServer(folder);
    await mkdir(join(folder, "../logs"));
    const log = join(folder, "../logs/access.log");
    await writeFile(log, "203.0.113.9 an older line\n");
    const proxy: Server = createServer((incoming, outgoing) => {
      const { method, url = "", headers } = incoming;
      void appendFile(log, line(url, headers["user-agent"] ?? ""));
      const onward = request(new URL(url, server.url), { method, headers: { ...headers, host: "server" } }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      });
      onward.on("error", () => outgoing.destroy());
      incoming.pipe(onward);
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    try {
      await use({ server, origin: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/feedback`, log });
    } finally {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
      await server.close();
    }
  });
}

const look = ({ server, origin, log }: Proxied, logs = [log], addresses: string[] = []) =>
  checkOrigin({ origin, logs, addresses, programme: encodeProgramme(server.amana.programme), now: () => new Date(), settle: 100 });

describe("a server looked at from outside", () => {
  it("is fine where the proxy writes nothing of a request", () =>
    withProxy(
      () => "- 200\n",
      async (proxied) => {
        const findings = await look(proxied);
        expect(findings.map(({ check, ok }) => [check, ok])).toEqual(["origin", "proxy", "tls", "logs"].map((check) => [check, true]));
        expect(findings.at(-1)?.detail).toMatch(/nothing of it in 1 files .*amana-canary-[0-9a-f]{18}$/);
        expect((await look(proxied, []))[3]?.detail).toContain("--logs");
        expect((await look(proxied, [join(proxied.log, "none")]))[3]).toMatchObject({ ok: false });
      },
    ));

  it("is found out where a log has the path, the browser or the address of whoever came", async () => {
    const address =
      Object.values(networkInterfaces())
        .flat()
        .find((each) => each?.internal === false)?.address ?? "198.51.100.7";
    const lines = [(url: string) => `GET ${url}\n`, (_url: string, agent: string) => `"${agent}"\n`, () => `client: ${address}\n`];
    for (const line of lines) {
      await withProxy(line, async (proxied) => {
        const [, , , logs] = await look(proxied, [join(proxied.log, "..")], [address]);
        expect(logs).toMatchObject({ check: "logs", ok: false, detail: expect.stringContaining("access.log") });
      });
    }
  });

  it("is found out where it does not answer, is another one, or is reached without TLS", () =>
    withProxy(
      () => "",
      async ({ origin, server }) => {
        const at = (where: string, programme = encodeProgramme(server.amana.programme)) =>
          checkOrigin({ origin: where, logs: [], programme, now: () => new Date(), settle: 0 });
        expect(await at(new URL("/elsewhere", origin).href)).toMatchObject([{ check: "origin", ok: false }]);
        expect(await at("http://127.0.0.1:9")).toMatchObject([{ check: "origin", ok: false }]);
        expect((await at(origin, new Uint8Array(3)))[0]).toMatchObject({ check: "origin", ok: false });
        await expect(at("ftp://x")).rejects.toMatchObject({ code: "ERR_CONFIG_INVALID" });
      },
    ));
});

describe("where a data folder lies", () => {
  it("is looked at: who may read it, what is free, what time it is", () =>
    withDataFolder(async (folder) => {
      await trialProgramme(folder, newHolders());
      expect((await checkPlace(folder, () => new Date())).map(({ check, ok }) => [check, ok])).toEqual(
        ["permissions", "disk", "clock"].map((check) => [check, true]),
      );

      await chmod(join(folder, "secrets.json"), 0o644);
      const [rights, , clock] = await checkPlace(folder, () => new Date(0));
      expect(rights).toMatchObject({ ok: false, detail: expect.stringContaining("secrets.json") });
      expect(clock).toMatchObject({ ok: false });
    }));
});
