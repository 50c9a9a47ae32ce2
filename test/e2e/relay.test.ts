import { readFile } from "node:fs/promises";
import { openRound } from "@amana/client";
import { parseSecretCode, toHex } from "@amana/core/bytes";
import { parseEnrolmentReceipt } from "@amana/core/credential";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Relaying } from "../bench/linkage/relaying.ts";
import { axeViolations } from "./support/axe.ts";
import { startChromium } from "./support/chromium.ts";
import { SurveyForm } from "./support/survey-form.ts";
import { startTrial, type Trial, WAVE } from "./support/trial.ts";
import { fits, Visit } from "./support/visit.ts";

/* A round that is answered through a relay: sent, changed, found again, by one person in five browsers. */

const HOUR = 3600;
const PEOPLE = 36;
let relaying: Relaying;
let trial: Trial;
let browser: Browser;
/** Unix seconds. */
let start = 0;
let releases: readonly [number, number] = [0, 0];
let manifestId = "";
let code = "";
let link = "";

const options = () => ({ programme: trial.programme, now: trial.clock.now, wait: async () => undefined });

beforeAll(async () => {
  browser = await startChromium();
  relaying = await Relaying.start();
  const settings = { ...relaying.settings(PEOPLE), organisation: "federation" };
  trial = await startTrial({ relay: { enrolmentEnds: 6 * HOUR, settings } });
  const round = await openRound(trial.url, WAVE, options());
  await relaying.serve(round.manifest, trial.url, trial.clock.now);
  start = round.manifest.windows.enrolmentOpen;
  releases = round.releases ?? releases;
  manifestId = toHex(round.manifestId);
  link = await trial.link("private-sector");
});

afterAll(async () => {
  await browser?.close();
  await trial?.stop();
  await relaying?.stop();
});

/** A visit from a fresh profile whose clock says so many seconds since the start. */
async function visiting(locale: string, seconds: number, work: (visit: Visit, look: () => Promise<void>) => Promise<void>): Promise<void> {
  const visit = await Visit.start(browser, { origin: new URL(trial.url).origin, relay: relaying.origin, locale });
  await visit.page.clock.setFixedTime(new Date(seconds * 1000));
  await work(visit, async () => {
    expect(await axeViolations(visit.page)).toEqual([]);
    await fits(visit.page);
  });
  await visit.end();
}

/** Server and relay do what is due at a time. */
async function moveTo(seconds: number): Promise<void> {
  trial.clock.moveTo(seconds);
  await relaying.tick();
  await trial.server.tick();
}

/** A sentence with a hole where a date is, on screen with that day in the words of the reader's language. */
async function said(form: SurveyForm, sentence: string, seconds: number): Promise<void> {
  const [before = ""] = sentence.split("{date}");
  const text = (await form.page.getByText(before.trim()).first().textContent()) ?? "";
  const tag = { ar: "ar-u-nu-latn", fr: "fr", en: "en-GB" }[form.words.language];
  expect(text).toContain(new Intl.DateTimeFormat(tag, { dateStyle: "long" }).format(new Date(seconds * 1000)));
}

/** What a visit sent to the relay, and what it asked of the operator. */
function split(requests: readonly string[]): { readonly relay: string[]; readonly operator: string[] } {
  const relay = requests.filter((each) => each.includes(relaying.origin));
  return { relay, operator: requests.filter((each) => !relay.includes(each)) };
}

/** Files that everybody fetches, at addresses that name nobody. */
const PUBLIC = new RegExp(`^GET http://[^/]+/(ledger/(checkpoint|tile/[0-9a-z/.]+)|files/[0-9a-f]{64}|rounds/${WAVE}/promises)$`);

describe("a round with a relay, in a browser", () => {
  it("first visit, in Arabic: sent and not yet kept, and when that goes on; after enrolment the operator hears nothing of it", () =>
    visiting("ar", start + HOUR, async (visit, look) => {
      const { page } = visit;
      const form = new SurveyForm(page, "ar");
      const { survey } = form.words;
      const policies: string[] = [];
      page.on("response", (response) => {
        const policy = response.headers()["content-security-policy"];
        if (response.request().resourceType() === "document" && policy !== undefined) policies.push(policy);
      });
      await form.open(link);
      expect(policies.map((policy) => /connect-src ([^;]*)/.exec(policy)?.[1])).toEqual([`'self' ${relaying.origin}`]);
      await look();
      await form.button(survey.begin).click();
      code = await form.confirmCode();
      await form.element.locator("fieldset.question").first().waitFor();
      expect(visit.exchanges.map(({ path }) => path)).toEqual(["/issuers/private-sector-issuer/enrolments"]);
      const enrolled = visit.requests.length;
      await form.answerRest(1, "");
      await form.send();
      await form.heading(survey.sentTitle).waitFor();
      await said(form, survey.sentText, releases[0]);
      await look();
      const receipt = (await page.locator("pre.receipt").textContent()) ?? "";
      expect(receipt).toContain("relay-promise ");
      // What the issuer signed: closed, to keep or to leave, and nothing of the answer in it.
      await page.getByText(survey.enrolProof, { exact: true }).click();
      await page.getByText(survey.enrolProofText, { exact: true }).waitFor();
      await look();
      const saving = page.waitForEvent("download");
      await page.locator("details").getByRole("button", { name: form.words.common.save, exact: true }).last().click();
      const file = await readFile(await (await saving).path(), "utf8");
      expect(parseEnrolmentReceipt(file).receipt.issuer).toBe("private-sector-issuer");
      // Looking for it does not make it kept.
      await form.button(survey.verify).click();
      await expect
        .poll(() => form.element.locator(".result-slot").textContent(), { timeout: 15_000 })
        .toContain(survey.sentText.split("{")[0]);
      expect(await page.getByText(survey.verified).count()).toBe(0);
      await look();
      const { relay, operator } = split(visit.requests.slice(enrolled));
      expect(relay).toEqual([`POST ${relaying.origin}/${manifestId}`]);
      expect(operator.filter((each) => !PUBLIC.test(each))).toEqual([]);
      await form.button(survey.finish).click();
      await page.waitForURL("about:blank");
    }));

  it("while people enrol, with the code alone: told to come back with the invitation", () =>
    visiting("en-GB", start + 2 * HOUR, async (visit, look) => {
      const form = new SurveyForm(visit.page, "en");
      await form.open(`${trial.url}${WAVE}`);
      await form.button(form.words.survey.haveCode).click();
      await visit.page.getByLabel(form.words.common.codeEnter, { exact: true }).fill(code);
      await form.button(form.words.common.codeOpen).click();
      await visit.page.getByText(form.words.errors.noRight, { exact: true }).waitFor();
      await look();
      expect(visit.exchanges).toEqual([]);
    }));

  it("while people enrol, with the invitation and the code: changed, which goes on from what the relay has", () =>
    visiting("fr-FR", start + 3 * HOUR, async (visit, look) => {
      const form = new SurveyForm(visit.page, "fr");
      const { survey } = form.words;
      await form.open(link);
      await form.comeBack(code);
      await said(form, survey.stateRelay, releases[0]);
      await look();
      await form.button(survey.answerNow).click();
      await form.element.locator("fieldset.question").first().waitFor();
      await form.answerRest(2, "");
      visit.networkIsLost = true;
      await form.send();
      await form.heading(survey.sentTitle).waitFor();
      // The relay refuses the first number, which it has, and takes the next.
      await visit.submissions();
      expect(visit.exchanges.filter(({ origin }) => origin === relaying.origin).map(({ status }) => status)).toEqual([409, 202]);
    }));

  it("between enrolment and release, with the code alone: changed once more, and nobody but the relay is told", async () => {
    for (let others = 0; others < 3; others++) await trial.someoneElse();
    await moveTo(start + 6 * HOUR + 1);
    await visiting("fr-FR", start + 7 * HOUR, async (visit, look) => {
      const { page } = visit;
      const form = new SurveyForm(page, "fr");
      const { survey } = form.words;
      await form.open(`${trial.url}${WAVE}`);
      await form.comeBack(code);
      await look();
      await form.button(survey.answerNow).click();
      await form.element.locator("fieldset.question").first().waitFor();
      await form.answerRest(1, "");
      visit.networkIsLost = true;
      await form.send();
      await form.heading(survey.sentTitle).waitFor();
      await look();
      // The release passes by this device's clock, and neither a promise nor the leaf is there: the same bytes, once more, to the relay alone.
      expect(await form.button(survey.sendAgain).count()).toBe(0);
      await page.clock.setFixedTime(new Date((releases[0] + 60) * 1000));
      await form.button(survey.verify).click();
      await form.button(survey.sendAgain).waitFor();
      await said(form, survey.overdue, releases[0]);
      await look();
      await form.button(survey.sendAgain).click();
      await page.locator(".result-slot").getByText(survey.sentAgain, { exact: true }).waitFor();
      await look();
      await visit.submissions();
      expect(visit.exchanges.map(({ origin }) => origin)).toEqual(visit.exchanges.map(() => relaying.origin));
      const [first, second] = visit.exchanges.slice(-2);
      expect([first?.status, second?.status]).toEqual([202, 202]);
      expect(second?.body.equals(first?.body as Buffer)).toBe(true);
    });
  });

  it("after the release, in Arabic from a fresh profile: kept", async () => {
    await moveTo(releases[0] + 1);
    await moveTo(releases[1] + 1);
    await moveTo(start + 24 * HOUR + 1);
    expect((await (await openRound(trial.url, WAVE, options())).resume(parseSecretCode(code))).sequence).toBe(0);
    await visiting("ar", start + 24 * HOUR + 60, async (visit, look) => {
      const form = new SurveyForm(visit.page, "ar");
      await form.open(`${trial.url}${WAVE}`);
      await form.comeBack(code);
      await visit.page.getByText(form.words.survey.stateKept, { exact: true }).waitFor();
      await look();
      expect(visit.exchanges).toEqual([]);
    });
  });

  it("passes the audit", async () => {
    const { result } = await trial.world.amana(["verify", trial.url], 0);
    expect(result).toBeDefined();
  });
});
