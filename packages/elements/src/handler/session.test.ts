import { fromHex, toHex } from "@amana/core/bytes";
import { AmanaError, type ErrorCode } from "@amana/core/errors";
import { type Programme, programmeId } from "@amana/core/programme";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import type { HandlerCase, HandlerClient, HandlerInbox } from "./client.ts";
import { filterCases, SHOW_ALL } from "./filter.ts";
import { pictureType } from "./picture.ts";
import { replyLeft } from "./screens/answer.ts";
import { HandlerSession } from "./session.ts";
import { zipOf } from "./zip.ts";

const PROGRAMME = { protocol: "amana/v1", name: { en: "P" }, trial: true, organisations: [] } as unknown as Programme;
const ID = toHex(programmeId(PROGRAMME));
const FILE = {
  organisation: "observatory",
  server: "https://x.test/feedback",
  signingSeed: "11".repeat(32),
  rounds: { reports: "22".repeat(32) },
};

async function* pieces(...all: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void, undefined> {
  yield* all;
}

function makeCase(reference: string, text: string, more: object = {}): HandlerCase {
  return {
    address: fromHex(reference.padEnd(64, "0")),
    writer: fromHex(reference.padEnd(64, "1")),
    reference,
    messages: [{ sequence: 0, day: 1, sealed: true, document: { text, fields: {}, attachments: [], locale: "fr" } }],
    replies: [],
    mark: null,
    history: { state: "received", assigned: null, labels: [], conflicts: [], missing: 0, records: [], ...more },
  } as unknown as HandlerCase;
}

/** A client that does what it is told; `calls` is everything that it was asked, in order. */
function setup(
  options: { pinned?: boolean; channels?: number; waiting?: number; failures?: ErrorCode[]; passphrase?: ErrorCode; stops?: boolean } = {},
) {
  const calls: string[] = [];
  const saved: string[] = [];
  const failures = [...(options.failures ?? [])];
  let waiting = options.waiting ?? 0;
  let stops = options.stops ?? false;
  const step = async (name: string): Promise<void> => {
    calls.push(name);
    const failure = failures.shift();
    if (failure !== undefined) throw new AmanaError(failure);
  };
  const cases = [makeCase("aaaa0000", "un signalement")];
  const inbox: HandlerInbox = {
    handlers: [],
    own: 0,
    today: 10,
    cases,
    get waiting() {
      return waiting;
    },
    unreadable: 0,
    refused: 0,
    withheld: 0,
    openMore: async (most) => {
      await step("openMore");
      const stopped = stops;
      stops = false;
      if (stopped) throw new AmanaError("ERR_NETWORK");
      waiting = Math.max(0, waiting - most);
      return waiting;
    },
    reply: (_to, text, feedback) => step(`reply ${JSON.stringify(text)} ${feedback}`),
    change: (_to, what) => step(`change ${JSON.stringify(what)}`),
    attachment: () => Promise.reject(new AmanaError("ERR_ATTACHMENT_MISSING")),
    async *export() {
      yield { path: "report.json", pieces: pieces(new Uint8Array(3)) };
    },
  };
  const channels = Array.from({ length: options.channels ?? 1 }, (_, index) => ({ name: `reports-${index}`, title: { en: "R" } }));
  const client: HandlerClient = {
    openKeyFile: async () => {
      if (options.passphrase !== undefined) throw new AmanaError(options.passphrase);
      return options.pinned === false ? FILE : { ...FILE, programme: ID };
    },
    makeKeyFile: async (file, passphrase) => new TextEncoder().encode(`${file.programme} ${passphrase}`),
    server: (address) => ({
      claimed: async () => {
        await step(`claimed ${address}`);
        return PROGRAMME;
      },
      connect: async (pinned) => {
        await step(`connect ${address} ${pinned === ID}`);
        return PROGRAMME;
      },
      channels: async () => channels,
      open: async (_channel, _file, opened) => {
        await step("open");
        await opened.put([{ hash: "00", plaintext: new Uint8Array(1) }]);
        return inbox;
      },
    }),
  };
  const session = new HandlerSession(
    client,
    {
      now: () => new Date(0),
      save: (name, content) => void saved.push(`${name} ${content.size}`),
      confine: (server) => void calls.push(`confine ${server}`),
    },
    (what) => void calls.push(what === "progress" ? "progress" : ""),
  );
  const asked = (): string[] => calls.filter((call) => call !== "" && call !== "progress");
  const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
  return { session, asked, calls, saved, settle };
}

const open = (session: HandlerSession, address = "", pin = ""): Promise<void> => session.open(new Uint8Array(1), "secret", address, pin);

describe("a handler's visit", () => {
  it("goes from a key file that says its programme to the list, and speaks to no other server from then on", async () => {
    const { session, asked, settle } = setup({ waiting: 20 });
    await open(session);
    await settle();
    expect(session.screen).toBe("list");
    const server = "https://x.test/feedback/";
    expect(asked()).toEqual([`connect ${server} true`, `confine ${server}`, "open", "openMore", "openMore", "openMore"]);
    expect(session.isOpening).toBe(false);
  });

  it("asks no server anything before the passphrase opened the file", async () => {
    const { session, asked } = setup({ passphrase: "ERR_PASSPHRASE" });
    await open(session);
    expect([session.screen, (session.error as AmanaError).code, asked()]).toEqual(["key", "ERR_PASSPHRASE", []]);
  });

  it("has digits compared where nobody has yet, and hands over a key file that remembers it", async () => {
    const { session, asked, saved, settle } = setup({ pinned: false });
    await open(session);
    expect([session.screen, asked()]).toEqual(["trust", ["claimed https://x.test/feedback/"]]);
    await session.trust(true);
    await settle();
    expect(session.screen).toBe("list");
    expect(session.done).toBe("remembered");
    expect(saved).toEqual([`observatory.key ${`${ID} secret`.length}`]);
    expect(JSON.stringify(session)).not.toContain("secret");
  });

  it("trusts a programme that is typed more than none, and refuses what is no id before it opens anything", async () => {
    const typed = setup({ pinned: false });
    await open(typed.session, "http://127.0.0.1:8080", ID.toUpperCase());
    expect(typed.session.screen).toBe("list");
    const wrong = setup();
    await open(wrong.session, "", "12 34");
    expect([(wrong.session.error as AmanaError).code, wrong.asked()]).toEqual(["ERR_CONFIG_INVALID", []]);
  });

  it("is not bound to a server that turned out to be another", async () => {
    const { session, asked } = setup({ failures: ["ERR_PROGRAMME_MISMATCH"] });
    await open(session, "https://typo.test/");
    expect([session.screen, (session.error as AmanaError).code]).toEqual(["key", "ERR_PROGRAMME_MISMATCH"]);
    expect(asked().some((call) => call.startsWith("confine"))).toBe(false);
    await open(session);
    expect(session.screen).toBe("list");
  });

  it("lets somebody choose among several channels, and says where there is none", async () => {
    const several = setup({ channels: 2 });
    await open(several.session);
    expect(several.session.screen).toBe("channel");
    await several.session.choose(several.session.channels[1] as (typeof several.session.channels)[number]);
    expect(several.session.screen).toBe("list");
    const none = setup({ channels: 0 });
    await open(none.session);
    expect([none.session.screen, none.session.channels]).toEqual(["channel", []]);
  });

  it("shows the list when opening stops, and goes on from there", async () => {
    const { session, settle } = setup({ waiting: 10, stops: true });
    await open(session);
    await settle();
    expect([session.screen, (session.openingError as AmanaError).code, session.inbox?.waiting]).toEqual(["list", "ERR_NETWORK", 10]);
    await session.openRest();
    expect([session.openingError, session.inbox?.waiting, session.isOpening]).toEqual([null, 0, false]);
  });

  it("signs a reply only once it was looked over, and keeps it where sending fails", async () => {
    const { session, asked, settle } = setup();
    await open(session);
    await settle();
    session.select(session.inbox?.cases[0]?.writer as Uint8Array);
    Object.assign(session.draft, { reply: " a\r\nb ", feedback: true });
    expect(session.unsent).toBe(true);
    await session.reply();
    expect(asked().some((call) => call.startsWith("reply"))).toBe(false);
    session.look(true);
    await session.reply();
    expect(asked().at(-1)).toBe('reply "a\\nb" true');
    expect([session.done, session.draft.reply, session.unsent]).toEqual(["replied", "", false]);
  });

  it("keeps a note that was not kept, and says so", async () => {
    const { session, settle } = setup();
    await open(session);
    await settle();
    session.select(session.inbox?.cases[0]?.writer as Uint8Array);
    session.draft.note = "note";
    const inbox = session.inbox as HandlerInbox;
    session.inbox = { ...inbox, change: () => Promise.reject(new AmanaError("ERR_NETWORK")) };
    await session.change({ kind: "note", text: "note" });
    expect([(session.error as AmanaError).code, session.draft.note, session.work]).toEqual(["ERR_NETWORK", "note", null]);
    session.inbox = inbox;
    await session.change({ kind: "note", text: "note" });
    expect([session.error, session.draft.note, session.done]).toEqual([null, "", "changed"]);
  });

  it("exports a case as one file", async () => {
    const { session, saved, settle } = setup();
    await open(session);
    await settle();
    session.select(session.inbox?.cases[0]?.writer as Uint8Array);
    await session.export();
    expect(saved).toHaveLength(1);
    expect(saved[0]).toMatch(/^case-aaaa0000\.zip /);
  });

  it("holds nothing once it was left, whatever still comes", async () => {
    const { session, calls, settle } = setup({ waiting: 100 });
    const opening = open(session);
    session.leave();
    await opening;
    await settle();
    const count = calls.length;
    expect([session.screen, session.inbox, session.programme, session.current, session.unsent]).toEqual(["left", null, null, null, false]);
    await session.refresh();
    expect(calls.length).toBe(count);
  });
});

describe("the list of cases", () => {
  const cases = [
    makeCase("aaaa0000", "Conteneur bloqué à Algérie-Port", { state: "assessing", assigned: 1, labels: ["port"] }),
    makeCase("bbbb0000", "طُلِبَ مني مبلغ"),
  ];
  const found = (filter: object): string[] => filterCases(cases, { ...SHOW_ALL, ...filter }, 1).map(({ reference }) => reference);

  it("is searched without accents, vowel signs and case", () => {
    expect(found({ query: "ALGERIE bloque" })).toEqual(["aaaa0000"]);
    expect(found({ query: "طلب" })).toEqual(["bbbb0000"]);
    expect(found({ query: "bbbb" })).toEqual(["bbbb0000"]);
    expect(found({ query: "bloqué طلب" })).toEqual([]);
  });

  it("is narrowed by state, by who handles a case, and by label", () => {
    expect(found({ state: "assessing" })).toEqual(["aaaa0000"]);
    expect(found({ who: "mine" })).toEqual(["aaaa0000"]);
    expect(found({ who: "nobody" })).toEqual(["bbbb0000"]);
    expect(found({ label: "port" })).toEqual(["aaaa0000"]);
    expect(found({})).toEqual(["aaaa0000", "bbbb0000"]);
  });
});

describe("what handlers' pages do with bytes", () => {
  it("puts files into a ZIP that others read", async () => {
    async function* files() {
      yield { path: "manifest.json", pieces: pieces(new TextEncoder().encode("{}")) };
      yield { path: "attachments/ملف.pdf", pieces: pieces(new Uint8Array(40_000).fill(7), new Uint8Array(30_000).fill(7)) };
      yield { path: "large", pieces: pieces(new Uint8Array(5_000_000).fill(1), new Uint8Array(5_000_000).fill(2)) };
    }
    const read = unzipSync(await (await zipOf(files())).bytes());
    expect(Object.keys(read)).toEqual(["manifest.json", "attachments/ملف.pdf", "large"]);
    expect([read.large?.length, read.large?.[4_999_999], read.large?.[5_000_000]]).toEqual([10_000_000, 1, 2]);
    expect(read["attachments/ملف.pdf"]).toEqual(new Uint8Array(70_000).fill(7));
  });

  it("takes for a picture what begins like one, never what says that it is", () => {
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    expect(pictureType(new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))).toBe("image/png");
    for (const other of ["<svg onload=1>", "<html>", "%PDF-1.7", "", "GIF"]) expect(pictureType(bytes(other))).toBe(null);
  });

  it("says how much room a reply has left, in letters like those that were written", () => {
    expect(replyLeft("", 1)).toBe(2680);
    expect(replyLeft("", 2)).toBe(1340);
    expect(replyLeft("x".repeat(2680), 1)).toBe(0);
    expect(replyLeft("م".repeat(1341), 2)).toBeLessThan(0);
  });
});
