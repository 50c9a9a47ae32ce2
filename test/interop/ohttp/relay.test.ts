import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join as joinPath } from "node:path";
import { fromHex, toHex } from "@amana/core/bytes";
import { type Manifest, manifestId, manifestTimes } from "@amana/core/manifest";
import { randomBytes } from "@amana/core/primitives";
import { deliverTo, initRelay, openRelayFolder, Relay, relayRouter } from "@amana/server/relay";
import express from "express";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Deployment, HOUR, START } from "../../adversary/support/server.ts";
import { encodeRequest, pad } from "./binary-http.ts";
import { encapsulateRequest, parseKeyConfiguration } from "./client.ts";
import { leafHash } from "./promise.ts";
import { promisedRelease, relayFields, type Sent } from "./relay-client.ts";
import { enrol, type Respondent, submissionLength } from "./respondent.ts";

/* The same client behind the real relay: encapsulated requests go to the relay's origin, and the relay gives them on. */

const LEAD = 600;
const CLOSE = START + 4 * HOUR;

describe("a client of the relay that was written from the specifications alone", () => {
  const app = express();
  const server = createServer(app);
  let data: string;
  let here: Deployment;
  let manifest: Manifest;
  let relay: Relay;
  let end: () => Promise<void>;
  let person: Respondent;

  beforeAll(async () => {
    data = await mkdtemp(joinPath(tmpdir(), "amana-interop-"));
    const key = toHex(await initRelay(data, randomBytes));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    here = await Deployment.start((same) => ({
      ...same,
      separation: ["relay"],
      relay: { organisation: "bar", origin, key, slots: 32, releaseLead: LEAD },
    }));
    manifest = await here.manifest();
    const opened = await openRelayFolder(data);
    const now = (): Date => new Date(here.clock.seconds * 1000);
    const log = (error: unknown): never => {
      throw error;
    };
    relay = await Relay.open({ ...opened, deliver: deliverTo(`${here.url}gateway`), log, now });
    await relay.add({ manifest, times: manifestTimes(manifest) });
    app.use(relayRouter(relay, log));
    end = () => opened.lock.release();
    person = await enrol(here.url, manifest, here.links[0] as string);
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await here.stop();
    await end();
    await rm(data, { recursive: true, force: true });
  });

  function encapsulated(submission: Uint8Array): Uint8Array {
    const fields = [["content-type", "application/vnd.amana.submission"]] as const;
    const request = { method: "POST", scheme: "https", authority: "", path: "/submissions", fields, content: submission };
    const configuration = parseKeyConfiguration(fromHex(manifest.relay?.keyConfiguration ?? ""));
    const message = pad(encodeRequest(request), submissionLength(manifest) + 512);
    return encapsulateRequest(configuration, message, randomBytes(64)).request;
  }

  function sent(sequence: number, request: Uint8Array): Sent {
    return { manifestId: manifestId(manifest), slot: person.slot, sequence, request };
  }

  async function post(what: Sent, fields: Record<string, string> = relayFields(what)): Promise<Response> {
    return fetch(`${manifest.relay?.origin}/${toHex(what.manifestId)}`, {
      method: "POST",
      headers: { "content-type": "message/ohttp-req", ...fields },
      body: Buffer.from(what.request),
    });
  }

  async function promised(what: Sent): Promise<number> {
    const response = await post(what);
    expect([response.status, response.headers.get("content-type")]).toEqual([202, "application/vnd.amana.relay-promise"]);
    return promisedRelease(new Uint8Array(await response.arrayBuffer()), what, fromHex(manifest.relay?.key ?? ""));
  }

  async function refused(what: Sent, fields?: Record<string, string>): Promise<[status: number, code: unknown]> {
    const response = await post(what, fields);
    return [response.status, (await response.json()).code];
  }

  it("is promised the first release, the same for the same bytes, and a later version takes the place of an earlier one", async () => {
    const [first, second] = [person.submission(), person.submission()];
    const what = sent(0, encapsulated(first));
    expect(await promised(what)).toBe(CLOSE - LEAD);
    expect(await promised(what)).toBe(CLOSE - LEAD);
    expect(await refused(sent(0, encapsulated(second)))).toEqual([409, "ERR_SEQUENCE_USED"]);
    const later = sent(1, encapsulated(second));
    expect(await promised(later)).toBe(CLOSE - LEAD);
    // What is wrong with a request, in the order of §10.7.
    expect(await refused({ ...later, manifestId: new Uint8Array(32) })).toEqual([404, "ERR_ROUND_UNKNOWN"]);
    expect(await refused(later, { ...relayFields(later), "amana-slot": "0" })).toEqual([400, "ERR_SUBMISSION_FORMAT"]);
    expect(await refused(sent(2, later.request.slice(1)))).toEqual([413, "ERR_BODY_SIZE"]);
    expect(await refused(later, { ...relayFields(later), "amana-work": "0".repeat(16) })).toEqual([403, "ERR_WORK_MISSING"]);
    // The release comes, then the close: the later version is in the ledger, the earlier one never reached the operator.
    await here.moveTo(CLOSE - LEAD);
    await relay.tick();
    await relay.idle();
    await here.moveTo(CLOSE + 1);
    const promises = Buffer.from(await (await fetch(`${here.url}rounds/${manifest.round}/promises`)).arrayBuffer());
    expect(promises.length).toBe(136);
    expect(toHex(promises.subarray(36, 68))).toBe(toHex(leafHash(second)));
    expect(await refused(sent(2, encapsulated(second)))).toEqual([409, "ERR_ROUND_CLOSED"]);
    expect(await here.failing()).toEqual([]);
  });
});
