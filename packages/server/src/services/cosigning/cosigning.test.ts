import { isAmanaError } from "@amana/core/errors";
import { addSignatures, cosignNote, type NoteKey, openCheckpoint, parseCheckpoint, parseNote } from "@amana/core/ledger";
import { describe, expect, it } from "vitest";
import { SimulatedDisk } from "../../../fixtures/disk.ts";
import { withDataFolder } from "../../../fixtures/folder.ts";
import { LogInMemory, someEntry, witnessedWorld, witnessFolder, witnessKey } from "../../../fixtures/witnesses.ts";
import { START, type World } from "../../../fixtures/world.ts";
import type { Fetch } from "../../outgoing.ts";
import { lowdbStore } from "../../stores/lowdb/index.ts";
import type { Store } from "../../stores/store.ts";
import { Witness } from "../../witness/witness.ts";
import { type Ledger, openLedger } from "../ledger.ts";
import { Cosigning } from "./cosigning.ts";

const DAY = 86_400;
const NAMES = ["one", "two", "three"] as const;
const URLS = NAMES.map((name) => `https://${name}.example/`);
const keys = NAMES.map((name) => witnessKey(`${name}.example`));

/** A ledger with real witnesses, or whoever answers in their place. */
class Setting {
  readonly world: World;
  seconds = START;
  readonly errors: unknown[] = [];
  /** What is answered at a witness's address; null for the witness itself. */
  readonly on = new Map<string, (path: string, body: string) => Promise<Response> | Response>();
  readonly requests: string[] = [];
  readonly witnesses = new Map<string, Witness>();
  ledger!: Ledger;
  cosigning!: Cosigning;
  store!: Store;

  constructor(quorum: number) {
    this.world = witnessedWorld(keys, quorum);
  }

  readonly now = (): Date => new Date(this.seconds * 1000);

  async open(store: Store): Promise<void> {
    this.store = store;
    const { programme, ledgerKey } = this.world;
    this.ledger = await openLedger({ store, origin: ledgerKey.name, key: ledgerKey });
    const { ledger, now, fetch } = this;
    this.cosigning = await Cosigning.open({
      programme,
      ledger,
      store,
      now,
      urls: URLS,
      fetch,
      onError: (error) => this.errors.push(error),
    });
  }

  /** Witnesses that read this ledger over the network. */
  async startWitnesses(): Promise<void> {
    for (const [at, url] of URLS.entries()) {
      const folder = await witnessFolder(new SimulatedDisk(), keys[at] as NoteKey, new LogInMemory(this.world));
      const read: Fetch = async (from) => {
        const bytes = await this.ledger.tile(from.slice("https://log.example/ledger/".length));
        return bytes === null ? new Response("", { status: 404 }) : new Response(new Uint8Array(bytes));
      };
      this.witnesses.set(url, await Witness.open({ folder, fetch: read, now: this.now }));
    }
  }

  readonly fetch: Fetch = async (address, init) => {
    const { origin, pathname } = new URL(address);
    const url = `${origin}/`;
    this.requests.push(`${origin} ${pathname}`);
    const chosen = this.on.get(url);
    if (chosen !== undefined) return chosen(pathname, String(init?.body ?? ""));
    return this.honest(url, pathname, String(init?.body ?? ""));
  };

  /** What the witness itself answers, as its routes do. */
  async honest(url: string, path: string, body: string): Promise<Response> {
    const witness = this.witnesses.get(url) as Witness;
    if (path.startsWith("/newest/")) {
      const note = witness.newest(path.slice("/newest/".length));
      return note === null ? new Response("", { status: 404 }) : new Response(note);
    }
    try {
      const answer = await witness.add(new TextEncoder().encode(body));
      if (answer.kind === "cosigned") return new Response(answer.line);
      return new Response(`${answer.size}\n`, { status: 409, headers: { "content-type": "text/x.tlog.size" } });
    } catch (error) {
      if (!isAmanaError(error)) throw error;
      return new Response(JSON.stringify({ code: error.code }), { status: error.code === "ERR_OVERLOADED" ? 503 : 422 });
    }
  }

  /** Asks whoever is due and waits for the answers. */
  async run(): Promise<void> {
    this.cosigning.run();
    await this.cosigning.idle();
  }

  /** What clients make of the public checkpoint. */
  seen(): { size: number; count: number } | string {
    const { programme } = this.world;
    const trust = { ...programme.ledger, witnesses: programme.witnesses.map(({ vkey }) => vkey), quorum: programme.quorum };
    try {
      const { size, cosignatures } = openCheckpoint(this.cosigning.published.note, trust);
      return { size, count: cosignatures.length };
    } catch (error) {
      if (!isAmanaError(error)) throw error;
      return error.code;
    }
  }

  standings(): string[] {
    return this.cosigning.witnesses.map(({ standing }) => standing);
  }
}

const withSetting = (quorum: number, use: (setting: Setting) => Promise<void>): Promise<void> =>
  withDataFolder(async (folder) => {
    const setting = new Setting(quorum);
    const store = await lowdbStore(folder);
    try {
      await setting.open(store);
      await setting.startWitnesses();
      await use(setting);
      await setting.cosigning.close();
    } finally {
      await store.close();
    }
  });

const unreachable = (): Promise<Response> => Promise.reject(new Error("no route"));

describe("the public checkpoint", () => {
  it("is the newest that the quorum has cosigned; before that, nobody is shown anything", () =>
    withSetting(2, async (setting) => {
      await setting.ledger.append([someEntry(), someEntry()]);
      expect(setting.seen()).toBe("ERR_LEDGER_WITNESSES");
      expect(setting.cosigning.published.size).toBe(0);
      await setting.run();
      expect(setting.seen()).toEqual({ size: 2, count: 3 });
      await setting.ledger.append([someEntry()]);
      expect(setting.seen()).toEqual({ size: 2, count: 3 });
      await setting.run();
      expect(setting.seen()).toEqual({ size: 3, count: 3 });
      expect(setting.standings()).toEqual(["cosigned", "cosigned", "cosigned"]);
    }));

  it("is the newest of all without a quorum, with whatever cosignatures there are", () =>
    withSetting(0, async (setting) => {
      await setting.ledger.append([someEntry()]);
      expect(setting.seen()).toEqual({ size: 1, count: 0 });
      await setting.run();
      expect(setting.seen()).toEqual({ size: 1, count: 3 });
      await setting.ledger.append([someEntry()]);
      expect(setting.seen()).toEqual({ size: 2, count: 0 });
    }));

  it("goes on while one witness is down, lies, or answers what it must not; below the quorum it stands still, and appends go on", () =>
    withSetting(2, async (setting) => {
      const [first = "", second = ""] = URLS;
      const foreign = witnessKey("one.example");
      const lies: ((path: string, body: string) => Promise<Response> | Response)[] = [
        unreachable,
        () => new Response("", { status: 500 }),
        () => new Response("garbage"),
        () => new Response("x".repeat(70_000)),
        // Somebody else's signature, another checkpoint's, one that is no signature.
        (_, body) => new Response(cosignNote(body.slice(body.indexOf("\n\n") + 2), foreign, START)),
        () => new Response(cosignNote(setting.ledger.emptyCheckpoint, keys[0] as NoteKey, START)),
        (_, body) => new Response(cosignNote(body.slice(body.indexOf("\n\n") + 2), { ...(keys[0] as NoteKey), seed: foreign.seed }, START)),
        // Sizes that it has not seen.
        () => new Response("999999\n", { status: 409, headers: { "content-type": "text/x.tlog.size" } }),
        () => new Response("1\n", { status: 409, headers: { "content-type": "text/x.tlog.size" } }),
        () => new Response("-1\n", { status: 409, headers: { "content-type": "text/x.tlog.size" } }),
        () => new Response(JSON.stringify({ code: "ERR_LEDGER_CONSISTENCY" }), { status: 422 }),
        () => new Response("", { status: 404 }),
      ];
      for (const [at, lie] of lies.entries()) {
        setting.on.set(first, lie);
        await setting.ledger.append([someEntry()]);
        setting.seconds += DAY;
        await setting.run();
        expect([at, setting.seen()]).toEqual([at, { size: at + 1, count: 2 }]);
        expect(setting.ledger.stopped).toBe(null);
      }
      setting.on.set(second, unreachable);
      await setting.ledger.append([someEntry()]);
      await setting.run();
      expect(setting.seen()).toEqual({ size: lies.length, count: 2 });
      expect(setting.ledger.size).toBe(lies.length + 1);
      // They come back, and are asked again when the time has come.
      setting.on.clear();
      setting.seconds += 1000;
      await setting.run();
      expect(setting.seen()).toEqual({ size: lies.length + 1, count: 3 });
      expect(setting.errors).toEqual([]);
    }));

  it("does not count a cosignature of a time that cannot be: one witness's clock decides nothing", () =>
    withSetting(2, async (setting) => {
      const [first = ""] = URLS;
      for (const time of [START + 3 * DAY, START - 3 * DAY]) {
        setting.on.set(first, (_, body) => new Response(cosignNote(body.slice(body.indexOf("\n\n") + 2), keys[0] as NoteKey, time)));
        await setting.ledger.append([someEntry()]);
        setting.seconds += 1000;
        await setting.run();
        expect(setting.standings()[0]).toBe("clock");
      }
      expect(setting.seen()).toEqual({ size: 2, count: 2 });
      // Counted, one such witness would make every client call its own clock wrong.
      const note = addSignatures(setting.ledger.checkpoint, cosignNote(setting.ledger.checkpoint, keys[0] as NoteKey, START + 3 * DAY));
      expect(note.includes(keys[0]?.name ?? "?")).toBe(true);
    }));
});

describe("asking", () => {
  it("begins where a witness is, however it came there", () =>
    withSetting(2, async (setting) => {
      await setting.ledger.append([someEntry()]);
      await setting.run();
      await setting.ledger.append([someEntry(), someEntry()]);
      // A new process does not know what each witness has cosigned beyond what it published.
      const { world, store, now, fetch, ledger } = setting;
      const again = await Cosigning.open({ programme: world.programme, ledger, store, now, urls: URLS, fetch });
      setting.cosigning = again;
      expect(setting.seen()).toMatchObject({ size: 1 });
      await setting.run();
      expect(setting.seen()).toEqual({ size: 3, count: 3 });
    }));

  it("is done again after 12 hours, and at once when the clock is set back; a witness that is down is asked less and less", () =>
    withSetting(2, async (setting) => {
      const [first = ""] = URLS;
      await setting.ledger.append([someEntry()]);
      await setting.run();
      const asked = async (seconds: number): Promise<number> => {
        setting.seconds += seconds;
        setting.requests.length = 0;
        await setting.run();
        return setting.requests.length;
      };
      expect(await asked(60)).toBe(0);
      expect(await asked(12 * 3600)).toBe(3);
      const decisive = setting.cosigning.witnessedAt ?? 0;
      expect(setting.seconds - decisive).toBeLessThan(60);
      expect(await asked(-3600)).toBe(3);
      setting.on.set(first, unreachable);
      await setting.ledger.append([someEntry()]);
      await setting.run();
      const gaps: number[] = [];
      for (let since = 0, second = 0; second < 3000; second++) {
        since += 1;
        if ((await asked(1)) === 0) continue;
        gaps.push(since);
        since = 0;
      }
      expect(gaps.slice(0, 5)).toEqual([5, 10, 20, 40, 80]);
      expect(Math.max(...gaps)).toBeLessThanOrEqual(900);
      expect(setting.seen()).toEqual({ size: 2, count: 2 });
    }));

  it("waits for nobody: a witness that does not answer holds up neither an append nor the others", () =>
    withSetting(2, async (setting) => {
      const [first = ""] = URLS;
      let free: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => {
        free = resolve;
      });
      setting.on.set(first, async (path, body) => {
        await gate;
        return setting.honest(first, path, body);
      });
      await setting.ledger.append([someEntry()]);
      setting.cosigning.run();
      for (let at = 2; at < 5; at++) {
        await expect.poll(() => setting.seen()).toMatchObject({ size: at - 1 });
        await setting.ledger.append([someEntry()]);
        setting.cosigning.run();
      }
      free();
      await setting.cosigning.idle();
      await setting.run();
      expect(setting.seen()).toEqual({ size: 4, count: 3 });
    }));

  it("keeps what was public: after a restart it is still there, without a request", () =>
    withSetting(2, async (setting) => {
      await setting.ledger.append([someEntry()]);
      await setting.run();
      const { note } = setting.cosigning.published;
      const { world, store, now, ledger } = setting;
      const again = await Cosigning.open({ programme: world.programme, ledger, store, now });
      expect(again.published.note).toBe(note);
      expect(again.witnesses).toEqual([]);
      await store.writeDocument("published", { note: note.replace(/\n1\n/, "\n7\n") });
      await expect(Cosigning.open({ programme: world.programme, ledger, store, now })).rejects.toMatchObject({ code: "ERR_STORE_DAMAGED" });
    }));
});

/** The ledger on a disk that is copied, and put back. */
async function restored(use: (setting: Setting, lost: number) => Promise<void>): Promise<void> {
  await withDataFolder(async (folder) => {
    const setting = new Setting(2);
    const disk = new SimulatedDisk();
    const store = await lowdbStore(folder, { files: disk.under(folder) });
    await setting.open(store);
    await setting.startWitnesses();
    await setting.ledger.append([someEntry(), someEntry()]);
    await setting.run();
    const old = disk.afterCrash("forget");
    await setting.ledger.append([someEntry(), someEntry(), someEntry()]);
    await setting.run();
    expect(setting.seen()).toEqual({ size: 5, count: 3 });
    await setting.cosigning.close();
    await store.close();
    const older = await lowdbStore(folder, { files: old.under(folder) });
    await setting.open(older);
    await use(setting, 3);
    await setting.cosigning.close();
    await older.close();
  });
}

describe("a folder put back from an older copy", () => {
  it("is found by the witnesses: nothing more is logged, what was public stays, and a restart knows it at once", () =>
    restored(async (setting) => {
      setting.seconds += 60;
      await setting.run();
      expect(setting.standings()).toEqual(["ahead", "ahead", "ahead"]);
      await expect(setting.ledger.append([someEntry()])).rejects.toMatchObject({ code: "ERR_LEDGER_BEHIND" });
      expect(setting.seen()).toMatchObject({ size: 2 });
      expect(setting.errors).toContainEqual(expect.objectContaining({ code: "ERR_LEDGER_BEHIND" }));
      await setting.open(setting.store);
      expect(setting.ledger.stopped?.code).toBe("ERR_LEDGER_BEHIND");
    }));

  it("is found also when it has logged other entries since, as many as were lost and more", () =>
    restored(async (setting, lost) => {
      await setting.ledger.append(Array.from({ length: lost + 2 }, someEntry));
      await setting.run();
      expect(setting.standings()).toEqual(["refused", "refused", "refused"]);
      expect(setting.ledger.stopped?.code).toBe("ERR_LEDGER_BEHIND");
      expect(setting.seen()).toMatchObject({ size: 2 });
    }));

  it("would go on with another history if its witnesses did not look at what they have signed", () =>
    restored(async (setting, lost) => {
      const before = parseCheckpoint(parseNote(setting.cosigning.published.note).text);
      for (const [at, url] of URLS.entries()) {
        setting.on.set(
          url,
          (_, body) => new Response(cosignNote(body.slice(body.indexOf("\n\n") + 2), keys[at] as NoteKey, setting.seconds)),
        );
      }
      await setting.ledger.append(Array.from({ length: lost + 2 }, someEntry));
      await setting.run();
      expect(setting.seen()).toEqual({ size: before.size + lost + 2, count: 3 });
    }));

  it("goes on when the newest copy is put back", () =>
    withSetting(2, async (setting) => {
      await setting.ledger.append([someEntry()]);
      await setting.run();
      // The proof lay in the older copy; in the newest one its note is a beginning of the ledger.
      await setting.store.writeDocument("older-copy", { note: setting.ledger.checkpoint });
      const { world, store, now, ledger } = setting;
      await Cosigning.open({ programme: world.programme, ledger, store, now });
      expect(ledger.stopped).toBe(null);
      expect(await store.readDocument("older-copy")).toBe(null);
    }));
});
