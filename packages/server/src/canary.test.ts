import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { formatCode, newSecretCode, toHex } from "@amana/core/bytes";
import { decodeEnrolmentAnswer } from "@amana/core/credential";
import { randomBytes } from "@amana/core/primitives";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { enrolment, goLive, SUBMISSION, submission } from "../fixtures/client.ts";
import { START } from "../fixtures/drafts.ts";
import { withDataFolder } from "../fixtures/folder.ts";
import { newHolders } from "../fixtures/keys.ts";
import { rawRequest } from "../fixtures/raw.ts";
import { startServer, trialProgramme } from "../fixtures/server.ts";

/** What a visitor's machine tells about itself, each marked. */
const MARKS = {
  "User-Agent": "CanaryBrowser/417",
  "Accept-Language": "ar-canary-418",
  "X-Forwarded-For": "203.0.113.77",
  "X-Real-Ip": "2001:db8::canary:77",
  Referer: "https://canary-419.example/intranet",
  Origin: "https://canary-420.example",
  Cookie: "canary421=1",
  "X-Canary": "canary-422",
};

let written = "";

beforeEach(() => {
  written = "";
  const take = (chunk: unknown): boolean => {
    written += String(chunk);
    return true;
  };
  vi.spyOn(process.stdout, "write").mockImplementation(take);
  vi.spyOn(process.stderr, "write").mockImplementation(take);
});
afterEach(() => {
  vi.restoreAllMocks();
});

async function everything(folder: string): Promise<string> {
  let all = "";
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    all += `${entry.name}\n`;
    if (entry.isFile()) all += await readFile(join(entry.parentPath, entry.name), "latin1");
  }
  return all;
}

describe("what a visitor's machine says of itself", () => {
  it("is in no file, in no log and in no reply, and no code or secret is", () =>
    withDataFolder(async (folder) => {
      const holders = newHolders();
      await trialProgramme(folder, holders);
      const lines: unknown[] = [];
      const server = await startServer(folder, { log: (line) => lines.push(line) });
      const live = await goLive(server, holders);
      const secret = newSecretCode(randomBytes);
      const code = live.codes[0] as never;
      const { request, token } = enrolment(live.manifest, code, secret);
      const replies: string[] = [];
      const send = async (path: string, type: string, body?: Uint8Array): Promise<Uint8Array> => {
        const headers = { ...MARKS, "Content-Type": type };
        const got = await rawRequest(server.url, `/feedback/${path}?canary-423=1`, {
          method: body === undefined ? "GET" : "POST",
          headers,
          ...(body === undefined ? {} : { body }),
        });
        replies.push(got.text, JSON.stringify(got.headers));
        expect(got.headers["set-cookie"]).toBeUndefined();
        expect(got.headers.date).toBeUndefined();
        expect(got.headers.etag).toBeUndefined();
        expect(got.headers["x-powered-by"]).toBeUndefined();
        return Buffer.from(got.text, "utf8");
      };
      await send("issuers/customs/enrolments", "application/vnd.amana.enrolment", request);
      const answer = (await server.call("issuers/customs/enrolments", request, "application/vnd.amana.enrolment")).body;
      expect(decodeEnrolmentAnswer(answer).blindSignature.length).toBe(256);
      const body = submission(live.manifest, { secret, token: token(answer) }, { O02: "canary-424" });
      await send("submissions", SUBMISSION, body);
      await send("submissions", SUBMISSION, body.subarray(1));
      for (const path of [
        "rounds",
        "programme",
        "ledger/checkpoint",
        "canary-425",
        "%zz",
        "releases/canary-426/x",
        `files/${toHex(randomBytes(32))}`,
      ]) {
        await send(path, "text/plain");
      }
      await send("entries", "application/json", new TextEncoder().encode('{"canary-427":"canary-428"}'));
      server.clock.seconds = START + 30;
      await server.amana.tick();
      await server.close();

      const files = await everything(folder);
      const traces = ["anary", "203.0.113.77", "2001:db8", "127.0.0.1:", formatCode(code), formatCode(secret), toHex(code), toHex(secret)];
      for (const trace of traces) {
        expect([trace, files.includes(trace)]).toEqual([trace, false]);
        expect([trace, written.includes(trace)]).toEqual([trace, false]);
        expect([trace, JSON.stringify(lines).includes(trace)]).toEqual([trace, false]);
        expect([trace, replies.join().includes(trace)]).toEqual([trace, false]);
      }
      expect(files).toContain("amana/1");
      expect(files.includes("wave-1")).toBe(true);
    }));

  it("would be found: the same search finds a mark that was written", () =>
    withDataFolder(async (folder) => {
      const holders = newHolders();
      await trialProgramme(folder, holders);
      const server = await startServer(folder);
      await server.store.writeDocument("drafts/leak", { userAgent: MARKS["User-Agent"] });
      await server.close();
      expect(await everything(folder)).toContain("anary");
    }));

  it("documents of secrets are readable by their owner alone", () =>
    withDataFolder(async (folder) => {
      await trialProgramme(folder, newHolders());
      const { mode } = await stat(join(folder, "secrets.json"));
      expect(mode & 0o777).toBe(0o600);
    }));
});
