import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readConfig, SETTING_NAMES } from "@amana/server";
import { describe, expect, it } from "vitest";
import { ROOT, read, tableOf } from "./markdown.ts";

const example = (name: string): string => readFileSync(join(ROOT, "examples/operator", name), "utf8");
const serveHelp = (): string => readFileSync(join(ROOT, "packages/cli/src/commands/operator/serve.ts"), "utf8");

/** Directives of a service that the unit may use: systemd.service(5), systemd.exec(5), systemd.resource-control(5), systemd.kill(5). */
const DIRECTIVES =
  "Type User Group Environment ExecStart TimeoutStopSec Restart RestartSec StateDirectory StateDirectoryMode UMask LimitCORE LimitNOFILE MemorySwapMax NoNewPrivileges CapabilityBoundingSet ProtectSystem ProtectHome PrivateTmp PrivateDevices ProtectKernelTunables ProtectKernelModules ProtectKernelLogs ProtectControlGroups ProtectClock ProtectHostname ProtectProc ProcSubset RestrictAddressFamilies RestrictNamespaces RestrictRealtime RestrictSUIDSGID LockPersonality RemoveIPC SystemCallArchitectures SystemCallFilter".split(
    " ",
  );

describe("docs/operating.md", () => {
  it("has every setting, and so has the help of amana serve", () => {
    expect(tableOf(read("docs/operating.md"), "settings").map(([name]) => name)).toEqual(SETTING_NAMES);
    for (const name of [...SETTING_NAMES, "AMANA_CONFIG"]) expect(serveHelp()).toContain(name);
  });

  it("has a file of settings that the server takes as it is", async () => {
    const config = await readConfig({ AMANA_CONFIG: join(ROOT, "examples/operator/amana.json") });
    expect(config).toMatchObject({ data: "/var/lib/amana/data", host: "127.0.0.1", metrics: { host: "127.0.0.1", port: 9464 } });
    expect(config.witnesses.length).toBe(3);
  });

  it("has a unit and a container file with directives and settings that exist, in whose folder the data is", () => {
    const unit = example("amana.service");
    const service = unit.slice(unit.indexOf("[Service]"), unit.indexOf("[Install]"));
    for (const [, name = ""] of service.matchAll(/^(\w+)=/gm)) expect(DIRECTIVES).toContain(name);
    for (const text of [unit, example("Containerfile")])
      for (const [name] of text.matchAll(/AMANA_[A-Z]+/g)) expect([...SETTING_NAMES, "AMANA_CONFIG"]).toContain(name);
    expect(unit).toContain("StateDirectory=amana\n");
    const pnpm = /pnpm@[\d.]+/.exec(readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8"))?.[0];
    if (pnpm !== undefined) expect(example("Containerfile")).toContain(pnpm);
  });

  it("has proxies that write no log and agree on keys by the hybrid first", () => {
    const [nginx, caddy] = [example("nginx.conf"), example("Caddyfile")];
    for (const line of [
      "access_log off;",
      "error_log /dev/null emerg;",
      "ssl_ecdh_curve X25519MLKEM768:X25519;",
      "ssl_session_tickets off;",
    ])
      expect(nginx).toContain(line);
    expect(nginx).not.toMatch(/listen (\[::\]:)?80\b/);
    expect(caddy).toContain("output discard");
    expect(caddy).toContain("curves x25519mlkem768 x25519");
    for (const text of [nginx, caddy, example("torrc")]) expect(text).toContain("127.0.0.1:8080");
  });
});
