import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openRound } from "@amana/client";
import { formatCode } from "@amana/core/bytes";
import { MARK_TEXTS } from "@amana/elements";
import { HANDLER, ORGANISATIONS, respond } from "@amana/example-trial";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { overWire } from "../support/wire.ts";
import { PDF, photo } from "./support/attached.ts";
import { axeViolations } from "./support/axe.ts";
import { startChromium } from "./support/chromium.ts";
import { ReportForm } from "./support/report-form.ts";
import { CHANNEL, startTrial, type Trial, WAVE } from "./support/trial.ts";
import { type Exchange, Visit } from "./support/visit.ts";

let trial: Trial;
let browser: Browser;
const sent: Exchange[] = [];
let code = "";
let taken: Buffer;

const STORY = "On nous a fait attendre trois semaines, jusqu’à ce que nous comprenions.";
const REPLY = "Merci. Était-ce toujours le même bureau ?";
const MARKED = "Encore trois semaines, au même endroit.";
/** Of two groups. */
const LONG_PDF = { ...PDF, name: "كشف.pdf", buffer: Buffer.concat([PDF.buffer, Buffer.alloc(400_000, "page; ")]) };
const FOLLOW_UP = "نعم، المكتب نفسه دائمًا.";

beforeAll(async () => {
  browser = await startChromium();
  trial = await startTrial();
});

afterAll(async () => {
  await browser?.close();
  await trial?.stop();
});

async function visiting(
  locale: string,
  work: (visit: Visit, look: () => Promise<void>) => Promise<void>,
  url: string = trial.url,
): Promise<void> {
  const visit = await Visit.start(browser, { origin: new URL(url).origin, locale });
  await work(visit, async () => expect(await axeViolations(visit.page)).toEqual([]));
  sent.push(...(await visit.submissions()));
  await visit.end();
}

/** A command line of the handler, as `amana … --json` answers it. */
async function handler(...args: readonly string[]): Promise<Record<string, unknown>> {
  return (await trial.world.as(HANDLER, ["reports", ...args, "--round", CHANNEL])).result as Record<string, unknown>;
}

/** The markers of a JPEG up to its scan. */
function segments(jpeg: Buffer): number[] {
  const found: number[] = [];
  for (let at = 2; jpeg[at] === 0xff && jpeg[at + 1] !== 0xda; at += 2 + jpeg.readUInt16BE(at + 2)) found.push(jpeg[at + 1] as number);
  return found;
}

describe("an incident report, in a browser and at the handler's terminal", () => {
  it("is written in French, with the network lost on the way; an empty form says what is missing", () =>
    visiting("fr-FR", async (visit, look) => {
      const { page } = visit;
      const form = new ReportForm(page, "fr");
      const { report, common, errors, options } = form.words;
      // The channel's own part of the form is lost on the way: the page says so, and one button asks for it again.
      visit.networkIsLost = true;
      await page.route(/\/assets\/report-[0-9a-f]+\.js$/, (route) => route.abort(), { times: 1 });
      await page.goto(`${trial.url}${CHANNEL}`);
      await page.getByText(errors.network).waitFor();
      await look();
      await form.button(common.tryAgain).click();
      await form.button(form.words.name).click();
      await form.heading(report.readersTitle).waitFor();
      visit.networkIsLost = false;
      await page.getByText(ORGANISATIONS.find(({ id }) => id === HANDLER)?.name.fr as string).waitFor();
      await look();
      await form.button(report.write).click();
      await form.button(common.next).click();
      await page.getByText(`${common.chooseOne} ${report.required}`).first().waitFor();
      await look();
      await page.getByLabel(options.role.options.trader).check();
      await page.getByLabel(options.type.options["undue-delay"]).check();
      await page.getByLabel(report.narrative).fill(STORY);
      const program = { name: "tool.exe", mimeType: "image/jpeg", buffer: Buffer.from("MZ") };
      const picture = await photo(page, "IMG_2041.jpg");
      taken = picture.buffer;
      await form.attach(picture, PDF, program);
      await form.element.locator(".notice.error").getByText("tool.exe").waitFor();
      const { traces, warnings, removed } = form.words.files;
      await page.getByText(removed.replace("{traces}", `${traces.place}, ${traces.camera} et ${traces.time}`)).waitFor();
      await page.getByText(warnings.pdf).waitFor();
      await look();
      await form.button(common.next).click();
      await form.heading(report.detailTitle).waitFor();
      await page.getByLabel(options.step.label).selectOption("release");
      await look();
      await form.button(common.next).click();
      await form.heading(report.keepTitle).waitFor();
      await look();
      code = await form.confirmCode();
      await form.heading(report.reviewTitle).waitFor();
      await look();
      for (const name of ["file-1.jpg", "file-2.pdf"]) await page.getByText(name, { exact: true }).waitFor();
      // One group of a file is lost on the way, and then the report itself: the first goes again by itself, the second with a button.
      visit.networkIsLost = true;
      for (const lost of [/\/uploads$/, /\/submissions$/]) await page.route(lost, (route) => route.abort(), { times: 1 });
      await form.button(report.send).click();
      await page.getByText(errors.network).waitFor();
      await look();
      await form.button(common.tryAgain).click();
      await form.heading(report.sentTitle).waitFor();
      visit.networkIsLost = false;
      await look();
      const tries = await visit.submissions();
      expect(tries.map(({ status }) => status)).toEqual([null, 200]);
      expect(tries[0]?.body.equals(tries[1]?.body as Buffer)).toBe(true);
      expect(page.workers().map((worker) => new URL(worker.url()).pathname)).toEqual([
        expect.stringMatching(/^\/assets\/solver-worker-[\w-]+\.js$/),
      ]);
      const uploads = visit.exchanges.filter(({ path }) => path.endsWith("/uploads"));
      expect(uploads.map(({ status }) => status)).toEqual([null, 200, 200]);
      expect(uploads[0]?.body.equals(uploads[1]?.body as Buffer)).toBe(true);
      expect(new Set(uploads.map(({ body }) => body.length)).size).toBe(1);
    }));

  it("is opened and answered by the handler with the command line alone", async () => {
    const { reports } = (await handler("list")) as { reports: { reference: string; messages: number }[] };
    expect(reports).toMatchObject([{ messages: 1, replies: 0 }]);
    const reference = reports[0]?.reference as string;
    expect(await handler("open", reference)).toMatchObject({
      messages: [{ locale: "fr", text: STORY, fields: { role: "trader", type: "undue-delay", step: "release", consent: "mailbox" } }],
    });
    expect(await handler("reply", reference, "--text", REPLY)).toMatchObject({ delivered: true });
  });

  it("its reply is read with the code in a fresh profile, in Arabic, and followed up with a file over a line that breaks", () =>
    overWire(trial.url, (wire) =>
      visiting(
        "ar",
        async (visit, look) => {
          const { page } = visit;
          const form = new ReportForm(page, "ar");
          const { report } = form.words;
          await form.open(`${wire.url}${CHANNEL}`);
          expect(await page.locator("html").getAttribute("dir")).toBe("rtl");
          await look();
          await form.comeBack(code);
          await form.waitForReply(REPLY);
          await page.getByText(ORGANISATIONS.find(({ id }) => id === HANDLER)?.name.ar as string).waitFor();
          await look();
          await page.getByLabel(report.followUp, { exact: true }).fill(FOLLOW_UP);
          await form.attach(LONG_PDF);
          // In the middle of the second group, and again in the middle of what is sent once more.
          visit.networkIsLost = true;
          wire.cutAfter(400_000, 2);
          await form.button(report.followUpSend).click();
          await form.element.locator(".talk .mine").getByText(FOLLOW_UP).waitFor();
          expect(wire.cuts).toBe(2);
          const uploads = visit.exchanges.filter(({ path }) => path.endsWith("/uploads"));
          const [first, ...second] = uploads.map(({ body }) => body.toString("base64"));
          expect(uploads.map(({ status }) => status).filter((status) => status !== null)).toEqual([200, 200]);
          expect(uploads[0]?.status).toBe(200);
          expect(second).not.toContain(first);
          expect(new Set(second).size).toBe(1);
          visit.networkIsLost = false;
          await look();
          await form.button(report.finish).click();
          await page.waitForURL("about:blank");
        },
        wire.url,
      ),
    ));

  it("its follow-up reaches the handler under the same reference", async () => {
    const { reports } = (await handler("list")) as { reports: { reference: string }[] };
    expect(reports).toMatchObject([{ messages: 2, replies: 1 }]);
    const { messages } = (await handler("open", reports[0]?.reference as string)) as { messages: { text: string }[] };
    expect(messages.map(({ text }) => text)).toEqual([STORY, FOLLOW_UP]);
  });

  it("its files are saved by the handler as they were sent: the picture without the place, the device and the time that were in it", async () => {
    const { reports } = (await handler("list")) as { reports: { reference: string }[] };
    const folder = join(trial.world.folder, "saved");
    const { attachments } = (await handler("attachment", reports[0]?.reference as string, "--folder", folder)) as {
      attachments: { name: string }[];
    };
    const [picture, ...others] = await Promise.all(attachments.map(({ name }) => readFile(join(folder, name))));
    expect(attachments[0]?.name).toBe("file-1.jpg");
    expect(others.map((bytes) => Buffer.compare(bytes, bytes.length > 1000 ? LONG_PDF.buffer : PDF.buffer))).toEqual([0, 0]);
    for (const text of ["Exif", "Telefon", "2026:11:20"]) {
      expect(taken.includes(text)).toBe(true);
      expect(picture?.includes(text)).toBe(false);
    }
    // SOI, then segments (ITU-T T.81 B.1): none of those in which programs keep more than the picture, APP1 to APP15 and comments, but for colours.
    expect(segments(picture as Buffer).filter((marker) => (marker > 0xe0 && marker <= 0xef && marker !== 0xe2) || marker === 0xfe)).toEqual(
      [],
    );
  });

  it("sends as many bytes for a report as for a follow-up, and gets as many back", () => {
    expect(sent.length).toBe(3);
    expect(new Set(sent.map(({ body }) => body.length)).size).toBe(1);
    const answered = sent.filter(({ status }) => status !== null);
    expect(answered.length).toBe(2);
    expect(new Set(answered.map(({ status, replyLength }) => `${status} ${replyLength}`)).size).toBe(1);
  });

  it("says nothing to somebody with another code", () =>
    visiting("en-GB", async (visit, look) => {
      const form = new ReportForm(visit.page, "en");
      await form.open(`${trial.url}${CHANNEL}`);
      await look();
      await form.button(form.words.report.write).click();
      await look();
      await form.page.getByLabel(form.words.options.role.options.other).check();
      await form.page.getByLabel(form.words.options.type.options.other).check();
      await form.page.getByLabel(form.words.report.narrative).fill("Ask Mr. Smith, +213 661 23 45 67.");
      await form.page.getByText(form.words.common.riskNumber).waitFor();
      await look();
      await form.button(form.words.common.next).click();
      await form.button(form.words.common.next).click();
      const another = ((await form.page.locator(".secret").textContent()) ?? "").replace(/\s/g, "");
      await form.page.goto("about:blank");
      await form.open(`${trial.url}${CHANNEL}`);
      await form.comeBack(another);
      await form.page.getByText(form.words.report.noReplies).waitFor();
      expect(await form.element.locator(".talk li").count()).toBe(0);
      await look();
    }));

  it("bears a mark that a survey's secret code gives, asks nobody for it, and the handler sees it verified", async () => {
    const person = await respond(await trial.link("private-sector"), "private-sector", 1, { programme: trial.programme });
    for (const _ of [1, 2]) await trial.someoneElse();
    const wave = await openRound(trial.url, WAVE, { programme: trial.programme });
    trial.clock.moveTo(wave.times.windows.answeringClose + 1);
    await trial.server.tick();
    await visiting("fr-FR", async (visit, look) => {
      const { page } = visit;
      const form = new ReportForm(page, "fr");
      const { report, options, common } = form.words;
      const mark = MARK_TEXTS.fr;
      await form.open(`${trial.url}${CHANNEL}`);
      await form.button(report.write).click();
      await page.getByLabel(options.role.options.trader).check();
      await page.getByLabel(options.type.options["undue-delay"]).check();
      await page.getByLabel(report.narrative).fill(MARKED);
      for (const _ of ["files", "details"]) await form.button(common.next).click();
      const own = await form.confirmCode();
      await form.heading(report.reviewTitle).waitFor();
      await look();
      await form.button(report.markAdd).click();
      const field = page.getByLabel(mark.code, { exact: true });
      await field.waitFor();
      await look();
      const before = visit.requests.length;
      await field.fill(own);
      await form.button(mark.find).click();
      await page.getByText(mark.notFound).waitFor();
      await look();
      await field.fill(formatCode(person.secretCode));
      await form.button(mark.find).click();
      await form.heading(mark.given).waitFor();
      await page.getByText(mark.crowd.other.replace("{count}", "3")).waitFor();
      await look();
      await form.button(mark.keep).click();
      await form.heading(report.reviewTitle).waitFor();
      await look();
      expect(visit.requests.length).toBe(before);
      await form.button(report.send).click();
      await form.heading(report.sentTitle).waitFor();
    });
    expect(new Set(sent.map(({ body }) => body.length)).size).toBe(1);
    const { reports } = (await handler("list")) as { reports: { mark: unknown }[] };
    expect(reports.map(({ mark }) => mark)).toEqual(expect.arrayContaining([null, { audience: "private-sector", cases: 1 }]));
  });
});
