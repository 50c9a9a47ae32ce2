import { encodeJson, PROTOCOL, SHA256, toHex } from "@amana/core/bytes";
import { describe, expect, it } from "vitest";
import { type Fetch, Transport } from "../wire/transport.ts";
import type { AuditedEntry } from "./audited-round.ts";
import { ServedFormCheck } from "./served-form.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const PAGE = '<!doctype html><html><head><link href="./assets/form.css"><script src="assets/form.js"></script></head></html>';
const FORM: Readonly<Record<string, string>> = { "": PAGE, "assets/form.css": "a{}", "assets/form.js": "1;" };
const FALSE = "steal();";

/** A server of a form; `twist` may answer a visitor otherwise. */
function server(
  files: Readonly<Record<string, string>>,
  list: Uint8Array | null,
  twist?: (path: string, headers: Headers) => string | null,
): Fetch {
  return async (url, init) => {
    const path = new URL(url).pathname.slice(1);
    if (list !== null && path === `files/${toHex(SHA256(list))}`) return new Response(new Uint8Array(list));
    const body = twist?.(path, new Headers(init?.headers)) ?? files[path];
    return body === undefined ? new Response("{}", { status: 404 }) : new Response(body);
  };
}

function listOf(files: Readonly<Record<string, string>>): Uint8Array {
  const listed = Object.entries(files).map(([path, text]) => ({ path, sha256: toHex(SHA256(utf8(text))), length: text.length }));
  return encodeJson({ protocol: PROTOCOL, type: "builds", files: listed.sort((a, b) => (a.path < b.path ? -1 : 1)) });
}

/** What the check says of a server whose ledger logs this list of files, or none. */
async function judged(fetch: Fetch, list: Uint8Array | null): Promise<string> {
  const check = new ServedFormCheck({ transport: new Transport("http://server.example/", fetch) });
  const entry = { protocol: PROTOCOL, type: "builds", sha256: list === null ? "" : toHex(SHA256(list)), length: list?.length ?? 0 };
  if (list !== null) check.entry({ entry } as unknown as AuditedEntry);
  return check.end();
}

describe("the served form", () => {
  it("holds where everybody gets the files that are logged, and where there is no form", async () => {
    expect(await judged(server(FORM, listOf(FORM)), listOf(FORM))).toBe("3 files, the same for two visitors; as logged");
    expect(await judged(server({}, null), null)).toBe("this server serves none");
    await expect(judged(server({}, listOf(FORM)), listOf(FORM))).rejects.toThrow("none is served");
  });

  it("fails where visitors whom a header tells apart get other bytes; whoever asks once sees nothing", async () => {
    const telephones = (path: string, headers: Headers): string | null =>
      path === "assets/form.js" && /Mobile/.test(headers.get("user-agent") ?? "") ? FALSE : null;
    const speakers = (path: string, headers: Headers): string | null =>
      path === "" && headers.get("accept-language")?.startsWith("ar") === true ? PAGE.replace("form.js", "false.js") : null;
    for (const twist of [telephones, speakers]) {
      await expect(judged(server(FORM, null, twist), null)).rejects.toThrow("is not the same for every visitor");
      // One visitor alone: the same answers, compared with each other.
      const blind: Fetch = (url) => server(FORM, null, twist)(url, {});
      expect(await judged(blind, null)).toContain("the same for two visitors");
    }
  });

  it("fails where everybody gets bytes that nobody logged; without a logged build they pass", async () => {
    const falsified = { ...FORM, "assets/form.js": FALSE };
    await expect(judged(server(falsified, listOf(FORM)), listOf(FORM))).rejects.toThrow("assets/form.js is not what the ledger logs");
    expect(await judged(server(falsified, null), null)).toContain("logs no build");
    // A page that names a file more than was logged.
    const more = { ...FORM, "": PAGE.replace("</head>", '<script src="more.js"></script></head>'), "more.js": FALSE };
    await expect(judged(server(more, listOf({ ...more, "more.js": "" })), listOf({ ...more, "more.js": "" }))).rejects.toThrow("more.js");
    const unlisted = listOf({ "": more[""] as string, "assets/form.css": "a{}", "assets/form.js": "1;" });
    await expect(judged(server(more, unlisted), unlisted)).rejects.toThrow("more.js is not what the ledger logs");
  });
});
