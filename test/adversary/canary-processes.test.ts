import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openInvitation } from "@amana/client";
import { openChannel } from "@amana/client/reporter";
import { formatCode, toHex } from "@amana/core/bytes";
import { CHANNEL, freePort, ORGANISATIONS, World } from "@amana/example-trial";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { build, Child } from "./support/child.ts";
import { ADDRESS, MARKS, markedFetch, TRACES } from "./support/marks.ts";

/*
 * A visitor whose every request is full of marks, at the real processes: server, issuer, relay and witness. Then every byte that any of them wrote is
 * read: their folders, stdout, stderr, and what they answered.
 */

const SECOND = "wave-2";

let folder: string;
let world: World;
let programme: string;
let url: string;
/** Where the second wave's other issuer and its relay listen. */
let issuer: string;
let relay: string;
const children: Child[] = [];
let answers = "";
/** Codes that the visitor had: no process may know or write them. */
const secrets: string[] = [];

/** Everything under a folder: names and contents. */
async function everything(path: string): Promise<string> {
  let all = "";
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    all += `${entry.name}\n`;
    if (entry.isFile()) all += await readFile(join(entry.parentPath, entry.name), "latin1");
  }
  return all;
}

async function started(line: readonly string[]): Promise<string> {
  const child = new Child(line, { AMANA_PINS: join(folder, "state", "pins.json"), AMANA_STATE: join(folder, "state") });
  children.push(child);
  return child.url();
}

/** A marked request; whatever it is answered is kept. */
async function send(target: string, init?: RequestInit): Promise<number> {
  const response = await markedFetch(target, init);
  answers += `${JSON.stringify([...response.headers])}\n${Buffer.from(await response.arrayBuffer()).toString("latin1")}\n`;
  return response.status;
}

/** Bytes on a connection from the marked address, as they are. */
function raw(target: string, text: string): Promise<void> {
  const { hostname, port } = new URL(target);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), localAddress: ADDRESS }, () => socket.write(text));
    const timer = setTimeout(() => socket.destroy(), 1500);
    socket.on("data", (chunk) => {
      answers += chunk.toString("latin1");
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Everything that makes a process fail, refuse or break off. */
async function provoke(target: string): Promise<number[]> {
  const statuses: number[] = [];
  for (const path of [
    "",
    "rounds",
    "canary-433",
    "%zz",
    "files/canary-434",
    "ledger/checkpoint",
    "ledger/tile/canary",
    "releases/canary/x",
  ])
    statuses.push(await send(`${target}${path}`));
  const types = [
    "application/vnd.amana.submission",
    "application/vnd.amana.report",
    "application/vnd.amana.enrolment",
    "message/ohttp-req",
  ];
  for (const type of [...types, "text/canary-435", "application/json"]) {
    for (const path of [
      "submissions",
      "issuers/officials-issuer/enrolments",
      "issuers/canary-436/enrolments",
      "gateway",
      "entries",
      "add-checkpoint",
      "ab".repeat(32),
    ]) {
      const body = new TextEncoder().encode(JSON.stringify({ "canary-437": "canary-438" }).repeat(40));
      statuses.push(await send(`${target}${path}`, { method: "POST", headers: { "content-type": type }, body }));
    }
  }
  for (const method of ["DELETE", "PUT", "PATCH", "OPTIONS", "HEAD"]) statuses.push(await send(`${target}submissions`, { method }));
  // Too much at once, too long a header, a body that never ends, and no HTTP at all.
  statuses.push(...(await Promise.all(Array.from({ length: 400 }, () => send(`${target}ledger/checkpoint`)))));
  await raw(target, `GET / HTTP/1.1\r\nHost: canary-439\r\nX-Canary: ${"canary-440".repeat(2000)}\r\n\r\n`);
  await raw(
    target,
    "POST /submissions HTTP/1.1\r\nHost: canary\r\nContent-Type: application/vnd.amana.submission\r\nContent-Length: 99999999\r\n\r\ncanary-441",
  );
  await raw(
    target,
    "POST /entries HTTP/1.1\r\nHost: canary\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz-canary-442\r\n",
  );
  await raw(target, "\x16\x03\x01canary-443");
  await raw(target, "GET http://canary-444.example/ HTTP/1.1\r\nHost: canary\r\n\r\n");
  return statuses;
}

beforeAll(async () => {
  build();
  folder = await mkdtemp(join(tmpdir(), "amana-visitor-"));
  const port = await freePort();
  world = new World(folder, `http://127.0.0.1:${port}/`, () => new Date());
  programme = await world.prepare();
  url = await started(["serve", "--data", world.data, "--port", String(port)]);
  await world.amana(["trust", url, "--yes"]);
  await world.launchWave({ invited: { officials: 3, "private-sector": 3 }, minimumGroup: 2, lasts: 3600, epochSeconds: 1 });
  const wave = (await (await fetch(`${url}rounds/wave-1`)).json()) as { manifest: string };
  await world.launchChannel(wave.manifest, 1);
  await launchRelayed();
}, 240_000);

/** A second wave, with an issuer in a process and at an address of its own, and a relay. */
async function launchRelayed(): Promise<void> {
  const [issuerPort, relayPort] = [await freePort(), await freePort()];
  issuer = `http://127.0.0.1:${issuerPort}/`;
  relay = `http://127.0.0.1:${relayPort}/`;
  const place = ["--data", join(folder, "issuer"), "--server", url, "--round", SECOND, "--audience", "officials"];
  const own = ["--name", "university", "--organisation", "observatory", "--origin", issuer, "--count", "3"];
  await world.amana(["issuer", "init", ...place, ...own, "--offer", join(folder, "offer.json"), "--out", join(folder, "university.csv")]);
  const { result } = await world.amana(["relay", "init", join(folder, "relay")]);
  for (const { id } of ORGANISATIONS) await world.as(id, ["trustee", "join", "--organisation", id, "--round", SECOND, "--url", url]);
  const wave = JSON.parse(await readFile(join(folder, "wave.yaml"), "utf8")) as { audiences: object[]; trustees: string[] };
  const [audience] = wave.audiences;
  const issuers = [{ name: "officials-issuer", handedOutBy: "customs" }, { offer: "offer.json" }];
  const relayed = {
    organisation: "federation",
    origin: relay.slice(0, -1),
    key: (result as { key: string }).key,
    slots: 24,
    releaseLead: 60,
  };
  const trustees = wave.trustees.map((card) => card.replace(".wave-1.", `.${SECOND}.`));
  const changed = { round: SECOND, audiences: [{ ...audience, issuers }], trustees, separation: ["relay"], relay: relayed };
  await writeFile(join(folder, "wave-2.yaml"), JSON.stringify({ ...wave, ...changed }));
  await world.amana(["round", "create", join(folder, "wave-2.yaml"), "--data", world.data]);
  const invited = ["--round", SECOND, "--audience", "officials", "--issuer", "officials-issuer", "--count", "3", "--url", url];
  await world.amana(["invitations", "create", "--data", world.data, ...invited, "--out", join(folder, "second.csv")]);
  for (const _pass of [1, 2]) {
    for (const { id } of ORGANISATIONS) {
      const backup = `${world.key(id)}.backup.txt`;
      await world.as(id, ["trustee", "cosign", "--round", SECOND, "--backup", backup]).catch((error: unknown) => {
        if (!String(error).includes("ERR_DRAFT_UNKNOWN")) throw error;
      });
    }
  }
  await started(["issuer", "serve", "--data", join(folder, "issuer"), "--port", String(issuerPort)]);
  await started([
    "relay",
    "serve",
    "--data",
    join(folder, "relay"),
    "--server",
    url,
    "--programme",
    programme,
    "--port",
    String(relayPort),
  ]);
}

/** The first column of a file of codes. */
async function codesIn(name: string): Promise<string[]> {
  const lines = (await readFile(join(folder, name), "utf8")).trim().split("\n").slice(1);
  return lines.map((line) => line.split(",")[0] as string);
}

afterAll(async () => {
  for (const child of children) await child.stop();
  await rm(folder, { recursive: true, force: true });
});

describe("a marked visitor", () => {
  const options = () => ({ programme, fetch: markedFetch, wait: async () => undefined });

  it("answers, changes, withdraws, comes back and reports", async () => {
    const [link = ""] = await world.links("officials");
    const round = await openInvitation(link, options());
    const code = round.newSecretCode();
    const credential = await round.enrol(code);
    await credential.submit({});
    await credential.withdraw();
    await credential.check();
    const channel = await openChannel(url, CHANNEL, options());
    const own = channel.newSecretCode();
    const file = new File(["canary-446"], "canary-447.txt", { type: "text/x-canary-448" });
    await channel.report(own, { locale: "fr", fields: {}, text: "canary-445" }, undefined, null, [file]);
    await channel.replies(own);
    secrets.push(formatCode(code), toHex(code), formatCode(own), toHex(own), link.split(".").at(-1) as string);
    await new Promise((resolve) => setTimeout(resolve, 3000));
  });

  it("draws at two issuers and answers through a relay, changes and withdraws there", async () => {
    const [[code = ""], [other = ""]] = [await codesIn("second.csv"), await codesIn("university.csv")];
    const round = await openInvitation(`${url}${SECOND}#officials.${code}.${other}`, options());
    const secret = round.newSecretCode();
    const credential = await vi.waitFor(() => round.enrol(secret), { timeout: 30_000, interval: 500 });
    const receipt = await credential.submit({});
    await credential.withdraw();
    expect(receipt.state).toBe("sent");
    secrets.push(formatCode(secret), toHex(secret), code, other);
  });

  it("provokes what can go wrong at the server, a broken disk included", async () => {
    const statuses = await provoke(url);
    // The clockwork finds this, and says so on stderr.
    for (const name of await readdir(join(world.data, "rounds")))
      await writeFile(join(world.data, "rounds", name, "replies.json"), "broken");
    statuses.push(await send(`${url}rounds/${CHANNEL}/replies`));
    expect([200, 400, 404, 405, 413, 415].filter((status) => !statuses.includes(status))).toEqual([]);
  });

  it("provokes what can go wrong at an issuer, a relay and a witness", async () => {
    await provoke(issuer);
    await provoke(relay);
    const watcher = ["--data", join(folder, "witness")];
    await new Child(["witness", "init", ...watcher, "--name", "witness.example"]).ended();
    await new Child(["witness", "watch", url, ...watcher, "--programme", programme], {
      AMANA_PINS: join(folder, "state", "pins.json"),
    }).ended();
    await provoke(await started(["witness", "serve", ...watcher, "--port", "0"]));
  });

  it("has left no mark and no code in any folder, on no output and in no answer", async () => {
    for (const child of children) await child.stop();
    const kept: Record<string, string> = { answers };
    for (const name of ["data", "issuer", "relay", "witness"]) kept[name] = await everything(join(folder, name));
    for (const [at, child] of children.entries()) kept[`output ${at}`] = child.written;
    expect(children).toHaveLength(4);
    for (const text of Object.values(kept)) expect(text.length).toBeGreaterThan(50);
    const found = Object.entries(kept).flatMap(([where, text]) =>
      [...TRACES, ...secrets].filter((trace) => text.includes(trace)).map((trace) => `${trace} in ${where}`),
    );
    expect(found).toEqual([]);
    expect(kept["output 0"]).toContain("ERR_STORE_DAMAGED");
  });
});

describe("a server that logs", () => {
  it("is caught by the same visitor and the same search", async () => {
    const path = join(folder, "logging");
    await mkdir(path);
    const server = createServer(async (request, response) => {
      await writeFile(join(path, "access.log"), `${request.socket.remoteAddress} ${request.url} ${JSON.stringify(request.headers)}\n`);
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    await send(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await new Promise((resolve) => server.close(resolve));
    const log = await everything(path);
    const found = TRACES.filter((trace) => log.includes(trace));
    expect(found.length).toBeGreaterThanOrEqual(Object.keys(MARKS).length - 5);
    expect(found).toContain("anary");
  });
});
