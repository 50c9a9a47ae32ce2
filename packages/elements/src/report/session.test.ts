import type { AttachmentSource, FoundMark, ReportProgress } from "@amana/client/reporter";
import { formatCode, newSecretCode, type SecretCode, toHex } from "@amana/core/bytes";
import { AmanaError, type ErrorCode } from "@amana/core/errors";
import { randomBytes } from "@amana/core/primitives";
import { describe, expect, it } from "vitest";
import { knownFile, type PreparedFile } from "../files/index.ts";
import type { ReportChannel } from "./client.ts";
import { ReportSession } from "./session.ts";

type Sending = (progress: ReportProgress, sources: readonly AttachmentSource[]) => Promise<void>;

/** A channel whose sendings are what a test says, one after the other. */
function makeSession(...sendings: Sending[]) {
  const calls: string[] = [];
  const sent: (readonly AttachmentSource[])[] = [];
  const marked: unknown[] = [];
  const take = async (call: string, progress: ReportProgress, sources: readonly AttachmentSource[]) => {
    calls.push(call);
    sent.push(sources);
    await (sendings.shift() ?? whole)(progress, sources);
  };
  const channel = {
    newSecretCode: () => newSecretCode(randomBytes),
    manifest: { accepts: [] },
    report: (_code: unknown, _content: unknown, progress: ReportProgress, mark: unknown, sources: readonly AttachmentSource[]) => {
      marked.push(mark);
      return take("report", progress, sources);
    },
    followUp: (_code: unknown, _content: unknown, progress: ReportProgress, sources: readonly AttachmentSource[]) =>
      take("followUp", progress, sources),
    retry: (progress: ReportProgress) => take("retry", progress, []),
    replies: async () => [],
  } as unknown as ReportChannel;
  const prepare = async (file: File): Promise<PreparedFile | null> => {
    if (file.name === "gone") throw new Error("gone");
    const known = knownFile(file.name, new TextEncoder().encode(await file.text()));
    return known === null ? null : { known, bytes: file, traces: [], cleaned: false, preview: null };
  };
  const settings = { programme: "ab".repeat(32), base: "https://x/", round: "reports", prepare };
  const session = new ReportSession(
    { openChannel: async () => channel, otherChannels: async () => [], successorOf: async () => null },
    settings,
    () => undefined,
  );
  return { session, channel, calls, sent, marked, settings };
}

const whole: Sending = async (progress, sources) => {
  if (sources.length > 0) progress("uploading", { sent: 1, total: 1 });
  for (const step of ["sealing", "working", "sending", "kept"] as const) progress(step);
};
const lost = (step: "uploading" | "sending", code: "ERR_NETWORK" | "ERR_UPLOAD_INCOMPLETE" = "ERR_NETWORK"): Sending => {
  return async (progress) => {
    progress(step);
    throw new AmanaError(code);
  };
};
const pdf = (name = "secret-name.pdf"): File => new File(["%PDF-1.7"], name);

async function atReview(session: ReportSession): Promise<void> {
  await session.open();
  session.write();
  session.narrative = "It happened.";
  for (let step = 0; step < 3; step++) session.go("next");
  expect(session.journey.screen).toBe("review");
}

describe("files of a report", () => {
  it("go under a name that says nothing, unless their own is wanted", async () => {
    const { session } = makeSession();
    const { attachments } = session;
    await attachments.add([pdf("leila.pdf"), pdf("b.pdf")]);
    expect(attachments.sources.map(({ name }) => name)).toEqual(["file-1.pdf", "file-2.pdf"]);
    const [first] = attachments.files;
    if (first === undefined) throw new Error("no file");
    attachments.keepName(first, true);
    expect(attachments.sources[0]?.name).toBe("leila.pdf");
    attachments.remove(first);
    await attachments.add([pdf("c.pdf")]);
    expect(attachments.sources.map(({ name }) => name)).toEqual(["file-2.pdf", "file-1.pdf"]);
  });

  it("are refused with the reason why, before anything is sent, and at most four are taken", async () => {
    const { session } = makeSession();
    const large = new File([], "large.pdf");
    Object.defineProperty(large, "size", { value: 104_857_601 });
    await session.attachments.add([new File(["MZ"], "x.exe"), large, new File([], "none.pdf"), new File(["x"], "gone")]);
    expect(session.attachments.files.map(({ state }) => state)).toEqual(["kind", "size", "empty", "unreadable"]);
    expect(session.attachments.sources).toEqual([]);
    await session.attachments.add([1, 2, 3, 4, 5].map((each) => pdf(`${each}.pdf`)));
    expect([session.attachments.files.length, session.attachments.tooMany]).toEqual([4, true]);
  });

  it("go on with the same objects after the connection was lost while they were sent", async () => {
    const { session, calls, sent } = makeSession(lost("uploading"));
    await atReview(session);
    await session.attachments.add([pdf()]);
    await session.send("en");
    expect([session.journey.screen, session.stage]).toEqual(["sending", "uploading"]);
    await session.deliver("en");
    expect(calls).toEqual(["report", "report"]);
    expect(sent[1]?.[0]).toBe(sent[0]?.[0]);
    expect([session.journey.screen, session.written]).toEqual(["sent", [{ text: "It happened.", files: 1 }]]);
    expect(session.attachments.files).toEqual([]);
  });

  it("are sent anew when the server has dropped them; what was sealed goes out as it is after any other loss", async () => {
    const { session, calls } = makeSession(lost("sending", "ERR_UPLOAD_INCOMPLETE"), lost("sending"));
    await atReview(session);
    await session.attachments.add([pdf()]);
    await session.send("en");
    await session.deliver("en");
    await session.deliver("en");
    expect(calls).toEqual(["report", "report", "retry"]);
    expect(session.journey.screen).toBe("sent");
  });
});

describe("a sending", () => {
  it("can be stopped until something sealed has left, and the next one waits for it", async () => {
    let release: () => void = () => undefined;
    const slow: Sending = async (progress) => {
      progress("uploading", { sent: 1, total: 2 });
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      progress("uploading", { sent: 2, total: 2 });
    };
    const { session, calls } = makeSession(slow);
    await atReview(session);
    await session.attachments.add([pdf()]);
    const first = session.send("en");
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(session.stoppable).toBe(true);
    session.stop();
    expect([session.journey.screen, session.error]).toEqual(["review", null]);
    const second = session.send("en");
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(calls).toEqual(["report"]);
    release();
    await Promise.all([first, second]);
    expect(calls).toEqual(["report", "report"]);
    expect(session.journey.screen).toBe("sent");
  });

  it("that is sealed and on its way is not stopped", async () => {
    const { session } = makeSession(async (progress) => {
      await whole(progress, []);
      session.stop();
    });
    await atReview(session);
    await session.send("en");
    expect(session.journey.screen).toBe("sent");
  });

  it("sends nothing more once the person has left", async () => {
    let reached = false;
    const { session } = makeSession(async (progress) => {
      session.leave();
      progress("sending");
      reached = true;
    });
    await atReview(session);
    await session.send("en");
    expect([reached, session.journey.screen, session.narrative]).toEqual([false, "left", ""]);
  });
});

describe("a follow-up", () => {
  it("takes files of its own, and after a loss goes out again as it was sealed", async () => {
    const { session, calls, sent } = makeSession(whole, lost("sending"));
    await atReview(session);
    await session.send("en");
    await session.resume(null);
    session.draft = "And more.";
    await session.attachments.add([pdf()]);
    expect(session.unsent).toBe(true);
    await session.followUp("en");
    expect([session.unsentFollowUp, session.draft]).toEqual([true, "And more."]);
    await session.followUp("en");
    expect(calls).toEqual(["report", "followUp", "retry"]);
    expect(sent[1]?.length).toBe(1);
    expect(session.written.at(-1)).toEqual({ text: "And more.", files: 1 });
    expect([session.unsentFollowUp, session.unsent, session.busy]).toEqual([false, false, null]);
  });
});

describe("the mark of a report", () => {
  const SURVEY = new Uint8Array(32).fill(7);
  const found = (): FoundMark => {
    const key = { seed: new Uint8Array(32).fill(1), publicKey: new Uint8Array(32) };
    return { source: { survey: SURVEY, audience: 0, tokens: [], key }, audience: { en: "Traders" }, survey: { en: "Wave" }, crowd: 40 };
  };

  /** A channel that accepts marks of one survey; `failures` are what fetching its draws ends with, before it succeeds. */
  function takesMarks(kiosk: boolean, ...failures: readonly ErrorCode[]) {
    const made = makeSession();
    const left = [...failures];
    const looked: string[] = [];
    const find = (code: SecretCode): FoundMark => {
      looked.push(formatCode(code));
      if (looked.length === 1) throw new AmanaError("ERR_NOT_FOUND");
      return found();
    };
    Object.assign(made.channel, {
      manifest: { accepts: [toHex(SURVEY)] },
      marks: async () => {
        made.calls.push("marks");
        const failure = left.shift();
        if (failure !== undefined) throw new AmanaError(failure);
        return { surveys: [{ title: { en: "Wave" }, state: "ready", enrolmentClose: 1 }], find };
      },
    });
    const settings = {
      ...made.settings,
      kiosk,
      marksPart: async () => void made.calls.push("part"),
      pause: async (milliseconds: number) => void made.calls.push(`pause ${milliseconds}`),
    };
    const { channel } = made;
    const client = { openChannel: async () => channel, otherChannels: async () => [], successorOf: async () => null };
    return { ...made, looked, session: new ReportSession(client, settings, () => undefined) };
  }
  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
  const code = (): string => formatCode(newSecretCode(randomBytes));

  it("is looked for in what everyone fetched when the channel was opened: who marks asks for nothing more than who does not", async () => {
    const visits = [true, false].map(async (marks) => {
      const { session, calls, looked, marked } = takesMarks(false);
      await atReview(session);
      await settled();
      session.go("editMark");
      if (marks) {
        expect(() => session.addMark("not a code")).toThrow();
        expect(() => session.addMark(code())).toThrow(AmanaError);
        session.addMark(code());
        expect([looked.length, session.unsent, session.mark.given?.crowd]).toEqual([2, true, 40]);
      }
      session.go("previous");
      expect(session.journey.screen).toBe("review");
      const source = session.mark.source;
      await session.send("en");
      expect(marked).toEqual([marks ? expect.objectContaining({ survey: SURVEY, audience: 0 }) : null]);
      expect([session.journey.screen, session.mark.given, source?.key.seed.some((byte) => byte !== 0) ?? false]).toEqual([
        "sent",
        null,
        false,
      ]);
      return calls;
    });
    const [marker, other] = await Promise.all(visits);
    expect(marker).toEqual(["part", "marks", "report"]);
    expect(marker).toEqual(other);
  });

  it("is fetched again after what may pass, by itself and after a time that nobody chooses, and not after anything else", async () => {
    const passing = takesMarks(false, "ERR_NETWORK", "ERR_OVERLOADED");
    await passing.session.open();
    await settled();
    expect(passing.calls).toEqual(["part", "marks", "pause 20000", "part", "marks", "pause 20000", "part", "marks"]);
    expect([passing.session.mark.surveys?.length, passing.session.mark.error]).toEqual([1, null]);
    const lasting = takesMarks(false, "ERR_LEDGER_SIGNATURE");
    await lasting.session.open();
    await settled();
    expect(lasting.calls).toEqual(["part", "marks"]);
    expect([lasting.session.mark.surveys, lasting.session.mark.goesOn]).toEqual([null, false]);
    expect(lasting.session.mark.error).toMatchObject({ code: "ERR_LEDGER_SIGNATURE" });
  });

  it("stays with a channel that accepts it, goes with the wish or the visit, and is never asked for on a shared device", async () => {
    const { session, channel, calls } = takesMarks(false);
    await session.open();
    await settled();
    const give = (): Uint8Array => {
      session.mark.given = found();
      return session.mark.given.source.key.seed;
    };
    give();
    session.moveTo({ ...channel });
    expect(session.mark.given).not.toBeNull();
    session.moveTo({ ...channel, manifest: { ...channel.manifest, accepts: [] } });
    expect([session.mark.given, session.offersMark]).toEqual([null, false]);
    const taken = give();
    session.removeMark();
    const gone = give();
    session.leave();
    expect([session.mark.given, taken.some(Boolean), gone.some(Boolean)]).toEqual([null, false, false]);
    await settled();
    expect(calls.filter((call) => call === "marks")).toHaveLength(2);
    const shared = takesMarks(true);
    await shared.session.open();
    await settled();
    expect([shared.calls, shared.session.offersMark]).toEqual([[], false]);
  });
});
