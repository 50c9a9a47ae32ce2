import type { KeyFile } from "@amana/client/keys";
import type { NextStep } from "@amana/client/trustee";
import { toHex, utf8 } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { type Programme, programmeId } from "@amana/core/programme";
import { describe, expect, it } from "vitest";
import type { Counted, DraftRound, LiveRound, TrusteeClient, TrusteeRound } from "./client.ts";
import { RoundMemory } from "./round-memory.ts";
import { TrusteeSession } from "./session.ts";

const PROGRAMME = { protocol: "amana/v1", name: { en: "P" }, trial: true, organisations: [] } as unknown as Programme;
const ID = toHex(programmeId(PROGRAMME));
const FIRST = "aa".repeat(32);
const OTHER = "bb".repeat(32);
const FILE: KeyFile = {
  organisation: "customs",
  server: "https://x.test/",
  programme: ID,
  signingSeed: "11".repeat(32),
  rounds: { "wave-1": "22".repeat(32) },
};

/** A client that does what it is told. `calls`: what left this machine, and every file that was handed over, in order. */
function setup(options: { file?: KeyFile; due?: DraftRound["due"]; steps?: NextStep[]; total?: number; fails?: number } = {}) {
  const calls: string[] = [];
  const saved: Blob[] = [];
  const memory = new RoundMemory();
  const here = { draftId: FIRST, live: options.steps !== undefined, total: options.total ?? 3, opened: 0, fails: options.fails ?? 0 };
  const steps = [...(options.steps ?? [])];
  const call = async (name: string): Promise<void> => {
    if (here.fails-- > 0) throw new AmanaError("ERR_NETWORK");
    calls.push(name);
  };
  const draft = (): DraftRound => {
    const id = here.draftId;
    return {
      kind: "draft",
      name: "wave-1",
      manifest: {} as DraftRound["manifest"],
      id,
      checks: [],
      due: options.due ?? "cosign",
      sharesLeft: 0,
      waitsFor: [],
      rehearse: () => call("rehearse"),
      cosign: (file) => call(`cosign ${file.record?.cosigned["wave-1"]}`),
    };
  };
  const counted: Counted = { digest: "d", attempt: 0, audiences: [], files: [], sign: () => call("sign") };
  const live = (due: NextStep): LiveRound => ({
    kind: "live",
    name: "wave-1",
    manifest: {} as LiveRound["manifest"],
    id: FIRST,
    times: {} as LiveRound["times"],
    due,
    waitsFor: [],
    lacking: 0,
    proposal: {
      change: { kind: "cancel", reason: {} },
      number: 0,
      hash: OTHER,
      signatures: 0,
      quorum: 2,
      signedByUs: false,
      signedAnother: false,
      error: null,
    },
    lostAmendment: false,
    memory,
    collect: async () => {
      await memory.holdings.put("cc".repeat(32), utf8("sealed"));
      return 1;
    },
    logHeld: () => call("held"),
    complete: async () => undefined,
    commit: () => call("commit"),
    reveal: () => call("reveal"),
    count: async (progress) => {
      for (; here.opened < here.total; here.opened++) await progress(here.opened, here.total);
      return { counted };
    },
    dispute: async () => null,
    amend: async (file) => {
      await call(`amend ${file.record?.amended["wave-1/0"]}`);
      return true;
    },
    destroy: () => call("destroyed"),
  });
  const client: TrusteeClient = {
    openKeyFile: async () => options.file ?? FILE,
    makeKeyFile: async (file, passphrase) => utf8(JSON.stringify({ file, passphrase })),
    server: () => ({
      claimed: async () => PROGRAMME,
      connect: async () => PROGRAMME,
      look: async (): Promise<readonly TrusteeRound[]> => [here.live ? live(steps.shift() ?? { step: "done" }) : draft()],
    }),
  };
  const session = new TrusteeSession(
    client,
    {
      now: () => new Date(5000),
      save: (name, content) => {
        calls.push(`save ${name}`);
        saved.push(content);
      },
    },
    () => undefined,
  );
  /** Saves what must be saved, and shows it. */
  const save = async (): Promise<KeyFile> => {
    session.handOver();
    const bytes = new Uint8Array(await (saved.at(-1) as Blob).arrayBuffer());
    await session.saved(bytes);
    try {
      return (JSON.parse(new TextDecoder().decode(bytes)) as { file: KeyFile }).file;
    } catch {
      return FILE;
    }
  };
  const opened = async (): Promise<void> => {
    await session.open(new Uint8Array(0), "passphrase", "", "");
    expect(session.screen).toBe("next");
  };
  const group = FILE.rounds["wave-1"]?.slice(-8) as string;
  return { session, calls, here, save, opened, group, memory };
}

describe("a co-signature", () => {
  it("leaves only once the key file that remembers it was saved and read back", async () => {
    const { session, calls, save, opened, group } = setup();
    await opened();
    session.show("wave-1", "draft");
    await session.cosign(group);
    expect([session.screen, session.saving?.what, calls]).toEqual(["save", "key", []]);
    expect(session.unsent).toBe(true);
    await session.saved(utf8("another file"));
    expect([session.screen, (session.error as AmanaError).code, calls]).toEqual(["save", "ERR_STORE_WRITE", []]);
    const file = await save();
    expect(file.record?.cosigned).toEqual({ "wave-1": FIRST });
    expect(calls).toEqual(["save customs.key", `cosign ${FIRST}`]);
    expect([session.screen, session.done?.what]).toEqual(["next", "cosigned"]);
  });

  it("is not made when nobody saves, and the key file is as it was", async () => {
    const { session, calls, opened, group } = setup();
    await opened();
    session.show("wave-1", "draft");
    await session.cosign(group);
    session.dropSaving();
    expect([session.screen, session.unsent, calls]).toEqual(["next", false, []]);
  });

  it("is not made of another manifest than the key file remembers, however often the page was opened anew", async () => {
    const record = { cosigned: { "wave-1": OTHER }, amended: {}, released: {}, destroyed: [] };
    const { session, calls, opened, group } = setup({ file: { ...FILE, record } });
    await opened();
    session.show("wave-1", "draft");
    await session.cosign(group);
    expect([(session.error as AmanaError).code, calls]).toEqual(["ERR_MANIFEST_SECOND", []]);
  });

  it("is not made of another manifest than was shown, nor without the printed backup, nor where it is not due", async () => {
    const shown = setup();
    await shown.opened();
    shown.session.show("wave-1", "draft");
    await shown.session.cosign("00000000");
    expect((shown.session.error as AmanaError).code).toBe("ERR_KEY_FILE");
    shown.here.draftId = OTHER;
    await shown.session.refresh();
    shown.session.show("wave-1", "draft");
    await shown.session.cosign(shown.group);
    expect((shown.session.error as AmanaError).code).toBe("ERR_MANIFEST_SECOND");
    const refused = setup({ due: "refuse" });
    await refused.opened();
    refused.session.show("wave-1", "draft");
    await refused.session.cosign(refused.group);
    expect([shown.session.saving, refused.session.saving, shown.calls, refused.calls]).toEqual([null, null, [], []]);
  });

  it("that did not arrive is sent again without saving again", async () => {
    const { session, calls, save, opened, group } = setup({ fails: 1 });
    await opened();
    session.show("wave-1", "draft");
    await session.cosign(group);
    await save();
    expect([session.screen, (session.error as AmanaError).code]).toEqual(["next", "ERR_NETWORK"]);
    session.show("wave-1", "draft");
    await session.cosign(group);
    expect(calls).toEqual(["save customs.key", `cosign ${FIRST}`]);
  });
});

describe("the other steps", () => {
  it("an amendment is signed once the key file has it", async () => {
    const { session, calls, save, opened } = setup({ steps: [{ step: "wait", for: "close" }] });
    await opened();
    session.show("wave-1", "amendment");
    await session.amend();
    expect(calls).toEqual([]);
    await save();
    expect(calls).toEqual(["save customs.key", `amend ${OTHER}`]);
  });

  it("nothing is said to be held before it is in a file, and what the server did not give is said", async () => {
    const { session, calls, save, opened, memory } = setup({ steps: [{ step: "hold", epochs: 1 }] });
    await opened();
    await session.proceed("wave-1");
    expect([session.saving?.what, session.saving?.name, calls]).toEqual(["answers", "wave-1.answers", []]);
    const bytes = session.saving?.bytes as Uint8Array;
    await save();
    expect([calls, session.done?.missing, memory.isUnsaved]).toEqual([["save wave-1.answers", "held"], 1, false]);
    const again = new RoundMemory();
    again.takeFile(bytes, FIRST);
    expect(await again.holdings.get("cc".repeat(32))).toEqual(utf8("sealed"));
    for (const [file, id] of [
      [bytes, OTHER],
      [bytes.subarray(0, -1), FIRST],
      [utf8("x"), FIRST],
    ] as const)
      expect(() => new RoundMemory().takeFile(file, id)).toThrow(AmanaError);
  });

  it("goes on by itself from a commitment to what was counted, which is signed once the key file says so", async () => {
    const { session, calls, save, opened } = setup({ steps: [{ step: "commit" }, { step: "reveal" }, { step: "count" }] });
    await opened();
    await session.proceed("wave-1");
    expect([calls, session.screen]).toEqual([["commit", "reveal"], "counted"]);
    await session.sign();
    const file = await save();
    expect(file.record?.released).toEqual({ "wave-1": { attempt: 0, at: 5 } });
    expect(calls.slice(2)).toEqual(["save customs.key", "sign"]);
  });

  it("a long step is stopped, and goes on where it was", async () => {
    const { session, here, opened } = setup({ steps: [{ step: "count" }, { step: "count" }], total: 400 });
    await opened();
    const running = session.proceed("wave-1");
    session.stop();
    await running;
    expect([session.done?.what, session.long, session.screen]).toEqual(["stopped", null, "next"]);
    const { opened: far } = here;
    expect(far).toBeLessThan(400);
    await session.proceed("wave-1");
    expect([session.screen, here.opened]).toEqual(["counted", 400]);
  });

  it("the ledger is told that a key is destroyed once the file without it is saved", async () => {
    const { session, calls, save, opened } = setup({ steps: [{ step: "destroy" }] });
    await opened();
    session.show("wave-1", "destroy");
    await session.destroy();
    expect([session.saving?.what, calls]).toEqual(["destroyed", []]);
    const file = await save();
    expect([file.rounds, file.record?.destroyed]).toEqual([{}, ["wave-1"]]);
    expect(calls).toEqual(["save customs.key", "destroyed"]);
    expect(session.roundNames).toEqual([]);
  });

  it("leaves nothing behind", async () => {
    const { session, opened } = setup();
    await opened();
    session.leave();
    expect([session.rounds, session.roundNames, session.backup, session.programme]).toEqual([[], [], "", null]);
  });
});
