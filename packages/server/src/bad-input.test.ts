import { encodeJson, newInvitationCode, newSecretCode, toHex } from "@amana/core/bytes";
import { type HeldEntry, signEntry } from "@amana/core/entries";
import { GROUP_LENGTH, WORK_LENGTH } from "@amana/core/mailbox";
import { randomBytes } from "@amana/core/primitives";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ENROLMENT, enrol, enrolment, goLive, type Live, SUBMISSION, submission } from "../fixtures/client.ts";
import { HOUR, reportsDraft, START } from "../fixtures/drafts.ts";
import { withDataFolder } from "../fixtures/folder.ts";
import { forAnotherRound, type Holder, newHolders } from "../fixtures/keys.ts";
import { rawBytes, rawRequest, snapshot } from "../fixtures/raw.ts";
import { type Called, type Running, startServer, trialProgramme } from "../fixtures/server.ts";

const JSON_TYPE = "application/json";

let server: Running;
let live: Live;
let holders: Holder[];
let folder: string;
let person: Awaited<ReturnType<typeof enrol>>;
let neighbour: Awaited<ReturnType<typeof enrol>>;
let release: () => void;
let ended: Promise<void>;

beforeAll(async () => {
  await new Promise<void>((ready, failed) => {
    ended = withDataFolder(async (data) => {
      folder = data;
      holders = newHolders();
      await trialProgramme(data, holders);
      server = await startServer(data, { limits: { bodyMilliseconds: 300, work: 4 } });
      live = await goLive(server, holders);
      const handlers = forAnotherRound(holders);
      await goLive(server, handlers, reportsDraft(handlers));
      person = await enrol(server, live, 0);
      neighbour = await enrol(server, live, 1);
      await server.call("submissions", submission(live.manifest, person), SUBMISSION);
      ready();
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      await server.close();
    }).catch(failed);
  });
});
afterAll(async () => {
  release();
  await ended;
  expect(server.log).toEqual([]);
});

/** The code of a refusal, after checking that it is one, that it repeats nothing, and that nothing of the request was kept. */
async function refused(send: () => Promise<Called>): Promise<{ code: string; status: number }> {
  const before = await snapshot(folder);
  const got = await send();
  expect(got.status).toBeGreaterThanOrEqual(400);
  expect(got.status).toBeLessThan(500);
  expect(got.headers.get("content-type")).toBe("application/problem+json");
  expect(got.body.length).toBe(512);
  expect(await snapshot(folder)).toEqual(before);
  return { code: got.code, status: got.status };
}

const post = (path: string, body: Uint8Array | string, type = JSON_TYPE) => refused(() => server.call(path, body, type));
const submit = (body: Uint8Array) => post("submissions", body, SUBMISSION);
const enrolWith = (body: Uint8Array) => post("issuers/customs/enrolments", body, ENROLMENT);

function spoiled(bytes: Uint8Array, at: number): Uint8Array {
  const copy = new Uint8Array(bytes);
  const place = at < 0 ? copy.length + at : at;
  copy[place] = (copy[place] ?? 0) ^ 1;
  return copy;
}

describe("a stranger's bytes", () => {
  it("of a wrong length are refused", async () => {
    const { request } = enrolment(live.manifest, newInvitationCode(randomBytes), newSecretCode(randomBytes));
    const body = submission(live.manifest, neighbour);
    expect(await enrolWith(request.subarray(1))).toEqual({ code: "ERR_BODY_SIZE", status: 413 });
    expect(await enrolWith(new Uint8Array(request.length + 1))).toEqual({ code: "ERR_BODY_SIZE", status: 413 });
    expect(await submit(body.subarray(0, -1))).toEqual({ code: "ERR_SUBMISSION_FORMAT", status: 400 });
    expect(await submit(new Uint8Array(0))).toEqual({ code: "ERR_SUBMISSION_FORMAT", status: 400 });
    expect(await post("nonces", new Uint8Array(1), "application/octet-stream")).toEqual({ code: "ERR_BODY_SIZE", status: 413 });
    expect((await post("drafts/none/shares", JSON.stringify({ holder: 0, share: "00" }))).code).toBe("ERR_JSON_SCHEMA");
  });

  it("that are too many are refused, declared or not", async () => {
    expect(await submit(new Uint8Array(1 << 20))).toEqual({ code: "ERR_BODY_SIZE", status: 413 });
    expect((await post("entries", `{"a":"${"x".repeat(70_000)}"}`)).code).toBe("ERR_BODY_SIZE");
    const head = `POST /feedback/submissions HTTP/1.1\r\nHost: x\r\nContent-Type: ${SUBMISSION}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`;
    const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`;
    expect(await rawBytes(server.url, `${head + chunk + chunk}0\r\n\r\n`)).toContain('"code":"ERR_BODY_SIZE"');
  });

  it("of another media type or coding are refused", async () => {
    const body = submission(live.manifest, neighbour);
    expect(await post("submissions", body, "application/octet-stream")).toEqual({ code: "ERR_MEDIA_TYPE", status: 415 });
    expect((await post("entries", "{}", "text/plain")).code).toBe("ERR_MEDIA_TYPE");
    const headers = { "Content-Type": SUBMISSION, "Content-Encoding": "gzip" };
    const coded = await rawRequest(server.url, "/feedback/submissions", { method: "POST", headers, body });
    expect(coded.text).toContain("ERR_MEDIA_TYPE");
    expect((await rawRequest(server.url, "/feedback/submissions", { method: "POST", body })).text).toContain("ERR_MEDIA_TYPE");
  });

  it("that are no document, or not in canonical form, are refused", async () => {
    const fields = { type: "held", holder: 0, epoch: 0, ledgerSize: 1, missing: [] } as const;
    const entry = signEntry<HeldEntry>(live.manifest, fields, (holders[0] as Holder).signing);
    expect((await post("entries", "{broken")).code).toBe("ERR_JSON_CANONICAL");
    expect((await post("entries", JSON.stringify(entry, null, 1))).code).toBe("ERR_JSON_CANONICAL");
    expect((await post("entries", new Uint8Array([0x7b, 0xff, 0x7d]))).code).toBe("ERR_BYTES_ENCODING");
    expect((await post("entries", `\ufeff${new TextDecoder().decode(encodeJson(entry))}`)).code).toMatch(
      /ERR_(BYTES_ENCODING|JSON_CANONICAL)/,
    );
    expect((await post("rounds/wave-1/epochs/0/envelopes", "[1,")).code).toBe("ERR_NOT_FOUND");
    expect((await post("rounds/reports/reports", "[1,")).code).toBe("ERR_JSON_CANONICAL");
    expect((await post("rounds/wave-1/release", "nothing")).code).toBe("ERR_JSON_CANONICAL");
  });

  it("with unknown fields are refused, prototype keys among them", async () => {
    const fields = { type: "held", holder: 0, epoch: 0, ledgerSize: 1, missing: [] } as const;
    const entry = signEntry<HeldEntry>(live.manifest, fields, (holders[0] as Holder).signing);
    expect((await post("entries", encodeJson({ ...entry, extra: 1 }))).code).toBe("ERR_JSON_SCHEMA");
    expect((await post("entries", encodeJson({ ...entry, type: "close" }))).code).toBe("ERR_JSON_SCHEMA");
    expect((await post("entries", encodeJson({ protocol: "amana/1", type: "close", manifest: entry.manifest }))).code).toBe(
      "ERR_ENTRY_REFUSED",
    );
    for (const key of ["__proto__", "constructor", "prototype", "toString"]) {
      const { code } = await post(
        "rounds/reports/reports",
        `{"holder":0,"nonce":"${"0".repeat(64)}","signature":"${"0".repeat(128)}","${key}":{}}`,
      );
      expect(["ERR_JSON_SCHEMA", "ERR_JSON_CANONICAL"]).toContain(code);
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it("for another round or audience are refused", async () => {
    const other = { ...live.manifest, title: { en: "Another" } };
    expect(await submit(submission(other, neighbour))).toEqual({ code: "ERR_ROUND_UNKNOWN", status: 404 });
    const { request } = enrolment(other, live.codes[2] as never, newSecretCode(randomBytes));
    expect((await enrolWith(request)).code).toBe("ERR_ROUND_UNKNOWN");
    expect((await submit(submission(live.manifest, neighbour, {}, 0, (fields) => ({ ...fields, audience: 1 })))).code).toBe(
      "ERR_SUBMISSION_FORMAT",
    );
    expect((await submit(submission(live.manifest, neighbour, {}, 16))).code).toBe("ERR_SUBMISSION_FORMAT");
    expect((await post("submissions", submission(live.manifest, neighbour), "application/vnd.amana.report")).code).toBe(
      "ERR_SUBMISSION_FORMAT",
    );
  });

  it("outside the windows are refused", async () => {
    const late = enrolment(live.manifest, live.codes[2] as never, newSecretCode(randomBytes)).request;
    const body = submission(live.manifest, neighbour);
    server.clock.seconds = START - 1;
    expect(await submit(body)).toEqual({ code: "ERR_ROUND_NOT_OPEN", status: 409 });
    expect((await enrolWith(late)).code).toBe("ERR_ROUND_NOT_OPEN");
    server.clock.seconds = START + HOUR;
    expect(await submit(body)).toEqual({ code: "ERR_ROUND_CLOSED", status: 409 });
    expect((await enrolWith(late)).code).toBe("ERR_ROUND_CLOSED");
    server.clock.seconds = START;
  });

  it("with spent, foreign or no credentials are refused", async () => {
    const used = enrolment(live.manifest, live.codes[0] as never, newSecretCode(randomBytes)).request;
    const invented = enrolment(live.manifest, newInvitationCode(randomBytes), newSecretCode(randomBytes)).request;
    expect(await enrolWith(used)).toEqual({ code: "ERR_INVITATION_USED", status: 409 });
    expect(await enrolWith(invented)).toEqual({ code: "ERR_INVITATION_UNKNOWN", status: 403 });
    expect((await post("issuers/nobody/enrolments", used, ENROLMENT)).code).toMatch(/^ERR_/);
    const { secret } = neighbour;
    expect(await submit(submission(live.manifest, { secret, token: person.token }))).toEqual({ code: "ERR_TOKEN_INVALID", status: 403 });
    expect(await submit(submission(live.manifest, { secret, token: new Uint8Array(354) }))).toEqual({
      code: "ERR_TOKEN_MISSING",
      status: 403,
    });
    expect(await submit(spoiled(submission(live.manifest, neighbour), -1))).toEqual({ code: "ERR_SUBMISSION_SIGNATURE", status: 403 });
    const shape = (fields: Parameters<NonNullable<Parameters<typeof submission>[4]>>[0]) => ({
      ...fields,
      envelope: spoiled(fields.envelope, 4),
    });
    expect((await submit(submission(live.manifest, neighbour, {}, 0, shape))).code).toBe("ERR_ENVELOPE_FORMAT");
    expect(await submit(submission(live.manifest, person, { O01: 1 }))).toEqual({ code: "ERR_SEQUENCE_USED", status: 409 });
  });

  it("with an attachment that is cut, of another kind of round or of none, or too early are refused", async () => {
    const type = "application/vnd.amana.chunks";
    const whole = randomBytes(WORK_LENGTH + GROUP_LENGTH);
    expect(await post("rounds/reports/uploads", whole, type)).toEqual({ code: "ERR_ATTACHMENT_FORMAT", status: 400 });
    expect(await post("rounds/reports/uploads", whole.subarray(1), type)).toEqual({ code: "ERR_BODY_SIZE", status: 413 });
    expect((await post("rounds/reports/uploads", whole)).code).toBe("ERR_MEDIA_TYPE");
    expect((await post("rounds/wave-1/uploads", whole, type)).code).toBe("ERR_NOT_FOUND");
    expect((await post("rounds/none/uploads", whole, type)).code).toBe("ERR_ROUND_UNKNOWN");
    server.clock.seconds = START - 1;
    expect((await post("rounds/reports/uploads", whole, type)).code).toBe("ERR_ROUND_NOT_OPEN");
    server.clock.seconds = START;
  });

  it("for chunks, by nobody or by nobody that holds a key, are refused", async () => {
    const nonce = toHex((await server.call("nonces", new Uint8Array(0))).body);
    const ask = { chunks: ["0".repeat(64)], holder: 0, nonce, signature: "0".repeat(128) };
    expect((await post("rounds/reports/chunks", JSON.stringify(ask))).code).toBe("ERR_FETCH_REFUSED");
    expect((await post("rounds/reports/chunks", JSON.stringify({ ...ask, chunks: [] }))).code).toBe("ERR_JSON_SCHEMA");
    expect((await post("rounds/reports/chunks", JSON.stringify({ ...ask, chunks: Array(65).fill("0".repeat(64)) }))).code).toBe(
      "ERR_JSON_SCHEMA",
    );
    expect((await post("rounds/wave-1/chunks", JSON.stringify(ask))).code).toBe("ERR_NOT_FOUND");
  });

  it("that pretend to come from a key holder are refused", async () => {
    const nonce = toHex((await server.call("nonces", new Uint8Array(0))).body);
    const stranger = { holder: 0, nonce, signature: "0".repeat(128) };
    for (const [path, more] of [
      ["inbox", { from: 0, to: null, after: null }],
      ["reports", { wanted: [] }],
      ["cases", { wanted: ["0".repeat(64)] }],
    ] as const) {
      const asked = { ...stranger, ...more };
      expect(await post(`rounds/reports/${path}`, JSON.stringify(asked))).toEqual({ code: "ERR_FETCH_REFUSED", status: 403 });
      expect((await post(`rounds/reports/${path}`, JSON.stringify({ ...asked, holder: 200 }))).code).toBe("ERR_FETCH_REFUSED");
      expect((await post(`rounds/wave-1/${path}`, JSON.stringify(asked))).code).toBe("ERR_NOT_FOUND");
    }
    const greedy = { ...stranger, wanted: Array.from({ length: 513 }, (_, i) => i.toString(16).padStart(64, "0")) };
    expect((await post("rounds/reports/reports", JSON.stringify(greedy))).code).toBe("ERR_JSON_SCHEMA");
    const record = { holder: 0, record: "00", signature: "0".repeat(128) };
    expect((await post("rounds/reports/case-records", JSON.stringify(record))).code).toBe("ERR_FETCH_REFUSED");
    expect((await post("rounds/wave-1/case-records", JSON.stringify(record))).code).toBe("ERR_NOT_FOUND");
    expect((await post("rounds/reports/case-records", JSON.stringify({ ...record, record: "00".repeat(40_000) }))).code).toBe(
      "ERR_BODY_SIZE",
    );
    expect((await post("rounds/wave-1/reveals", randomBytes(5000), "application/vnd.amana.reveal")).code).toBe("ERR_NOT_DUE");
    expect((await post("rounds/reports/reveals", randomBytes(50), "application/vnd.amana.reveal")).code).toBe("ERR_NOT_DUE");
    const reply = { holder: 0, reply: "0".repeat(8192), record: "00", signature: "0".repeat(128) };
    expect((await post("rounds/reports/replies", JSON.stringify(reply))).code).toBe("ERR_FETCH_REFUSED");
    expect((await post("rounds/wave-1/replies", JSON.stringify(reply))).code).toBe("ERR_NOT_FOUND");
    expect((await post("drafts/wave-1/cosignatures", JSON.stringify({ holder: 0, signature: "0".repeat(128) }))).code).toBe(
      "ERR_COSIGNATURE",
    );
    expect((await post("drafts/none/shares", JSON.stringify({ holder: 0, share: "0".repeat(66) }))).code).toBe("ERR_DRAFT_UNKNOWN");
    expect((await post("files", randomBytes(100), "application/octet-stream")).code).toBe("ERR_ENTRY_REFUSED");
  });

  it("that come slowly hold up nobody, and end with a code of their own", async () => {
    const head = `POST /feedback/submissions HTTP/1.1\r\nHost: x\r\nContent-Type: ${SUBMISSION}\r\nContent-Length: 4000\r\n\r\n`;
    const before = await snapshot(folder);
    const slow = Array.from({ length: 20 }, () => rawBytes(server.url, `${head}slow`));
    expect((await server.call("health")).status).toBe(200);
    for (const got of await Promise.all(slow)) {
      expect(got).toMatch(/^HTTP\/1\.1 408 /);
      expect(got).toContain('"code":"ERR_BODY_SLOW"');
    }
    expect(await snapshot(folder)).toEqual(before);
  });
});

describe("methods and paths", () => {
  it("of another method are told which ones there are", async () => {
    for (const method of ["PUT", "DELETE", "PATCH", "PROPFIND"]) {
      const got = await rawRequest(server.url, "/feedback/submissions", { method });
      expect(got.status).toBe(405);
      expect(got.headers.allow).toBe("POST");
      expect(got.text).toContain("ERR_METHOD");
    }
    expect((await rawRequest(server.url, "/feedback/submissions")).status).toBe(405);
    expect((await rawRequest(server.url, "/feedback/programme", { method: "POST" })).status).toBe(405);
    const head = await rawRequest(server.url, "/feedback/programme", { method: "HEAD" });
    expect([head.status, head.text]).toEqual([200, ""]);
    expect((await rawRequest(server.url, "/feedback/submissions", { method: "HEAD" })).status).toBe(405);
    expect(await rawBytes(server.url, "BREW /feedback/ HTTP/1.1\r\nHost: x\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 /);
  });

  it("OPTIONS answers a preflight, and nothing where there is nothing", async () => {
    const got = await rawRequest(server.url, "/feedback/submissions", { method: "OPTIONS", headers: { Origin: "https://form.example" } });
    expect(got.status).toBe(204);
    expect(got.headers["access-control-allow-origin"]).toBe("*");
    expect(got.headers["access-control-allow-methods"]).toBe("POST");
    expect(got.headers["access-control-allow-credentials"]).toBeUndefined();
    expect((await rawRequest(server.url, "/feedback/nothing", { method: "OPTIONS" })).status).toBe(404);
  });

  it("that are garbage are not found", async () => {
    const paths = [
      "%zz",
      "%",
      "%00",
      "%c0%ae",
      "..",
      "../../etc/passwd",
      "files/..%2f..%2fsecrets.json",
      `files/${"0".repeat(64)}`,
      "files/ABC",
      "ledger/tile/../../secrets.json",
      "ledger/tile/..%2f..%2fsecrets.json",
      "ledger/tile/0/%zz",
      "ledger/tile/99/000",
      "ledger/tile/0/x000/000.p/0",
      "releases/../secrets.json",
      "releases/wave-1/..%2f..%2fsecrets.json",
      "releases/__proto__/index.html",
      "rounds/__proto__",
      "rounds/constructor",
      "rounds/wave-1/reveals/-1",
      "rounds/wave-1/reveals/99",
      "rounds/wave-1/reveals/0x1",
      "drafts/__proto__",
      "drafts/..%2fsecrets",
      "wp-admin.php",
      "PROGRAMME",
      "programme/",
      `${"a".repeat(4000)}`,
      "?",
      "programme%3f",
    ];
    for (const path of paths) {
      const got = await rawRequest(server.url, `/feedback/${path}`);
      expect([path, got.status]).toEqual([path, 404]);
      expect(got.text).toMatch(/"code":"ERR_(NOT_FOUND|ROUND_UNKNOWN|DRAFT_UNKNOWN)"/);
      expect(got.text.length).toBe(512);
    }
  });
});
