import type { Fetch } from "@amana/client";
import { WaitingForReveals } from "@amana/client/trustee";
import { toHex } from "@amana/core/bytes";
import { responseSigningKey } from "@amana/core/credential";
import { envelopeLength, seal } from "@amana/core/envelope";
import { type Manifest, manifestId, recipients } from "@amana/core/manifest";
import { randomBytes } from "@amana/core/primitives";
import { decodeSubmission, encodeSubmission, signSubmission, submissionContext } from "@amana/core/submission";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Deployment, HOUR, START } from "./support/server.ts";
import { TrusteeTool } from "./support/trustee.ts";

/* An opening on the real server with a hostile respondent and a trustee that does not come back. */

const CLOSED = START + 4 * HOUR + 1;
const COMMITTED = CLOSED + 600;

describe("a respondent whose envelope opens for too few, and a third trustee that stays silent", () => {
  let here: Deployment;
  let tools: [TrusteeTool, TrusteeTool, TrusteeTool];

  beforeAll(async () => {
    here = await Deployment.start();
    for (const place of [0, 1, 2]) await (await here.enrol(place)).credential.submit({ A1: `answer ${place}` });
    await hostile(here, 3);
    await here.moveTo(START + HOUR + 61);
    await here.moveTo(CLOSED);
    tools = [0, 1, 2].map((index) => new TrusteeTool(here, index)) as typeof tools;
    for (const tool of tools) await tool.holdAndCommit();
  });
  afterAll(() => here.stop());

  it("hold nothing up: the silent one is named, and the two others count and sign the same", async () => {
    const [first, second, third] = tools;
    for (const tool of [first, second]) await tool.reveal();
    await expect(first.count()).rejects.toBeInstanceOf(WaitingForReveals);
    // Before its time, no word against it is taken.
    await here.amana.tick();
    await expect(first.nameAbsent(third.index)).rejects.toMatchObject({ code: "ERR_ENTRY_REFUSED" });
    await here.moveTo(COMMITTED + 120);
    await first.nameAbsent(third.index);
    for (const tool of [first, second]) await tool.reveal();
    const releases = [await first.sign(), await second.sign()];
    expect(toHex(releases[0] as Uint8Array)).toBe(toHex(releases[1] as Uint8Array));
    const [{ counted, unopened, invalid } = { counted: 0, unopened: 0, invalid: 0 }] = (await first.count()).audiences;
    expect({ counted, unopened, invalid }).toEqual({ counted: 3, unopened: 1, invalid: 0 });
    expect((await first.history()).release).not.toBeNull();
    expect(await here.failing()).toEqual([]);
  });
});

/** An invited person whose client seals an envelope with noise for the second trustee. */
async function hostile(here: Deployment, place: number): Promise<void> {
  const manifest = await here.manifest();
  let crooked: ((body: Uint8Array) => Uint8Array) | null = null;
  const tampering: Fetch = (url, init) =>
    fetch(
      url,
      url.endsWith("/submissions") && crooked !== null ? { ...init, body: new Uint8Array(crooked(init?.body as Uint8Array)) } : init,
    );
  const { credential, secretCode } = await here.enrol(place, tampering);
  const key = responseSigningKey(secretCode, manifestId(manifest));
  crooked = (body) => {
    const submission = decodeSubmission(new Uint8Array(body), manifest);
    const envelope = withNoise(manifest, submissionContext(manifestId(manifest), 0, key.publicKey, submission.sequence));
    return encodeSubmission(signSubmission({ ...submission, envelope }, key));
  };
  // The promise that comes back is for the bytes that went out, which are not the client's own.
  await expect(credential.submit({ A1: "hostile" })).rejects.toMatchObject({ code: "ERR_RESPONSE_INVALID" });
}

/** Magic, k, n and commitment. */
const HEADER = 4 + 1 + 1 + 32;

function withNoise(manifest: Manifest, context: Uint8Array): Uint8Array {
  const envelope = new Uint8Array(
    seal(new Uint8Array(manifest.size), { recipients: recipients(manifest), threshold: manifest.threshold, context, size: manifest.size }),
  );
  const slot = envelopeLength(2, 0) - envelopeLength(1, 0);
  // Behind the header, the first slot and the second slot's key id, which the collector checks.
  envelope.set(randomBytes(slot - 16), HEADER + slot + 16);
  return envelope;
}
