import { equal, fromHex, SHA256, toHex } from "@amana/core/bytes";
import { decodeKeyConfiguration, encapsulateRequest, MLKEM768_X25519 } from "@amana/core/ohttp";
import { randomBytes } from "@amana/core/primitives";
import { decodeRelayPromise, encodeGatewayRequest, type RelayPromise, submissionLength, verifyRelayPromise } from "@amana/core/submission";
import { describe, expect, it } from "vitest";
import { RELAY_KEY, SUITE } from "../../fixtures/encapsulate.ts";
import { RELEASES, type Stage, slotOf, stage } from "../../fixtures/relay.ts";

/* Why a relay's promise is no evidence for others, though what it is about can be opened byte for byte (docs/protocol.md §10.7). */

/** What a respondent would have to show: the promise, the submission, and the 64 bytes of randomness with which it was encapsulated. */
interface Shown {
  readonly promise: RelayPromise;
  readonly submission: Uint8Array;
  readonly randomness: Uint8Array;
}

const encapsulated = ({ submission, randomness }: Omit<Shown, "promise">, { manifest }: Stage): Uint8Array => {
  const configuration = decodeKeyConfiguration(fromHex(manifest.relay?.keyConfiguration ?? ""), MLKEM768_X25519);
  return encapsulateRequest(encodeGatewayRequest(submission, manifest), configuration, SUITE, () => randomness).encapsulated;
};

/** Whether the relay signed for exactly these bytes, as anyone could check. */
const isOpened = (shown: Shown, s: Stage): boolean =>
  verifyRelayPromise(shown.promise, RELAY_KEY.publicKey) && equal(shown.promise.requestHash, SHA256(encapsulated(shown, s)));

/** A relay, and whether its gateway got some bytes. */
async function relayWith(deliver?: () => Promise<boolean>) {
  const got: string[] = [];
  const honest = async (request: Uint8Array): Promise<boolean> => got.push(toHex(request)) > 0;
  const s = await stage({ deliver: deliver ?? honest });
  const send = async (sequence: number, request: Uint8Array): Promise<RelayPromise> =>
    decodeRelayPromise(await s.relay.accept(s.id, { slot: slotOf(1), sequence, work: new Uint8Array(8) }, request));
  const answer = async (): Promise<Shown> => {
    const made = { submission: randomBytes(submissionLength(s.manifest)), randomness: randomBytes(64) };
    return { ...made, promise: await send(0, encapsulated(made, s)) };
  };
  const release = async (): Promise<void> => {
    s.clock.seconds = RELEASES[0];
    await s.relay.tick();
  };
  return { s, send, answer, release, has: (shown: Shown) => got.includes(toHex(encapsulated(shown, s))) };
}

describe("a relay's promise, shown with what was sent", () => {
  it("is about these bytes and no others", async () => {
    const { s, answer } = await relayWith();
    const shown = await answer();
    expect(isOpened(shown, s)).toBe(true);
    expect(isOpened({ ...shown, submission: randomBytes(shown.submission.length) }, s)).toBe(false);
    expect(isOpened({ ...shown, randomness: randomBytes(64) }, s)).toBe(false);
  });

  it("looks the same from a relay that drops an answer and from an honest one whose sender replaced it by bytes that no key opens", async () => {
    const dropping = await relayWith(async () => true);
    const dropped = await dropping.answer();
    await dropping.release();
    expect([isOpened(dropped, dropping.s), dropping.has(dropped)]).toEqual([true, false]);

    const honest = await relayWith();
    const framed = await honest.answer();
    // Nobody signs for a slot, so that the relay has nothing to show that this was not its own doing.
    await honest.send(1, new Uint8Array(encapsulated(framed, honest.s).length));
    await honest.release();
    expect([isOpened(framed, honest.s), honest.has(framed)]).toEqual([true, false]);

    const kept = await relayWith();
    const answer = await kept.answer();
    await kept.release();
    expect([isOpened(answer, kept.s), kept.has(answer)]).toEqual([true, true]);
  });
});
