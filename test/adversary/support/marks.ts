import { request } from "node:http";
import type { Fetch } from "@amana/client";

/** Where a marked visitor comes from: a loopback address of its own, where the system has them. */
export const ADDRESS = process.platform === "linux" ? "127.94.83.72" : "127.0.0.1";

/** What a visitor's machine and the proxies on its way say, each with a mark of its own. */
export const MARKS: Readonly<Record<string, string>> = {
  "User-Agent": "CanaryBrowser/417",
  "Accept-Language": "ar-canary-418",
  "X-Forwarded-For": "203.0.113.77, 198.51.100.23",
  Forwarded: 'for="[2001:db8:cafe::17]:4711";by=203.0.113.43',
  "X-Real-Ip": "2001:db8::77",
  "True-Client-Ip": "203.0.113.78",
  Referer: "https://canary-419.example/intranet",
  Origin: "https://canary-420.example",
  Cookie: "canary421=canary-430",
  Authorization: "Basic Y2FuYXJ5LTQzMQ==",
  "If-None-Match": '"canary-432"',
  "If-Modified-Since": "Tue, 01 Jan 2019 00:00:01 GMT",
  "X-Canary": "canary-422",
};

/** What must be found nowhere: the marks, however they are written. */
export const TRACES: readonly string[] = [
  "anary",
  "Y2FuYXJ5",
  "203.0.113.",
  "198.51.100.",
  "2001:db8",
  "01 Jan 2019",
  ...(ADDRESS === "127.0.0.1" ? [] : [ADDRESS, "127.94."]),
];

/** A `fetch` whose every request comes from the marked address, with the marks and a marked query. */
export const markedFetch: Fetch = (url, init) =>
  new Promise((resolve, reject) => {
    const { hostname, port, pathname, search } = new URL(url);
    const given = Object.fromEntries(new Headers(init?.headers as Record<string, string>));
    const body = init?.body === undefined || init.body === null ? undefined : new Uint8Array(init.body as Uint8Array);
    const path = `${pathname}${search === "" ? "?" : `${search}&`}canary-423=${encodeURIComponent("canary-424")}`;
    const sent = request({
      hostname,
      port,
      path,
      method: init?.method ?? "GET",
      localAddress: ADDRESS,
      agent: false,
      headers: { ...MARKS, ...Object.fromEntries(Object.entries(given).filter(([name]) => /^(content-type|amana-.*)$/.test(name))) },
    });
    sent.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const status = response.statusCode ?? 0;
        const headers = Object.entries(response.headers).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, [value].flat().join()] as [string, string]],
        );
        resolve(new Response(status === 204 ? null : Buffer.concat(chunks), { status, headers }));
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
