import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { seal } from "@amana/core/envelope";
import { encodeMessage, reportContext, solveWork, withWork } from "@amana/core/mailbox";
import { type Manifest, manifestId, recipients } from "@amana/core/manifest";
import { randomBytes, signingKey } from "@amana/core/primitives";
import { encodeSubmission, signSubmission } from "@amana/core/submission";
import { describe, expect, it } from "vitest";
import { goLive } from "../../../fixtures/client.ts";
import { reportsDraft, START } from "../../../fixtures/drafts.ts";
import { withDataFolder } from "../../../fixtures/folder.ts";
import { newHolders } from "../../../fixtures/keys.ts";
import { LOGIN, type MailServer, startMailServer } from "../../../fixtures/mail-server.ts";
import { startServer, trialProgramme } from "../../../fixtures/server.ts";
import { readNotification } from "../../config/index.ts";
import { Tokens } from "../../stores/lowdb/tokens.ts";
import { smtp } from "./mail.ts";
import { Notification } from "./notification.ts";

const DAY = 86_400;
/** A day whose message is due at 07:00 UTC. */
const MORNING = Math.floor(START / DAY) * DAY + 7 * 3600;

async function withMail<T>(use: (mail: MailServer) => Promise<T>, options: Parameters<typeof startMailServer>[0] = {}): Promise<T> {
  const mail = await startMailServer(options);
  try {
    return await use(mail);
  } finally {
    await mail.close();
  }
}

/** A notification over a store in memory, at a clock that is set. */
async function notifying(
  settings: ReturnType<MailServer["settings"]>,
  kept: Map<string, unknown> = new Map(),
  writeDocument = async (name: string, value: unknown): Promise<void> => void kept.set(name, value),
) {
  const clock = { seconds: MORNING };
  const errors: unknown[] = [];
  const tokens = new Tokens();
  const useOnce = async (...use: Parameters<Tokens["use"]>) => tokens.use(...use);
  const store = { readDocument: async (name: string) => kept.get(name) ?? null, writeDocument, useOnce };
  const now = (): Date => new Date(clock.seconds * 1000);
  const notification = await Notification.open({
    ...settings,
    send: smtp(settings, randomBytes),
    store,
    now,
    onError: (error) => errors.push(error),
  });
  const at = async (seconds: number) => {
    clock.seconds = seconds;
    notification.run();
    await notification.idle();
    return notification.status;
  };
  return { notification, at, errors, kept };
}

describe("the handlers' daily message", () => {
  it("has one size on the wire and the same words, and comes by the clock, with and without reports", () =>
    withMail((mail) =>
      withDataFolder(async (folder) => {
        const holders = newHolders();
        await trialProgramme(folder, holders);
        const server = await startServer(folder, { notification: mail.settings() });
        const day = async (seconds: number) => {
          server.clock.seconds = seconds;
          const handedOver = seconds - ((seconds - MORNING) % DAY);
          const ticked = async () => {
            await server.amana.tick();
            return (await server.amana.operator.status()).notification;
          };
          await expect.poll(ticked, { timeout: 20_000 }).toMatchObject({ handedOver });
        };
        try {
          const { manifest } = await goLive(server, holders, reportsDraft(holders));
          await day(MORNING);
          expect(mail.messages.length).toBe(1);
          // A report comes: nothing is sent, however often the clock ticks.
          server.clock.seconds = START + 1;
          expect((await server.call("submissions", await report(manifest), "application/vnd.amana.report")).status).toBe(200);
          for (const hours of [11, 12, 23]) await day(MORNING + hours * 3600);
          expect(mail.messages.length).toBe(1);
          await day(MORNING + DAY - 1);
          expect(mail.messages.length).toBe(1);
          await day(MORNING + DAY);
          await day(MORNING + 12 * DAY);
          expect(mail.messages.length).toBe(3);
          const parts = mail.messages.map(({ text }) => text.replace(/^(Date|Message-ID): .*$/gm, "$1"));
          expect(new Set(parts).size).toBe(1);
          expect(new Set(mail.messages.map(({ text }) => text.length)).size).toBe(1);
          expect(new Set(mail.wire.map(({ sent }) => sent)).size).toBe(1);
          expect(mail.messages[0]?.text).toMatch(/^Date: .* 07:00:00 \+0000$/m);
          expect(mail.messages[0]?.text).not.toMatch(/first@|second@|reports-1|https?:/);
          expect(mail.messages[0]?.to).toEqual(["first@example.org", "second@example.org"]);
          const { notification } = await server.amana.operator.status();
          expect(notification).toEqual({ at: 420, addresses: 2, handedOver: MORNING + 12 * DAY, refusal: null });
          expect(JSON.stringify(server.log)).toBe("[]");
        } finally {
          await server.close();
        }
        // What a restart keeps: which day had its message, so that there is none twice.
        expect(JSON.parse(await readFile(join(folder, "notification.json"), "utf8")).data).toEqual({ day: Math.floor(MORNING / DAY) + 12 });
      }),
    ));

  it("that could not be handed over is tried again within its day, and never follows with the ones before", () =>
    withMail(async (mail) => {
      const refusing = mail.settings({ login: { user: LOGIN.user, password: "wrong" } });
      const { at, errors } = await notifying(refusing);
      expect(await at(MORNING)).toMatchObject({ handedOver: null, refusal: "credentials" });
      for (const minutes of [1, 14]) await at(MORNING + minutes * 60);
      expect(mail.wire.length).toBe(1);
      for (const minutes of [15, 30, 31]) await at(MORNING + minutes * 60);
      expect(mail.wire.length).toBe(3);
      expect(errors).toEqual([]);
      // Three days later the mail server takes messages: one comes.
      const mended = await notifying(mail.settings());
      expect(await mended.at(MORNING + 3 * DAY + 100)).toMatchObject({ handedOver: MORNING + 3 * DAY, refusal: null });
      expect(mail.messages.length).toBe(1);
      const again = await notifying(mail.settings(), mended.kept);
      await again.at(MORNING + 3 * DAY + 5000);
      expect(mail.messages.length).toBe(1);
      expect(await again.at(MORNING + 4 * DAY)).toMatchObject({ handedOver: MORNING + 4 * DAY });
    }));

  it("goes again to the addresses that were refused, and to no other", () => {
    let refusals = 1;
    return withMail(
      async (mail) => {
        const { at } = await notifying(mail.settings());
        expect(await at(MORNING)).toMatchObject({ handedOver: MORNING, refusal: "refused" });
        expect(await at(MORNING + 900)).toMatchObject({ handedOver: MORNING, refusal: null });
        await at(MORNING + 1800);
        expect(mail.messages.map(({ to }) => to)).toEqual([["first@example.org"], ["second@example.org"]]);
      },
      {
        onRcptTo: ({ address }, _session, done) => {
          if (address === "second@example.org" && refusals-- > 0) done(new Error("mailbox full"));
          else done();
        },
      },
    );
  });

  it("is not sent in clear where a mail server offers no STARTTLS; without that rule credentials and addresses go over the wire", () =>
    withMail(
      async (mail) => {
        const { at } = await notifying(mail.settings());
        expect(await at(MORNING)).toMatchObject({ handedOver: null, refusal: "tls" });
        expect(mail.messages).toEqual([]);
        expect(mail.wire[0]?.text).not.toMatch(/AUTH|MAIL FROM|@/);
        const without = await notifying(mail.settings({ tls: "none" }));
        expect(await without.at(MORNING)).toMatchObject({ refusal: null });
        expect(mail.wire[1]?.text).toContain(Buffer.from(LOGIN.password).toString("base64").slice(0, 8));
        expect(mail.wire[1]?.text).toContain("first@example.org");
      },
      { disabledCommands: ["STARTTLS"], allowInsecureAuth: true, authMethods: ["LOGIN"] },
    ));

  it("does not go to a mail server that nobody vouches for, or that is not there", () =>
    withMail(async (mail) => {
      expect(await (await notifying(mail.settings({ ca: null }))).at(MORNING)).toMatchObject({ refusal: "tls" });
      expect(mail.messages).toEqual([]);
      const { port } = mail;
      await mail.close();
      expect(await (await notifying(mail.settings({ port }))).at(MORNING)).toMatchObject({ refusal: "unreachable" });
    }));

  it("keeps to one message although its day cannot be written down", () =>
    withMail(async (mail) => {
      const { at, errors } = await notifying(mail.settings(), new Map(), async () => {
        throw new Error("disk full");
      });
      for (const minutes of [0, 15, 30]) await at(MORNING + minutes * 60);
      expect([mail.messages.length, errors.length]).toEqual([1, 1]);
    }));

  it("ends with the server, in the middle of a connection that says nothing", () =>
    withMail(
      async (mail) => {
        const { notification } = await notifying(mail.settings());
        notification.run();
        await expect.poll(() => mail.wire.length, { timeout: 20_000 }).toBe(1);
        await notification.close();
        notification.run();
        expect(mail.wire.length).toBe(1);
      },
      { onConnect: () => undefined },
    ));
});

describe("the file that AMANA_NOTIFY names", () => {
  const FILE = { at: "07:00", from: "amana@example.org", to: ["first@example.org"], server: "mail.example.org" };

  const problemsOf = async (folder: string, value: unknown, mode = 0o600): Promise<string[]> => {
    await mkdir(folder, { recursive: true });
    const path = join(folder, "notify.json");
    await writeFile(path, typeof value === "string" ? value : JSON.stringify(value), { mode });
    await chmod(path, mode);
    return readNotification(path).then(
      () => [],
      (error) => error.details.problems.map(({ path: at, message }: { path: string; message: string }) => `${at} ${message}`),
    );
  };

  it("says what it leaves open", () =>
    withDataFolder(async (folder) => {
      expect(await problemsOf(folder, FILE)).toEqual([]);
      expect(await readNotification(join(folder, "notify.json"))).toEqual({
        ...FILE,
        at: 420,
        port: 587,
        tls: "starttls",
        login: null,
        ca: null,
      });
    }));

  it("has every mistake named at once, and no header, line or clear text can come of it", () =>
    withDataFolder(async (folder) => {
      const hostile = {
        at: "7:00",
        from: "amana@example.org\r\nBcc: everyone@example.org",
        to: ["first@example.org>\r\nDATA", "second@example.org, third@example.org"],
        server: "mail.example.org\r\nQUIT",
        port: 70_000,
        user: "a\nb",
        more: 1,
      };
      const problems = await problemsOf(folder, hostile);
      for (const path of ["at", "from", "to/0", "to/1", "server", "port", "user"])
        expect(
          problems.filter((line) => line.startsWith(`/AMANA_NOTIFY/${path} `)),
          path,
        ).toHaveLength(1);
      expect(problems.join()).not.toMatch(/everyone|third|QUIT/);
      expect(await problemsOf(folder, { ...FILE, tls: "none" })).toEqual([
        expect.stringContaining("/AMANA_NOTIFY/tls expected starttls or implicit"),
      ]);
      expect(await problemsOf(folder, { ...FILE, tls: "none", server: "localhost" })).toEqual([]);
      expect(await problemsOf(folder, { ...FILE, user: "amana" })).toEqual([
        expect.stringContaining("/AMANA_NOTIFY/password expected with a user"),
      ]);
      expect(await problemsOf(folder, { ...FILE, to: [] })).toHaveLength(1);
      expect(await problemsOf(folder, "{")).toEqual(["/AMANA_NOTIFY cannot be read as JSON"]);
      const both = await problemsOf(folder, { ...FILE, user: "amana", password: "canary", ca: "none.pem" }, 0o644);
      expect(both).toEqual([expect.stringContaining("chmod 600"), "/AMANA_NOTIFY/ca cannot be read as PEM"]);
      expect(both.join()).not.toContain("canary");
    }));
});

/** A report as a stranger sends it. */
async function report(manifest: Manifest): Promise<Uint8Array> {
  const [id, key] = [manifestId(manifest), signingKey(randomBytes(32))];
  const spec = { recipients: recipients(manifest), threshold: 1, context: reportContext(id, key.publicKey, 0), size: manifest.size };
  const fields = { manifestId: id, audience: 0, sequence: 0, tokens: [], envelope: seal(new TextEncoder().encode("text"), spec) };
  const message = encodeMessage(encodeSubmission(signSubmission(fields, key)), []);
  return withWork(await solveWork(id, message, manifest.workDifficulty), message);
}
