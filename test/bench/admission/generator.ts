import { Agent, request } from "node:http";
import { performance } from "node:perf_hooks";
import { fromHex } from "@amana/core/bytes";
import { decodeManifest } from "@amana/core/manifest";
import { SUBMISSION_TYPE } from "@amana/core/submission";
import { makeSubmissions } from "./submissions.ts";

/** What the generator is told first: what to make. */
export interface Making {
  readonly manifest: string;
  readonly spki: string;
  readonly pkcs8: string;
  readonly count: number;
}

/** Then, again and again: which of them to post where. */
export interface Posting {
  readonly url: string;
  readonly from: number;
  readonly to: number;
  readonly connections: number;
}

/** What came of it: how long all took, and each one, in milliseconds. */
export interface Posted {
  readonly milliseconds: number;
  readonly each: readonly number[];
}

/** A process that makes submissions and posts them over keep-alive connections: it competes with no server for its event loop. */
process.once("message", async ({ manifest, spki, pkcs8, count }: Making) => {
  const issuerKey = { spki: fromHex(spki), pkcs8: fromHex(pkcs8) };
  const made = await makeSubmissions(decodeManifest(Buffer.from(manifest, "base64")), issuerKey, count);
  process.on("message", (posting: Posting) => {
    void post(made, posting).then((posted) => process.send?.(posted));
  });
  process.send?.("ready");
});

async function post(made: readonly Uint8Array[], { url, from, to, connections }: Posting): Promise<Posted> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const target = new URL("submissions", url);
  const each: number[] = [];
  let next = from;
  const sender = async (): Promise<void> => {
    while (next < to) {
      const body = made[next++] as Uint8Array;
      const began = performance.now();
      const status = await one(target, agent, body);
      each.push(performance.now() - began);
      if (status !== 200) throw new Error(`a submission was refused: ${status}`);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: connections }, sender));
  const milliseconds = performance.now() - began;
  agent.destroy();
  return { milliseconds, each };
}

function one(url: URL, agent: Agent, body: Uint8Array): Promise<number> {
  const headers = { "Content-Type": SUBMISSION_TYPE, "Content-Length": body.length };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST", headers, agent }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
