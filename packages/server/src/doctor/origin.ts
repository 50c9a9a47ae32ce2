import { setTimeout as wait } from "node:timers/promises";
import { equal } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { randomBytes } from "@amana/core/primitives";
import type { Finding } from "../services/check-store.ts";
import { type Lengths, lengthsOf, searchSince } from "./logs.ts";
import { type Answered, ask, keyAgreement } from "./requests.ts";

export interface OriginOptions {
  /** Where the server is reached from outside. */
  readonly origin: string;
  /** Log files, and folders of them, of everything that stands in front of it. */
  readonly logs: readonly string[];
  /** Addresses that this machine has outside, beside the one that it sees itself. */
  readonly addresses?: readonly string[];
  /** The programme's bytes, where they are known. */
  readonly programme?: Uint8Array | undefined;
  readonly now: () => Date;
  /** How long what is logged may take to get into its file, in milliseconds. */
  readonly settle?: number;
}

const SETTLE = 3000;
const LARGEST_SKEW = 300;

/**
 * Looks at a server as everyone meets it, through whatever stands in front of it: whether it answers, as which programme, with which headers and TLS; and
 * whether a word that it is sent, or the sender's address, gets into a log. @throws ERR_CONFIG_INVALID for what is no address
 */
export async function checkOrigin(options: OriginOptions): Promise<Finding[]> {
  const { origin, programme, now } = options;
  const base = baseOf(origin);
  const health = await ask(new URL("health", base));
  if (health === null || health.status !== 200)
    return [
      {
        check: "origin",
        ok: false,
        detail: `does not answer${health === null ? "" : `: ${health.status}`}: is the proxy on, and does it point at the server?`,
      },
    ];
  const served = await ask(new URL("programme", base));
  const same = programme === undefined || (served !== null && equal(served.body, programme));
  return [
    { check: "origin", ok: same, detail: same ? "answers as this programme" : "answers as another programme than this folder's" },
    headersOf(health, now),
    await tlsOf(base),
    await logsOf(base, options),
  ];
}

function baseOf(origin: string): URL {
  const address = /^https?:\/\//.test(origin) && URL.canParse(origin) ? new URL(origin.replace(/\/*$/, "/")) : null;
  if (address === null)
    throw new AmanaError("ERR_CONFIG_INVALID", { problems: [{ path: "/origin", message: "an address like https://example.org" }] });
  return address;
}

/** What a proxy must neither add nor take away. */
function headersOf({ headers }: Answered, now: () => Date): Finding {
  const wrong: string[] = [];
  if (headers["set-cookie"] !== undefined) wrong.push("it sets a cookie");
  if (headers["content-security-policy"] === undefined) wrong.push("the policy of the server is gone");
  if (headers["cache-control"] !== "no-store") wrong.push("it lets answers be kept");
  const date = headers.date === undefined ? null : Date.parse(headers.date);
  if (date !== null && Math.abs(date - now().getTime()) > LARGEST_SKEW * 1000) wrong.push("its clock and this one differ by minutes");
  return { check: "proxy", ok: wrong.length === 0, detail: wrong.length === 0 ? "passes on what the server says" : wrong.join("; ") };
}

async function tlsOf(base: URL): Promise<Finding> {
  const check = "tls";
  if (base.hostname.endsWith(".onion")) return { check, ok: true, detail: "an onion service encrypts by itself" };
  const local = ["127.0.0.1", "localhost", "[::1]"].includes(base.hostname);
  if (base.protocol !== "https:")
    return {
      check,
      ok: local,
      detail: local ? "none, on this machine alone" : "there is none: answers' sizes and times apart, everyone on the way reads along",
    };
  const verdict = await keyAgreement(base);
  const detail = {
    hybrid: "agrees on keys by X25519MLKEM768",
    classical: "does not take X25519MLKEM768: what is recorded today may be read by a quantum computer",
    unknown: "this Node cannot ask for X25519MLKEM768; try: openssl s_client -groups X25519MLKEM768 -connect HOST:443",
  }[verdict];
  return { check, ok: verdict !== "classical", detail };
}

/** Sends a marked word by every way that makes proxies write something, and looks for it, and for the sender, in what was written. */
async function logsOf(base: URL, { logs, addresses = [], settle = SETTLE }: OriginOptions): Promise<Finding> {
  const check = "logs";
  const canary = `amana-canary-${Buffer.from(randomBytes(9)).toString("hex")}`;
  const before = await lengthsOf(logs).catch(() => null);
  if (before === null) return { check, ok: false, detail: "one of the log files cannot be read" };
  const senders = new Set<string>(addresses);
  for (const answered of await markedRequests(base, canary))
    if (answered !== null && answered.localAddress !== "") senders.add(answered.localAddress);
  // A proxy on this machine is met at its own address, which is in every log: only addresses of other interfaces tell.
  const told = [...senders].map((address) => address.replace(/^::ffff:/, "")).filter((address) => !/^(127\.|::1$)/.test(address));
  await wait(settle);
  return verdictOf(await searchSince(logs, before, [canary, ...told]), before, canary, told.length);
}

function verdictOf(
  { files, bytes, found }: Awaited<ReturnType<typeof searchSince>>,
  before: Lengths,
  canary: string,
  addresses: number,
): Finding {
  const check = "logs";
  if (found.length > 0) return { check, ok: false, detail: `what was sent, or who sent it, is in ${found.join(", ")}: turn that log off` };
  const elsewhere = `search what is kept elsewhere (journalctl) for ${canary}`;
  if (before.size + files === 0) return { check, ok: true, detail: `none was named with --logs; ${elsewhere}` };
  const by =
    addresses === 0
      ? "no address was known to look for: name the one that the proxy sees with --address"
      : `${addresses} addresses looked for`;
  return { check, ok: true, detail: `nothing of it in ${files} files (${bytes} bytes written since); ${by}; ${elsewhere}` };
}

/** What goes well, what is not there, what is too long and what is too large: each is written to another log. */
function markedRequests(base: URL, canary: string): Promise<(Answered | null)[]> {
  const headers = { "User-Agent": canary, Referer: `https://${canary}.example/`, "X-Forwarded-For": canary, "Accept-Language": canary };
  const at = (path: string): URL => new URL(path, base);
  return Promise.all([
    ask(at(`health?${canary}`), { headers }),
    ask(at(canary), { headers }),
    ask(at("health"), { headers: { ...headers, "X-Long": canary.repeat(600) } }),
    ask(at(`submissions?${canary}`), {
      method: "POST",
      headers: { ...headers, "Content-Type": "text/plain" },
      body: canary.repeat(80_000),
    }),
  ]);
}
