import { type ChildProcess, spawn } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Credential, openInvitation } from "@amana/client";
import { parseInvitationCode } from "@amana/core/bytes";
import { encodeEnrolmentReceipt, parseEnrolmentReceipt, signEnrolmentReceipt } from "@amana/core/credential";
import { randomBytes, signingKey } from "@amana/core/primitives";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withFolder } from "../test-support/folder.ts";
import { build } from "../test-support/process.ts";
import { ORGANISATIONS, Trial, WAVE } from "../test-support/trial.ts";

/* One wave with two issuers: the operator's, and one in a process and a folder of its own. Both are needed, and neither sees the other's codes. */

const CLOCKED = fileURLToPath(new URL("../test-support/clocked.mjs", import.meta.url));
let trial: Trial;
let child: ChildProcess;
let exit: Promise<number | null>;
let port = 0;
let folder = "";
const people: Credential[] = [];
let leave: () => void;
let left: Promise<unknown>;

const clockFile = (): string => join(folder, "clock.txt");
const issuerFolder = (): string => join(folder, "issuer");
const ORIGIN = (): string => `http://127.0.0.1:${port}/`;

beforeAll(async () => {
  build();
  await new Promise<void>((ready, failed) => {
    left = withFolder(async (made) => {
      folder = made;
      const gone = new Promise<void>((resolve) => {
        leave = resolve;
      });
      await prepare().then(ready, failed);
      await gone;
    });
  });
}, 240_000);

afterAll(async () => {
  child.kill("SIGKILL");
  await trial.stop();
  leave();
  await left;
});

async function prepare(): Promise<void> {
  port = await freePort();
  trial = new Trial(folder);
  trial.wave = { windows: { answeringOpen: "+0", enrolmentClose: "+3600", answeringClose: "+7200" }, deadlines: { objection: 600 } };
  trial.beforeWave = async () => {
    const where = ["--data", issuerFolder(), "--server", trial.url, "--round", WAVE, "--audience", "officials"];
    const own = ["--name", "university", "--organisation", "observatory", "--origin", ORIGIN(), "--count", "7", "--spares", "1"];
    await trial.amana(["issuer", "init", ...where, ...own, "--offer", join(folder, "offer.json"), "--out", join(folder, "university.csv")]);
    trial.offers.push("offer.json");
  };
  await setClock(0);
  await trial.launch();
  await startIssuer();
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** Both clocks: the server's in this process, and the issuer's. */
async function setClock(seconds: number): Promise<void> {
  await writeFile(clockFile(), String(seconds));
}

async function startIssuer(): Promise<void> {
  child = spawn(process.execPath, [CLOCKED, clockFile(), "issuer", "serve", "--data", issuerFolder(), "--port", String(port)]);
  exit = new Promise((resolve) => child.on("close", resolve));
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  // Not before it listens: looking at its folder would hold the folder's lock.
  let listens = false;
  child.stdout?.on("data", () => {
    listens = true;
  });
  await until(
    async () => listens && (await status()).state !== "offered",
    () => said,
  );
}

async function status(): Promise<{ state: string; drawsLogged: number | null; undelivered: number }> {
  try {
    const { results } = await trial.amana(["issuer", "status", "--data", issuerFolder()]);
    return results[0] as Awaited<ReturnType<typeof status>>;
  } catch {
    return { state: "offered", drawsLogged: null, undelivered: 0 };
  }
}

async function until(holds: () => Promise<boolean>, otherwise: () => string = () => ""): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited for too long: ${otherwise()}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function codes(file: string): Promise<string[]> {
  const lines = (await readFile(file, "utf8")).trim().split("\n").slice(1);
  return lines.map((line) => line.split(",")[0] as string);
}

/** The link of one person: a code of each issuer, in the manifest's order. */
async function linkOf(place: number, second = place): Promise<string> {
  const [own, other] = [await codes(trial.csv()), await codes(join(folder, "university.csv"))];
  return `${trial.url}${WAVE}#officials.${own[place]}.${other[second]}`;
}

async function verifyReceipt(text: string, expect = 0): Promise<unknown> {
  const file = join(folder, "receipt.txt");
  await writeFile(file, text);
  return (await trial.amana(["verify", trial.url, "--receipt", file], expect)).results[0];
}

describe("a wave with two issuers, one in its own process", () => {
  it("has its links put together from the lists of both, in the order of the issuers: another order is found before anything is written", async () => {
    const [own, other, out] = [trial.csv(), join(folder, "university.csv"), join(folder, "joined.csv")];
    const turned = await trial.amana(["invitations", "join", other, own, "--out", out, "--check"], 2);
    expect(turned.warned.join()).toContain("stands in the place of the issuer officials-issuer");
    await expect(readFile(out)).rejects.toMatchObject({ code: "ENOENT" });
    const { results } = await trial.amana(["invitations", "join", own, other, "--out", out, "--check"]);
    expect(results[0]).toMatchObject({ round: WAVE, audience: "officials", count: 6, issuers: 2, checked: true });
    const links = (await readFile(out, "utf8")).trim().split("\n").slice(1);
    expect(links.map((line) => line.split(",")[1])).toEqual(await Promise.all([0, 1, 2, 3, 4, 5].map((place) => linkOf(place))));
  });

  it("is drawn at both: each gets its own code and no other", async () => {
    const sent: { url: string; body: Uint8Array }[] = [];
    const watching = {
      ...trial.options,
      fetch: (url: string, init?: RequestInit) => {
        sent.push({ url, body: new Uint8Array((init?.body as Uint8Array | undefined) ?? []) });
        return fetch(url, init);
      },
    };
    for (const place of [0, 1, 2]) {
      const round = await openInvitation(await linkOf(place), watching);
      const credential = await round.enrol(round.newSecretCode());
      expect(credential.enrolmentReceipts).toHaveLength(2);
      await credential.submit({ O01: 4, O02: "a comment" });
      people.push(credential);
    }
    const [own, other] = [await codes(trial.csv()), await codes(join(folder, "university.csv"))];
    const shown = (code: string | undefined): Set<string> =>
      new Set(
        sent
          .filter(({ body }) => Buffer.from(body).includes(Buffer.from(parseInvitationCode(code ?? ""))))
          .map(({ url }) => new URL(url).origin),
      );
    for (const place of [0, 1, 2]) {
      expect(shown(own[place])).toEqual(new Set([new URL(trial.url).origin]));
      expect(shown(other[place])).toEqual(new Set([new URL(ORIGIN()).origin]));
    }
  });

  it("refuses a code at the issuer that it is not for", async () => {
    const [own, other] = [await codes(trial.csv()), await codes(join(folder, "university.csv"))];
    const round = await openInvitation(`${trial.url}${WAVE}#officials.${other[3]}.${own[3]}`, trial.options);
    await expect(round.enrol(round.newSecretCode())).rejects.toMatchObject({ code: "ERR_INVITATION_UNKNOWN" });
  });

  it("loses nothing while one issuer is down: it is named, and the same request goes on later", async () => {
    child.kill("SIGTERM");
    expect(await exit).toBe(0);
    const round = await openInvitation(await linkOf(3), trial.options);
    const secret = round.newSecretCode();
    await expect(round.enrol(secret)).rejects.toMatchObject({
      code: "ERR_NETWORK",
      details: { note: "It was the issuer university that did not answer." },
    });
    await startIssuer();
    const credential = await round.enrol(secret);
    await credential.submit({ O01: 2, O02: "later" });
    people.push(credential);
    // Once more, from another device, after everything: the same draw.
    await (await openInvitation(await linkOf(3), trial.options)).enrol(secret);
  });

  it("replaces a lost invitation: the old code draws nothing, the spare does, and only once it is in the ledger", async () => {
    const other = await codes(join(folder, "university.csv"));
    const early = await openInvitation(await linkOf(4, 6), trial.options);
    // The other issuer takes its code with this secret code: the person goes on with it.
    const secret = early.newSecretCode();
    await expect(early.enrol(secret)).rejects.toMatchObject({ code: "ERR_INVITATION_UNKNOWN" });
    const line = ["issuer", "replace", "--data", issuerFolder(), "--code", other[4] as string];
    const { results } = await trial.amana([...line, "--spares", join(folder, "university.csv")]);
    expect(results[0]).toEqual({ replaced: true, by: other[6] });
    expect((await trial.amana([...line, "--spares", join(folder, "university.csv")])).results).toEqual(results);
    const lost = await openInvitation(await linkOf(4), trial.options);
    await expect(lost.enrol(secret)).rejects.toMatchObject({ code: "ERR_INVITATION_REPLACED" });
    const found = await openInvitation(await linkOf(4, 6), trial.options);
    const credential = await found.enrol(secret);
    await credential.submit({ O01: 1, O02: "with the spare" });
    people.push(credential);
  });

  it("lets nobody replace what was drawn, and revokes without a spare", async () => {
    const own = await codes(trial.csv());
    const where = [
      "invitations",
      "replace",
      "--data",
      trial.data,
      "--round",
      WAVE,
      "--audience",
      "officials",
      "--issuer",
      "officials-issuer",
    ];
    await trial.amana([...where, "--code", own[0] as string, "--revoke"], 2);
    await trial.amana([...where, "--code", own[5] as string, "--revoke"]);
    const round = await openInvitation(await linkOf(5), trial.options);
    await expect(round.enrol(round.newSecretCode())).rejects.toMatchObject({ code: "ERR_INVITATION_REPLACED" });
  });

  it("publishes both issuers' draws when enrolment closes, each signed by its own", async () => {
    trial.forward(3600);
    await setClock(3600);
    await trial.tick();
    await until(async () => {
      const { drawsLogged, undelivered } = await status();
      return drawsLogged !== null && undelivered === 0;
    });
    expect(await status()).toMatchObject({ state: "objections", drawsLogged: 5 });
    const [first] = people as [Credential];
    for (const text of first.enrolmentReceipts) expect(await verifyReceipt(text)).toMatchObject({ verified: true, receipt: "logged" });
  });

  it("takes an objection that it has answered already, and none of a stranger's making", async () => {
    const text = people[0]?.enrolmentReceipts[1] as string;
    const file = join(folder, "own.txt");
    await writeFile(file, text);
    const { results } = await trial.amana(["issuer", "object", file, trial.url]);
    expect(results[0]).toMatchObject({ issuer: "university", taken: true });
    const { receipt } = parseEnrolmentReceipt(text);
    const forged = { ...receipt, signature: signEnrolmentReceipt(receipt, receipt.draw, signingKey(randomBytes(32))) };
    const answer = await fetch(`${ORIGIN()}issuers/university/objections`, {
      method: "POST",
      headers: { "content-type": "application/vnd.amana.enrolment-receipt" },
      body: encodeEnrolmentReceipt(forged) as BodyInit,
    });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([403, "ERR_ENROLMENT_RECEIPT"]);
  });

  it("destroys its keys and says so, then is counted, released and verified", async () => {
    trial.forward(600);
    await setClock(4200);
    await trial.tick();
    await until(async () => {
      const { state, undelivered } = await status();
      return state === "keys destroyed" && undelivered === 0;
    });
    const names = await readdir(issuerFolder(), { recursive: true });
    expect(names.filter((name) => name.includes("issuer-keys"))).toEqual([]);
    trial.forward(3000);
    await setClock(7200);
    await trial.tick();
    for (let pass = 0; pass < 4; pass++) for (const organisation of ORGANISATIONS) await trial.next(organisation);
    const { results } = await trial.amana(["verify", trial.url]);
    const { verified, checks } = results[0] as { verified: boolean; checks: { check: string; ok: boolean; detail: string }[] };
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(verified).toBe(true);
    expect(checks.find(({ check }) => check === "invitations and draws")?.detail).toBe("10 logged draws among 13 invitations");
  });
});
