import { formatCode, newInvitationCode, newSecretCode, type SecretCode } from "@amana/core/bytes";
import { AmanaError, type ErrorCode } from "@amana/core/errors";
import type { Questionnaire } from "@amana/core/questionnaire";
import { describe, expect, it } from "vitest";
import type { SurveyClient, SurveyCredential, SurveyReceipt, SurveyRound } from "./client.ts";
import { SurveySession } from "./session.ts";

const PROGRAMME = "ab".repeat(32);
const NOW = 1_000_000;
const PAPER = formatCode(newInvitationCode((n) => new Uint8Array(n).fill(3)));
const LINK = `https://x.test/w#officials.${PAPER}`;
const code = newSecretCode((n) => new Uint8Array(n).fill(7));
const text = (en: string) => ({ en });
const questionnaire = {
  scales: [],
  sections: [
    {
      id: "a",
      title: text("A"),
      text: null,
      showIf: null,
      items: [{ id: "C1", kind: "text", text: text("?"), help: null, factor: null, showIf: null, maxBytes: 99 }],
    },
  ],
} as unknown as Questionnaire;

/** A client that does what it is told; `calls` is what the server would see of it. */
function setup(
  options: {
    failures?: ErrorCode[];
    answeringOpen?: number;
    resume?: ErrorCode;
    invited?: boolean;
    kind?: string;
    link?: string;
    separation?: string[];
    releases?: readonly [number, number];
    receipt?: Partial<SurveyReceipt>;
  } = {},
) {
  const calls: string[] = [];
  const failures = [...(options.failures ?? [])];
  const receipt: SurveyReceipt = {
    text: "receipt",
    state: "promised",
    releaseAt: null,
    verifyIncluded: async () => ({ included: true, ledgerSize: 9 }),
    ...options.receipt,
  };
  let sealed = 0;
  const send = async (name: string): Promise<SurveyReceipt> => {
    calls.push(name);
    const failure = failures.shift();
    if (failure !== undefined) throw new AmanaError(failure);
    sealed = 0;
    return receipt;
  };
  const credential: SurveyCredential = {
    audience: { id: "officials", title: text("Officials") },
    questionnaire,
    sequence: null,
    enrolmentReceipts: [],
    get unsent() {
      return sealed > 0;
    },
    submit: (answers) => {
      sealed += 1;
      return send(`submit ${JSON.stringify(answers)}`);
    },
    retry: () => send("retry"),
    withdraw: () => {
      sealed += 1;
      return send("withdraw");
    },
    check: async () => null,
  };
  const round = {
    kind: options.kind ?? "survey",
    invited: options.invited ?? true,
    separation: options.separation ?? [],
    releases: options.releases ?? null,
    manifest: {
      audiences: [{ id: "officials" }, { id: "private" }],
    },
    times: {
      windows: { enrolmentOpen: 0, enrolmentClose: 2 * NOW, answeringOpen: options.answeringOpen ?? 0, answeringClose: 2 * NOW },
      cancelled: null,
    },
    newSecretCode: () => code.slice() as SecretCode,
    enrol: async (_code: SecretCode, audience: string | null) => {
      calls.push(`enrol ${audience}`);
      const failure = failures.shift();
      if (failure !== undefined) throw new AmanaError(failure);
      return credential;
    },
    resume: async (_code: SecretCode, audience: string | null) => {
      calls.push(`resume ${audience}`);
      if (options.resume !== undefined && (audience ?? null) === null) throw new AmanaError(options.resume);
      return credential;
    },
  } as unknown as SurveyRound;
  const client: SurveyClient = {
    openInvitation: async () => {
      calls.push("open");
      return round;
    },
    openRound: async () => round,
  };
  const session = new SurveySession(
    client,
    { programme: PROGRAMME, link: options.link ?? LINK, now: () => new Date(NOW * 1000) },
    () => undefined,
  );
  return { session, calls };
}

async function toReview(session: SurveySession): Promise<void> {
  await session.open();
  session.begin();
  await session.enrol();
  session.setAnswer("C1", "hello");
  session.go({ type: "next", sections: session.sections });
}

describe("a respondent's session", () => {
  it("never enrols at load or before the code is confirmed", async () => {
    const { session, calls } = setup();
    await session.open();
    session.begin();
    expect(session.journey.screen).toBe("code");
    expect(calls).toEqual(["open"]);
  });

  it("answers, sends and verifies", async () => {
    const { session, calls } = setup();
    await toReview(session);
    expect(session.journey.screen).toBe("review");
    expect(session.unsent).toBe(true);
    await session.send();
    expect(session.journey.screen).toBe("receipt");
    expect(session.unsent).toBe(false);
    await session.verify();
    expect(session.inclusion).toEqual({ included: true, ledgerSize: 9 });
    expect(calls).toEqual(["open", "enrol officials", 'submit {"C1":"hello"}']);
  });

  it("goes back to the code when enrolling fails, and tries again with the same one", async () => {
    const { session } = setup({ failures: ["ERR_NETWORK"] });
    await session.open();
    session.begin();
    const first = session.secretCode;
    await session.enrol();
    expect(session.journey.screen).toBe("code");
    expect((session.error as AmanaError).code).toBe("ERR_NETWORK");
    await session.enrol();
    expect(session.journey.screen).toBe("section");
    expect(session.secretCode).toBe(first);
  });

  it("retries a sealed answer instead of sealing again", async () => {
    const dropped = setup({ failures: [] });
    await toReview(dropped.session);
    dropped.calls.length = 0;
    // The drop happens after sealing.
    const credential = dropped.session.credential as SurveyCredential;
    const submit = credential.submit.bind(credential);
    let first = true;
    Object.assign(credential, {
      submit: async (...args: Parameters<typeof submit>) => {
        const done = submit(...args);
        if (!first) return done;
        first = false;
        await done;
        Object.defineProperty(credential, "unsent", { get: () => true, configurable: true });
        throw new AmanaError("ERR_NETWORK");
      },
    });
    await dropped.session.send();
    expect(dropped.session.journey.screen).toBe("sending");
    expect(dropped.session.answers).toMatchObject({ C1: "hello" });
    await dropped.session.retry();
    expect(dropped.calls).toEqual(['submit {"C1":"hello"}', "retry"]);
    expect(dropped.session.journey.screen).toBe("receipt");
  });

  it("waits where answers come later, with the code alone", async () => {
    const { session } = setup({ answeringOpen: 2 * NOW });
    await session.open();
    expect(session.answersLater).toBe(true);
    session.begin();
    await session.enrol();
    expect([session.journey.screen, session.enrolled]).toEqual(["wait", true]);
  });

  it("refuses to start without a programme to trust, and in a reporting channel", async () => {
    const session = new SurveySession({} as SurveyClient, { programme: "", link: "" }, () => undefined);
    await session.open();
    expect(session.journey.screen).toBe("failed");
    expect((session.error as AmanaError).code).toBe("ERR_CONFIG_INVALID");
    const reports = setup({ kind: "reports" });
    await reports.session.open();
    expect((reports.session.error as AmanaError).code).toBe("ERR_ROUND_UNKNOWN");
  });

  it("comes back with a typed code, and says which mistake it has", async () => {
    const { session } = setup();
    await session.open();
    session.go({ type: "comeBack" });
    await session.resume("ABC");
    expect(session.journey.screen).toBe("return");
    expect((session.error as AmanaError).code).toBe("ERR_CODE_FORMAT");
    await session.resume(formatCode(code).toLowerCase());
    expect(session.journey.screen).toBe("returned");
  });

  it("draws again when the code is not in the ledger yet and the invitation is here; else asks for the audience", async () => {
    const invited = setup({ resume: "ERR_NOT_FOUND" });
    await invited.session.open();
    invited.session.go({ type: "comeBack" });
    await invited.session.resume(formatCode(code));
    expect(invited.calls).toEqual(["open", "resume undefined", "enrol officials"]);
    expect(invited.session.journey.screen).toBe("returned");
    const alone = setup({ resume: "ERR_NOT_FOUND", invited: false });
    await alone.session.open();
    alone.session.go({ type: "comeBack" });
    await alone.session.resume(formatCode(code));
    expect(alone.session.journey.screen).toBe("unlisted");
    await alone.session.resume(null, "officials");
    expect(alone.session.journey.screen).toBe("returned");
  });

  it("shows a code from paper to the issuer of the group that the person names", async () => {
    const { session, calls } = setup({ link: `https://x.test/w#${PAPER}` });
    await session.open();
    expect(session.audience).toBeNull();
    session.begin();
    session.audience = "private";
    await session.enrol();
    expect(calls).toEqual(["open", "enrol private"]);
  });

  it("says that nothing is there with phases, where naming a group would not help", async () => {
    const { session, calls } = setup({ resume: "ERR_NOT_FOUND", invited: false, separation: ["phases"] });
    await session.open();
    session.go({ type: "comeBack" });
    await session.resume(formatCode(code));
    expect(session.journey.screen).toBe("return");
    expect((session.error as AmanaError).code).toBe("ERR_NOT_FOUND");
    expect(calls).toEqual(["open", "resume undefined"]);
  });

  it("names no group in a round with a relay either, and takes the invitation back while it can be used", async () => {
    const releases = [NOW + 50, NOW + 80] as const;
    const screenAfter = async (options: Parameters<typeof setup>[0]): Promise<string> => {
      const { session } = setup({ separation: ["relay"], releases, ...options });
      await session.open();
      session.go({ type: "comeBack" });
      await session.resume(formatCode(code));
      return `${session.journey.screen} ${(session.error as AmanaError | null)?.code ?? ""}`;
    };
    expect(await screenAfter({ resume: "ERR_NOT_FOUND" })).toBe("returned ");
    expect(await screenAfter({ resume: "ERR_NOT_FOUND", invited: false })).toBe("return ERR_NOT_FOUND");
    expect(await screenAfter({ resume: "ERR_ROUND_NOT_OPEN", invited: false })).toBe("return ERR_ROUND_NOT_OPEN");
  });

  it("with phases leads each who comes back to where they stand", async () => {
    const screenAfter = async (options: Parameters<typeof setup>[0]): Promise<string> => {
      const { session } = setup({ invited: false, separation: ["phases"], ...options });
      await session.open();
      session.go({ type: "comeBack" });
      await session.resume(formatCode(code));
      return session.journey.screen;
    };
    expect(await screenAfter({})).toBe("returned");
    expect(await screenAfter({ resume: "ERR_ROUND_NOT_OPEN" })).toBe("unsettled");
    expect(await screenAfter({ resume: "ERR_ROUND_TOO_FEW" })).toBe("tooFew");
    expect(await screenAfter({ resume: "ERR_NETWORK" })).toBe("return");
    // Too early: nothing is asked of the server.
    const early = setup({ invited: false, separation: ["phases"], answeringOpen: NOW + 1 });
    await early.session.open();
    early.session.go({ type: "comeBack" });
    await early.session.resume("ABC");
    expect(early.session.journey.screen).toBe("return");
    await early.session.resume(formatCode(code));
    expect([early.session.journey.screen, early.session.enrolled]).toEqual(["wait", false]);
    expect(early.calls).toEqual(["open"]);
  });

  it("tries again with the same code where the round is not open yet, and keeps what was typed while the network is lost", async () => {
    const { session, calls } = setup({ resume: "ERR_ROUND_NOT_OPEN", invited: false, separation: ["phases"] });
    await session.open();
    session.go({ type: "comeBack" });
    await session.resume(formatCode(code).toLowerCase());
    await session.resume(null);
    expect(session.journey.screen).toBe("unsettled");
    expect(calls).toEqual(["open", "resume undefined", "resume undefined"]);
    const lost = setup({ resume: "ERR_NETWORK", invited: false });
    await lost.session.open();
    lost.session.go({ type: "comeBack" });
    await lost.session.resume(formatCode(code));
    expect(lost.session.typed).toBe(formatCode(code));
    lost.session.leave();
    expect(lost.session.typed).toBe("");
  });

  it("withdraws after asking", async () => {
    const { session, calls } = setup();
    await session.open();
    session.go({ type: "comeBack" });
    await session.resume(formatCode(code));
    await session.withdraw();
    expect(calls).not.toContain("withdraw");
    session.go({ type: "withdraw" });
    await session.withdraw();
    expect(calls).toContain("withdraw");
    expect(session.journey.screen).toBe("withdrawn");
  });

  it("forgets everything on leaving, and overwrites the code", async () => {
    const { session } = setup();
    await toReview(session);
    const held = session.secretCode;
    session.leave();
    expect([...(held ?? [1])]).toEqual(new Array(16).fill(0));
    expect([session.secretCode, session.credential, session.round, session.receipt]).toEqual([null, null, null, null]);
    expect(Object.keys(session.answers)).toEqual([]);
    expect(session.journey.screen).toBe("left");
  });

  describe("what a relay should have given on", () => {
    const missing = async () => ({ included: false, ledgerSize: 9 });
    const sent = async (releaseAt: number, found: SurveyReceipt["verifyIncluded"] = missing, last = NOW + 10) => {
      const receipt = { state: "sent", releaseAt, verifyIncluded: found } as const;
      const { session, calls } = setup({ releases: [NOW - 10, last], receipt });
      await toReview(session);
      await session.send();
      const before = session.overdue;
      await session.verify();
      calls.length = 0;
      return { session, calls, before };
    };

    it("is offered to be sent again once its release is past and a check has not found it, and goes out as it is", async () => {
      const { session, calls, before } = await sent(NOW - 10);
      expect([before, session.overdue]).toEqual([false, true]);
      await session.sendAgain();
      expect([calls, session.again, session.overdue]).toEqual([["retry"], "sent", false]);
      expect(session.journey.screen).toBe("receipt");
      await session.verify();
      expect([session.again, session.overdue]).toEqual([null, true]);
    });

    it("is not offered, and does not go out, before its release, where it was found, and after the last release", async () => {
      for (const { session, calls } of [await sent(NOW + 10), await sent(NOW - 10, async () => ({ included: true, ledgerSize: 9 }))]) {
        await session.sendAgain();
        expect([session.overdue, calls]).toEqual([false, []]);
      }
    });
  });
});
