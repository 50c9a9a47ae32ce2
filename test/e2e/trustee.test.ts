import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRound } from "@amana/client";
import { decryptKeyFile } from "@amana/client/keys";
import { AUDIENCES, Clock, freePort, respond, startServer, type TrialServer, WAVE, World } from "@amana/example-trial";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeViolations } from "./support/axe.ts";
import { startChromium } from "./support/chromium.ts";
import { needBuiltForm } from "./support/form-build.ts";
import { TrusteePage } from "./support/trustee-page.ts";
import { fits, Visit } from "./support/visit.ts";

const PASSPHRASE = "trial";
const NEW_PASSPHRASE = "four words that nobody guesses";
const PEOPLE = 3;

let folder: string;
let url: string;
let world: World;
let server: TrialServer;
let browser: Browser;
let programme: string;
const clock = new Clock();
/** The key file of each trustee, as it lies on their disk, and their file of sealed answers. */
const disk = new Map<string, Buffer>();

beforeAll(async () => {
  await needBuiltForm();
  browser = await startChromium();
  folder = await mkdtemp(join(tmpdir(), "amana-trustee-"));
  const port = await freePort();
  url = `http://127.0.0.1:${port}/`;
  world = new World(folder, url, clock.now);
  programme = await world.prepare();
  server = await startServer({ data: world.data, port, now: clock.now });
  await world.amana(["trust", url, "--yes"]);
  const invited = { officials: PEOPLE, "private-sector": PEOPLE };
  await world.draftWave({ invited, minimumGroup: PEOPLE, lasts: 86_400, epochSeconds: 1 });
  for (const audience of Object.keys(AUDIENCES)) {
    const to = ["--data", world.data, "--round", WAVE, "--url", url, "--out", world.invitations(audience)];
    await world.amana(["invitations", "create", "--audience", audience, "--count", String(PEOPLE), ...to]);
  }
  for (const id of ["customs", "federation"]) disk.set(id, await readFile(world.key(id)));
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

async function visiting(
  locale: "ar" | "fr" | "en",
  width: number,
  work: (trustee: TrusteePage, look: () => Promise<void>, page: Page) => Promise<void>,
): Promise<void> {
  const visit = await Visit.start(browser, { origin: new URL(url).origin, locale, width, height: 800 });
  const shown = async (): Promise<void> => {
    expect(await axeViolations(visit.page)).toEqual([]);
    if (width < 400) await fits(visit.page);
  };
  await work(new TrusteePage(visit.page, locale, WAVE), shown, visit.page);
  await visit.end();
}

/** A trustee opens the page with what is on their disk now. */
async function open(trustee: TrusteePage, id: string): Promise<void> {
  await trustee.open(clock.now(), disk.get(id) as Buffer, PASSPHRASE);
}

/** Somebody types the last group of the round's line from their printed backup. */
async function confirm(trustee: TrusteePage, id: string): Promise<void> {
  const { rounds } = await decryptKeyFile(disk.get(id) as Buffer, PASSPHRASE);
  await trustee.page.getByLabel(trustee.words.cosignField).fill(rounds[WAVE]?.slice(-8) ?? "");
  await trustee.button(trustee.words.cosign).click();
  disk.set(id, await trustee.save());
  await trustee.page.getByText(trustee.words.did.cosigned, { exact: true }).waitFor();
}

/** The server shows another manifest than the one that it has. */
async function showing(page: Page, change: (draft: Record<string, unknown>) => object): Promise<void> {
  await page.route(`${url}drafts/${WAVE}`, async (route) => {
    const response = await route.fetch();
    const shown = (await response.json()) as { draft: Record<string, unknown> };
    await route.fulfill({ response, json: { ...shown, draft: { ...shown.draft, ...change(shown.draft) } } });
  });
}

describe("a trustee, in a page opened from a disk", () => {
  it("makes a key file, which is read back before its card is given away, and restores it from paper, in English", () =>
    visiting("en", 360, async (trustee, look, page) => {
      const { words } = trustee;
      await trustee.goto(clock.now());
      await trustee.button(words.toMake).click();
      await page.getByLabel(words.organisation).fill("customs");
      await page.getByLabel(words.round, { exact: true }).fill("wave-9");
      await page.getByLabel(words.serverField).fill("http://feedback.example.org");
      await page.getByLabel(words.passphraseNew).fill(NEW_PASSPHRASE);
      await page.getByText(trustee.catalogue.desk.exposed).waitFor();
      await page.getByLabel(words.passphraseAgain).fill(NEW_PASSPHRASE);
      await look();
      await trustee.button(words.makeGo).click();
      await trustee.heading(words.saveTitle).waitFor();
      await trustee.choose(words.saveChoose, "customs.key", Buffer.from("another file"));
      await trustee.button(words.saveGo).click();
      await page.getByText(words.errors.saved).waitFor();
      const key = await trustee.save();
      await trustee.heading(words.backupTitle).waitFor();
      await trustee.button(words.cardSave).click();
      await page.getByText(words.cardNot).waitFor();
      const backup = (await trustee.download(trustee.button(words.backupSave))).bytes.toString();
      const card = (await trustee.download(trustee.button(words.cardSave))).bytes.toString();
      await look();
      const made = await decryptKeyFile(key, NEW_PASSPHRASE);
      expect(JSON.parse(card)).toMatchObject({ organisation: "customs", round: "wave-9" });
      for (const seed of [made.signingSeed, ...Object.values(made.rounds)]) expect(card).not.toContain(seed);
      await trustee.goto(clock.now());
      await trustee.button(words.toRestore).click();
      const typed = page.getByLabel(words.restoreField);
      await typed.fill(backup.replace("wave-9", "wave-8"));
      for (const label of [words.passphraseNew, words.passphraseAgain]) await page.getByLabel(label, { exact: true }).fill(NEW_PASSPHRASE);
      await trustee.button(words.restoreGo).click();
      await page.getByText(/Line \d+ has a typing mistake/).waitFor();
      await page.getByLabel(words.restoreField).fill(backup);
      for (const label of [words.passphraseNew, words.passphraseAgain]) await page.getByLabel(label, { exact: true }).fill(NEW_PASSPHRASE);
      await trustee.button(words.restoreGo).click();
      await trustee.heading(words.saveTitle).waitFor();
      const restored = (await trustee.download(page.locator(".actions .primary").first())).bytes;
      expect(await decryptKeyFile(restored, NEW_PASSPHRASE)).toEqual(made);
      // What is not saved has not happened.
      await trustee.button(words.saveDrop).click();
      await trustee.heading(trustee.catalogue.desk.keyTitle).waitFor();
    }));

  it("compares digits, sees every check and the settings, and is rehearsed, in Arabic", () =>
    visiting("ar", 360, async (trustee, look, page) => {
      const { words } = trustee;
      const { desk } = trustee.catalogue;
      await open(trustee, "customs");
      await trustee.heading(desk.trustTitle).waitFor();
      disk.set("customs", (await trustee.download(trustee.button(desk.trustYes))).bytes);
      await trustee.due(words.draftRead).waitFor();
      await look();
      await trustee.due(words.draftRead).click();
      await trustee.heading(words.checksTitle).waitFor();
      expect(await page.locator(".checks .ok").count()).toBe(6);
      await look();
      await trustee.button(words.rehearse).click();
      await page.getByText(words.did.rehearsed).waitFor();
      expect(await trustee.button(words.cosign).count()).toBe(0);
    }));

  it("does not sign what fails a check, and signs one manifest of a name for ever, in French", () =>
    visiting("fr", 1280, async (trustee, look, page) => {
      const { words } = trustee;
      const before = disk.get("federation") as Buffer;
      await showing(page, ({ size }) => ({ size: Number(size) + 1, threshold: 1 }));
      await open(trustee, "federation");
      await trustee.button(trustee.catalogue.desk.trustYes).click();
      await trustee.due(words.draftRead).click();
      await trustee.check("rules").getByText(words.fails).waitFor();
      await trustee.check("rules").getByText("/threshold").waitFor();
      await trustee.check("questions").getByText(words.fails).waitFor();
      await trustee.check("own-key").getByText(words.holds).waitFor();
      await look();
      for (const name of [words.rehearse, words.cosign]) expect(await trustee.button(name).count()).toBe(0);
      await page.unroute(`${url}drafts/${WAVE}`);
      await open(trustee, "federation");
      await trustee.button(trustee.catalogue.desk.trustYes).click();
      await trustee.due(words.draftRead).click();
      await trustee.button(words.rehearse).click();
      await trustee.button(words.cosign).waitFor();
      await confirm(trustee, "federation");
      await trustee.card.getByText("Administration des douanes").waitFor();
      // The ledger has none of them yet: only the key file knows.
      await showing(page, () => ({ title: { fr: "Une autre enquête" } }));
      await open(trustee, "federation");
      await trustee.due(words.draftRead).click();
      await trustee.check("name").getByText(words.fails).waitFor();
      expect(await trustee.button(words.cosign).count()).toBe(0);
      await trustee.open(clock.now(), before, PASSPHRASE);
      await trustee.button(trustee.catalogue.desk.trustYes).click();
      await trustee.due(words.draftRead).click();
      await trustee.check("name").getByText(words.holds).waitFor();
    }));

  it("co-signs, and the round is live; people answer, and it closes", async () => {
    await world.as("observatory", ["trustee", "cosign", "--round", WAVE, "--backup", `${world.key("observatory")}.backup.txt`]);
    await visiting("en", 1280, async (trustee) => {
      await open(trustee, "customs");
      await trustee.due(trustee.words.draftRead).click();
      await confirm(trustee, "customs");
      await trustee.card.getByText(trustee.words.waitClose.split("{")[0] as string).waitFor();
    });
    const options = { programme, now: clock.now, wait: async () => undefined };
    for (const audience of Object.keys(AUDIENCES))
      for (const [person, link] of (await world.links(audience)).entries()) await respond(link, audience, person, options);
    const { windows, deadlines } = (await openRound(url, WAVE, options)).manifest;
    for (const moment of [windows.answeringClose, deadlines.missingBy]) {
      clock.moveTo(moment + 1);
      await server.tick();
    }
    await world.as("observatory", ["trustee", "next", "--round", WAVE]);
  });

  it("holds sealed answers in a file of their own before it says so, commits, reveals, counts and signs", async () => {
    const hold = async (trustee: TrusteePage, id: string): Promise<void> => {
      await open(trustee, id);
      await trustee.due(trustee.words.hold).click();
      disk.set(`${id}.answers`, await trustee.save());
      await trustee.page.getByText(trustee.words.did.held).waitFor();
      await trustee.due(trustee.words.commit).click();
    };
    const sign = async (trustee: TrusteePage, id: string, look: () => Promise<void>): Promise<void> => {
      await trustee.heading(trustee.words.countedTitle.replace("{round}", `\u2068${WAVE}\u2069`)).waitFor();
      expect(await trustee.page.locator(".totals").textContent()).toMatch(new RegExp(`${trustee.words.counted} ${PEOPLE}`));
      await look();
      await trustee.button(trustee.words.sign).click();
      disk.set(id, await trustee.save());
      await trustee.page.getByText(trustee.words.did.signed).waitFor();
    };
    await visiting("fr", 1280, async (trustee) => {
      await hold(trustee, "federation");
      await trustee.card.getByText("Administration des douanes").waitFor();
    });
    await visiting("ar", 360, async (trustee, look) => {
      await hold(trustee, "customs");
      // Everybody has committed: what follows needs nobody, up to where another one's shares are missing.
      await trustee.page.getByText(trustee.words.did.waits.split("{")[0] as string).waitFor();
      await look();
    });
    await visiting("fr", 1280, async (trustee, look) => {
      await open(trustee, "federation");
      await trustee.choose(trustee.words.loadField, `${WAVE}.answers`, disk.get("federation.answers") as Buffer);
      await trustee.due(trustee.words.load).click();
      await trustee.page.getByText(trustee.words.did.loaded).waitFor();
      await trustee.due(trustee.words.reveal).click();
      await sign(trustee, "federation", look);
    });
    await visiting("ar", 360, async (trustee, look) => {
      await open(trustee, "customs");
      await trustee.due(trustee.words.reveal).click();
      await sign(trustee, "customs", look);
    });
  });

  it("destroys the key once the release is in the ledger, and not before the file without it is saved", async () => {
    await world.amana(["results", "publish", "--data", world.data, "--round", WAVE]);
    for (const [id, locale, width] of [
      ["customs", "ar", 360],
      ["federation", "fr", 1280],
    ] as const) {
      await visiting(locale, width, async (trustee, look) => {
        await open(trustee, id);
        await trustee.due(trustee.words.destroyRead).click();
        if (id === "customs") await look();
        await trustee.button(trustee.words.destroyRead).click();
        disk.set(id, await trustee.save());
        await trustee.page.getByText(trustee.words.did.destroyed).waitFor();
        const left = await decryptKeyFile(disk.get(id) as Buffer, PASSPHRASE);
        expect(left.rounds).toEqual({});
        expect(left.record?.destroyed).toEqual([WAVE]);
      });
    }
    const { result } = await world.amana(["verify", url, "--programme", programme]);
    expect(result).toMatchObject({ verified: true });
  });
});
