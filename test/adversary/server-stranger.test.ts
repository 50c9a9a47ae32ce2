import { connect } from "node:net";
import { parseInvitationLink } from "@amana/client";
import { fromHex, type InvitationCode, newInvitationCode, newSecretCode, type SecretCode } from "@amana/core/bytes";
import {
  blind,
  encodeEnrolment,
  parseIssuerKey,
  reportNonce,
  reportSigningKey,
  responseNonce,
  responseSigningKey,
} from "@amana/core/credential";
import { type Manifest, manifestId } from "@amana/core/manifest";
import { randomBytes } from "@amana/core/primitives";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Deployment, START } from "./support/server.ts";

/* What a stranger on the network learns from what comes back, and what bytes that are no request do. */

let here: Deployment;
let manifest: Manifest;
beforeAll(async () => {
  here = await Deployment.start();
  manifest = await here.manifest();
});
afterAll(() => here.stop());

/** A well-formed enrolment with any code. */
function enrolment(code: InvitationCode, secret: SecretCode): Uint8Array {
  const id = manifestId(manifest);
  const issuer = manifest.audiences[0]?.issuers[0];
  if (issuer === undefined) throw new Error("no issuer");
  const bind = (nonce: Uint8Array, spki: string) => ({
    issuerName: issuer.name,
    manifestId: id,
    nonce,
    key: parseIssuerKey(fromHex(spki)),
  });
  return encodeEnrolment({
    manifestId: id,
    audience: 0,
    code,
    blinded: blind(secret, bind(responseNonce(id, responseSigningKey(secret, id).publicKey), issuer.spki)).blinded,
    reportBlinded: blind(secret, bind(reportNonce(id, reportSigningKey(secret, id).publicKey), issuer.reportSpki)).blinded,
  });
}

interface Shape {
  readonly code: string;
  readonly length: number;
  readonly headers: string;
}

async function refused(path: string, body: Uint8Array, type: string): Promise<Shape> {
  const response = await fetch(`${here.url}${path}`, { method: "POST", body: body as BodyInit, headers: { "content-type": type } });
  const text = await response.text();
  const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).sort();
  return { code: (JSON.parse(text) as { code: string }).code, length: text.length, headers: headers.join("\n") };
}

/** What comes back for raw bytes until the server closes. */
function raw(text: string): Promise<string> {
  return new Promise((resolve) => {
    let got = "";
    const socket = connect(Number(new URL(here.url).port), "127.0.0.1", () => socket.end(text));
    socket.on("data", (chunk) => {
      got += chunk.toString("latin1");
    });
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(got));
  });
}

describe("refusals", () => {
  it("of an unknown and of a used invitation have one length and the same headers, none of them a time", async () => {
    const [mine] = parseInvitationLink(here.links[0] as string).codes;
    if (mine === undefined) throw new Error("no code");
    await here.enrol(0);
    const send = (code: InvitationCode): Promise<Shape> =>
      refused("issuers/customs/enrolments", enrolment(code, newSecretCode(randomBytes)), "application/vnd.amana.enrolment");
    const [used, unknown] = [await send(mine), await send(newInvitationCode(randomBytes))];
    expect([used.code, unknown.code]).toEqual(["ERR_INVITATION_USED", "ERR_INVITATION_UNKNOWN"]);
    expect(used.length).toBe(unknown.length);
    expect(used.headers).toBe(unknown.headers);
    expect(used.headers).not.toMatch(/^(date|age|last-modified|etag|set-cookie|server|x-powered-by)/m);
  });

  it("of answers have one length, whatever is wrong with them", async () => {
    const type = "application/vnd.amana.submission";
    const shapes = [
      await refused("submissions", randomBytes(500), type),
      await refused("submissions", new Uint8Array([65, 77, 83, 49, ...randomBytes(400)]), type),
      await refused("submissions", new Uint8Array(0), type),
    ];
    here.clock.seconds = START - 10;
    const [code] = parseInvitationLink(here.links[1] as string).codes;
    shapes.push(
      await refused(
        "issuers/customs/enrolments",
        enrolment(code as InvitationCode, newSecretCode(randomBytes)),
        "application/vnd.amana.enrolment",
      ),
    );
    here.clock.seconds = START;
    expect(new Set(shapes.map(({ code }) => code)).size).toBeGreaterThan(2);
    expect(new Set(shapes.map(({ length }) => length)).size).toBe(1);
    expect(new Set(shapes.map(({ headers }) => headers)).size).toBe(1);
  });
});

describe("bytes that are no request", () => {
  it("are told nothing, and others are served meanwhile", async () => {
    const nonsense = [
      "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001",
      "GET / HTTP/9.9\r\n\r\n",
      `GET /${"a".repeat(40_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      "POST /submissions HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "POST /submissions HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
      "POST /entries HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
      "GET /rounds HTTP/1.1\r\n\r\n",
      "CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /rounds HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n",
      "GET /rounds HTTP/1.1\r\nHost: x\r\nExpect: 200-maybe\r\nConnection: close\r\n\r\n",
    ];
    for (const text of nonsense) {
      const got = await raw(text);
      expect(got, text.slice(0, 40)).not.toMatch(/ 500 |stack|node:|Error:|\/src\//);
    }
    expect((await fetch(`${here.url}health`)).status).toBe(200);
  });

  it("deep and long documents are refused like any other", async () => {
    for (const text of [
      "[".repeat(60_000),
      `{"a":${"[".repeat(30_000)}${"]".repeat(30_000)}}`,
      `"${"\\u0000".repeat(10_000)}"`,
      "1e999",
      '{"__proto__":1}',
    ]) {
      for (const path of ["entries", "rounds/wave-1/release"]) {
        expect((await refused(path, new TextEncoder().encode(text), "application/json")).code).toMatch(/^ERR_(JSON|BYTES)_/);
      }
    }
  });
});
