import type { AttachmentSource, ReportProgress } from "@amana/client/reporter";
import { newSecretCode } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
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
  const take = async (call: string, progress: ReportProgress, sources: readonly AttachmentSource[]) => {
    calls.push(call);
    sent.push(sources);
    await (sendings.shift() ?? whole)(progress, sources);
  };
  const channel = {
    newSecretCode: () => newSecretCode(randomBytes),
    report: (_code: unknown, _content: unknown, progress: ReportProgress, _mark: unknown, sources: readonly AttachmentSource[]) =>
      take("report", progress, sources),
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
  return { session, calls, sent };
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
