import { SHA256, toHex } from "@amana/core/bytes";
import { verifyRelayPromise } from "@amana/core/submission";
import { describe, expect, it } from "vitest";
import { RELAY_KEY } from "../../fixtures/encapsulate.ts";
import { CLOSE, found, LEAD, RELEASES, relayManifest, requestNamed, slotOf, stage } from "../../fixtures/relay.ts";
import { START } from "../../fixtures/world.ts";
import { readIncoming, relayTimes } from "./rounds.ts";

const refused = (run: Promise<unknown>, code: string, details: object = {}) =>
  expect(run).rejects.toMatchObject({ code, ...(Object.keys(details).length === 0 ? {} : { details }) });

describe("a request to the relay", () => {
  it("is answered with a promise that anyone can check, and the same bytes with the same one", async () => {
    const s = await stage();
    const promise = await s.send(1, 0, "a");
    expect(verifyRelayPromise(promise, RELAY_KEY.publicKey)).toBe(true);
    expect(promise).toMatchObject({ sequence: 0, releaseAt: RELEASES[0] });
    expect([toHex(promise.slot), toHex(promise.manifestId)]).toEqual([slotOf(1), s.id]);
    expect(toHex(promise.requestHash)).toBe(toHex(SHA256(requestNamed("a", s.manifest))));
    expect(await s.send(1, 0, "a")).toEqual(promise);
  });

  it("replaces an older one under its slot; an older one replaces nothing", async () => {
    const s = await stage();
    await s.send(1, 0, "first");
    await s.send(1, 2, "third");
    await refused(s.send(1, 0, "first"), "ERR_SEQUENCE_USED", { highestSequence: 2 });
    await refused(s.send(1, 1, "second"), "ERR_SEQUENCE_USED", { highestSequence: 2 });
    await refused(s.send(1, 2, "another third"), "ERR_SEQUENCE_USED", { highestSequence: 2 });
    s.clock.seconds = RELEASES[0];
    await s.relay.tick();
    expect(s.got).toEqual(["third"]);
  });

  it("is refused of another size, without work, outside the window, to another round", async () => {
    const s = await stage();
    const request = requestNamed("a", s.manifest);
    const incoming = { slot: slotOf(1), sequence: 0, work: new Uint8Array(8) };
    await refused(s.relay.accept(s.id, incoming, request.slice(1)), "ERR_BODY_SIZE");
    await refused(s.relay.accept("0".repeat(64), incoming, request), "ERR_ROUND_UNKNOWN");
    await refused(s.relay.accept(s.id, null, request), "ERR_SUBMISSION_FORMAT");
    await refused(s.relay.accept(s.id, { ...incoming, sequence: 16 }, request), "ERR_SUBMISSION_FORMAT");
    s.clock.seconds = START - 1;
    await refused(s.send(1, 0, "a"), "ERR_ROUND_NOT_OPEN");
    s.clock.seconds = CLOSE;
    await refused(s.send(1, 0, "a"), "ERR_ROUND_CLOSED");
    const working = await stage({ check: () => false });
    await refused(working.send(1, 0, "a"), "ERR_WORK_MISSING");
  });

  it("finds no more places than the round has slots, however many are sent at once", async () => {
    const s = await stage();
    const sent = await Promise.allSettled(Array.from({ length: 80 }, (_, slot) => s.send(slot, 0, `${slot}`)));
    expect(sent.filter(({ status }) => status === "fulfilled").length).toBe(64);
    for (const each of sent) if (each.status === "rejected") expect(each.reason).toMatchObject({ code: "ERR_OVERLOADED" });
    // Who has a slot can change the answer in a full relay.
    const kept = sent.findIndex(({ status }) => status === "fulfilled");
    await s.send(kept, 1, "changed");
  });

  it("belongs to no round of another relay's", async () => {
    const s = await stage();
    const other = relayManifest();
    await s.relay.add(found({ ...other, relay: other.relay && { ...other.relay, key: slotOf(7) } }));
    expect(s.relay.status().length).toBe(1);
  });
});

describe("a release", () => {
  it("gives everything on at its time and not before, and the rest once more", async () => {
    const s = await stage();
    for (let slot = 0; slot < 5; slot++) await s.send(slot, 0, `early ${slot}`);
    s.clock.seconds = RELEASES[0] - 1;
    await s.relay.tick();
    expect(s.got).toEqual([]);
    s.clock.seconds = RELEASES[0];
    await s.relay.tick();
    expect([...s.got].sort()).toEqual([0, 1, 2, 3, 4].map((slot) => `early ${slot}`));
    expect(await s.send(9, 0, "late")).toMatchObject({ releaseAt: RELEASES[1] });
    await s.relay.tick();
    expect(s.got.length).toBe(5);
    s.clock.seconds = RELEASES[1];
    await refused(s.send(10, 0, "too late"), "ERR_ROUND_CLOSED");
    await s.relay.tick();
    expect(s.got.slice(5)).toEqual(["late"]);
    await s.relay.tick();
    expect(s.got.length).toBe(6);
    expect(s.relay.status()[0]).toMatchObject({ used: 6, waiting: 0, released: 2 });
  });

  it("takes the same bytes again when they were given on, for the next one", async () => {
    const s = await stage();
    await s.send(1, 0, "a");
    s.clock.seconds = RELEASES[0];
    await s.relay.tick();
    expect(await s.send(1, 0, "a")).toMatchObject({ releaseAt: RELEASES[1] });
    s.clock.seconds = RELEASES[1];
    await s.relay.tick();
    expect(s.got).toEqual(["a", "a"]);
  });

  it("goes on until the gateway has everything, and leaves nothing behind at the close", async () => {
    const s = await stage();
    await s.send(1, 0, "a");
    s.up = false;
    s.clock.seconds = RELEASES[0];
    await s.relay.tick();
    s.up = true;
    s.clock.seconds += 60;
    await s.relay.tick();
    expect(s.got).toEqual(["a"]);
    await s.send(2, 0, "b");
    s.up = false;
    s.clock.seconds = RELEASES[1];
    await s.relay.tick();
    s.clock.seconds = CLOSE;
    await s.relay.tick();
    expect(s.codes).toEqual(["ERR_RELAY_LATE"]);
    expect([...s.disk.files().keys()]).toEqual([]);
    expect(s.relay.status()).toEqual([]);
    await s.relay.add(found(s.manifest));
    expect(s.relay.status()).toEqual([]);
  });

  /** How many of 20 stand at the place in which they came. */
  const inPlace = async (options: Parameters<typeof stage>[0]): Promise<number> => {
    const s = await stage(options);
    // The slots are in the order of arrival, as if a stranger could choose them.
    const slots = Array.from({ length: 20 }, (_, slot) => slot).sort((a, b) => (slotOf(a) < slotOf(b) ? -1 : 1));
    for (const [at, slot] of slots.entries()) await s.send(slot, 0, `${at}`);
    s.clock.seconds = RELEASES[0];
    await s.relay.tick();
    return s.got.filter((name, at) => Number(name) === at || Number(name) === 19 - at).length;
  };

  it("is in an order that says nothing", async () => {
    expect(await inPlace({})).toBeLessThan(12);
  });

  it("else tells who came first", async () => {
    expect(await inPlace({ shuffle: (items) => [...items] })).toBe(20);
  });
});

describe("who floods the relay to single somebody out", () => {
  /** The victim sends, then the attacker twenty requests, then ten others. Who is given on together, but for the attacker's own? */
  const crowd = async (times?: (arrived: number) => typeof relayTimes): Promise<string[]> => {
    let arrived = 0;
    const s = await stage(times === undefined ? {} : { times: (round) => times(arrived)(round) });
    const send = async (slot: number, name: string): Promise<void> => {
      await s.send(slot, 0, name);
      arrived++;
      await s.relay.tick();
    };
    await send(0, "victim");
    for (let slot = 100; slot < 120; slot++) await send(slot, `attacker ${slot}`);
    const flushed = s.got.length;
    for (let slot = 1; slot < 11; slot++) await send(slot, `person ${slot}`);
    s.clock.seconds = RELEASES[0];
    await s.relay.tick();
    return s.got.slice(0, flushed === 0 ? undefined : flushed).filter((name) => !name.startsWith("attacker"));
  };

  it("moves nothing: it releases by time alone, and the victim is one of all", async () => {
    expect((await crowd()).length).toBe(11);
  });

  it("has the victim alone where a number of requests makes a release", async () => {
    const byNumber =
      (arrived: number): typeof relayTimes =>
      (round) => {
        const times = relayTimes(round);
        return { ...times, releases: [arrived > 20 ? START : times.releases[0], times.releases[1]] };
      };
    expect(await crowd(byNumber)).toEqual(["victim"]);
  });
});

describe("the header fields of a request", () => {
  const read = (sequence: string) =>
    readIncoming((name) => ({ "amana-slot": slotOf(1), "amana-sequence": sequence, "amana-work": "0".repeat(16) })[name] ?? "");

  it("have one length, whichever version it is", () => {
    expect([read("00")?.sequence, read("09")?.sequence, read("15")?.sequence]).toEqual([0, 9, 15]);
    for (const sequence of ["0", "9", "010", "1a", "", "-1"]) expect(read(sequence), sequence).toBeNull();
  });
});

describe("a round that is amended", () => {
  const EARLY = CLOSE - 800;
  const closing = ({ manifest }: { manifest: Parameters<typeof found>[0] }, answeringClose: number, amendments = 1) =>
    found(manifest, { windows: { ...manifest.windows, answeringClose }, amendments });

  it("gives everything on before an early close, after a restart too, and takes nothing after it", async () => {
    const s = await stage();
    await s.send(1, 0, "a");
    await s.relay.add(closing(s, EARLY));
    await s.crash();
    s.clock.seconds = EARLY - LEAD;
    await s.relay.tick();
    expect(s.got).toEqual(["a"]);
    s.clock.seconds = EARLY;
    await refused(s.send(2, 0, "b"), "ERR_ROUND_CLOSED");
  });

  it("would be given on when nobody takes it any more, by a relay that reads the manifest alone", async () => {
    const s = await stage({ times: (round) => relayTimes({ ...round, close: CLOSE }) });
    await s.send(1, 0, "a");
    await s.relay.add(closing(s, EARLY));
    s.clock.seconds = EARLY;
    await s.relay.tick();
    expect(s.got).toEqual([]);
  });

  it("stays amended when the server hides the amendment", async () => {
    const s = await stage();
    await s.relay.add(closing(s, EARLY));
    await s.relay.add(found(s.manifest));
    expect(s.relay.status()[0]?.close).toBe(EARLY);
    await s.relay.add(closing(s, EARLY - 10, 2));
    expect(s.relay.status()[0]?.close).toBe(EARLY - 10);
  });

  it("is taken up again when the relay hears only after the old close that it was lengthened, and not when it hears nothing new", async () => {
    const s = await stage();
    await s.send(1, 0, "a");
    s.clock.seconds = CLOSE;
    await s.relay.tick();
    await s.relay.add(found(s.manifest));
    expect(s.relay.status()).toEqual([]);
    await s.relay.add(closing(s, CLOSE + 1000));
    expect(await s.send(2, 0, "b")).toMatchObject({ releaseAt: CLOSE + 1000 - LEAD });
    s.clock.seconds = CLOSE + 1000;
    await s.relay.tick();
    // After an early close, the manifest alone with its later one is nothing new.
    await s.relay.add(found(s.manifest, { windows: { ...s.manifest.windows, answeringClose: CLOSE + 9000 } }));
    expect(s.relay.status()).toEqual([]);
  });

  it("and cancelled is forgotten, with everything that was sent", async () => {
    const s = await stage();
    await s.send(1, 0, "a");
    await s.relay.add(found(s.manifest, { cancelled: { en: "why" }, amendments: 1 }));
    s.clock.seconds = RELEASES[0];
    await s.relay.tick();
    expect([s.got, s.relay.status(), s.codes]).toEqual([[], [], []]);
    await refused(s.send(2, 0, "b"), "ERR_ROUND_UNKNOWN");
  });
});
