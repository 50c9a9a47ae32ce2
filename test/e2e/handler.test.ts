import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openChannel } from "@amana/client/reporter";
import { CHANNEL, freePort, HANDLER, ORGANISATIONS, startServer, type TrialServer, World } from "@amana/example-trial";
import { unzipSync } from "fflate";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeViolations } from "./support/axe.ts";
import { startChromium } from "./support/chromium.ts";
import { needBuiltForm } from "./support/form-build.ts";
import { HANDLER_PAGE, HandlerPage } from "./support/handler-page.ts";
import { heapHas } from "./support/heap.ts";
import { pressAt, tabTo, typeAt } from "./support/keyboard.ts";
import { fits, Visit } from "./support/visit.ts";

const PASSPHRASE = "trial";
const REPLY = "Merci. Était-ce toujours le même bureau ?";
const STORY = "طُلب مني مبلغ لإخراج الحاوية.";
/** Everything that a page could mistake for markup, in a text and in a name. */
const HOSTILE = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>{{constructor.constructor('1')()}} ../../etc`;
const ACTIVE = `<html><body><script>document.title='owned'</script><img src=x onerror="document.title='owned'"></body></html>`;
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" onload="document.title='owned'"><script>document.title='owned'</script></svg>`;
/** One red point. */
const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

let folder: string;
let url: string;
let world: World;
let server: TrialServer;
let browser: Browser;
let remembered: Buffer;

beforeAll(async () => {
  await needBuiltForm();
  browser = await startChromium();
  folder = await mkdtemp(join(tmpdir(), "amana-handler-"));
  const port = await freePort();
  url = `http://127.0.0.1:${port}/`;
  const now = (): Date => new Date();
  world = new World(folder, url, now);
  const programme = await world.prepare();
  server = await startServer({ data: world.data, port, now });
  await world.amana(["trust", url, "--yes"]);
  await world.launchChannel("ab".repeat(32), 3600);
  const channel = await openChannel(url, CHANNEL, { programme });
  const quiet = (): void => undefined;
  const attach = (name: string, type: string, content: string | Buffer) => new File([content as BlobPart], name, { type });
  await channel.report(channel.newSecretCode(), { locale: "ar", fields: { role: "trader", type: "bribe-asked" }, text: STORY }, quiet);
  await channel.report(
    channel.newSecretCode(),
    { locale: "fr", fields: { role: HOSTILE.slice(0, 60), "x-unknown": "constructor" }, text: HOSTILE },
    quiet,
    undefined,
    [
      attach("../facture\u202egnp.html", "image/png", ACTIVE),
      attach("plan.svg", "image/svg+xml", SVG),
      attach("photo.png", "image/png", PNG),
    ],
  );
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

async function visiting(locale: string, width: number, work: (visit: Visit, look: () => Promise<void>) => Promise<void>): Promise<void> {
  const visit = await Visit.start(browser, { origin: new URL(url).origin, locale, width, height: 800 });
  await work(visit, async () => expect(await axeViolations(visit.page)).toEqual([]));
  await visit.end();
}

describe("a case handler, in a page opened from a disk", () => {
  it("opens a key file, compares the digits once, and sees what was reported, in Arabic", () =>
    visiting("ar", 360, async ({ page }, look) => {
      const handler = new HandlerPage(page, "ar");
      const { words, desk } = handler;
      await page.clock.install();
      await handler.open(world.key(HANDLER), "not the passphrase");
      await page.getByText(desk.errors.passphrase).waitFor();
      expect(await page.locator("html").getAttribute("dir")).toBe("rtl");
      await look();
      await handler.unlock(world.key(HANDLER), PASSPHRASE);
      await handler.heading(desk.trustTitle).waitFor();
      await look();
      const download = await handler.download(desk.trustYes);
      remembered = await readFile(await download.path());
      await handler.row(STORY).waitFor();
      await handler.row("owned").waitFor();
      expect(await page.locator(".case").count()).toBe(2);
      await look();
      await fits(page);
      await page.getByLabel(words.search).fill("لإخراج");
      expect(await page.locator(".case").count()).toBe(1);
      await handler.row(STORY).getByRole("button").click();
      await handler.heading(words.talkTitle).waitFor();
      await look();
      await fits(page);
      expect(await heapHas(page, STORY)).toBe(true);
      // Nobody uses it: it says so a minute before, a key keeps it open, and then it locks and lets go of everything.
      await page.clock.fastForward("09:30");
      await page.getByText(desk.locksSoon).waitFor();
      await look();
      await page.keyboard.press("Shift");
      await page.getByText(desk.locksSoon).waitFor({ state: "detached" });
      await page.clock.fastForward("10:01");
      await page.getByText((desk.locked.few ?? desk.locked.other).replace("{count}", "10")).waitFor();
      await look();
      expect(await page.locator("amana-handler").evaluate((element) => element.shadowRoot?.textContent)).not.toContain(STORY);
      expect(await heapHas(page, STORY)).toBe(false);
      expect(await page.locator("input[type=password]").inputValue()).toBe("");
    }));

  it("answers, sets state, label, note and who handles it, and exports, in French, with the keyboard alone and a key file that remembers", () =>
    visiting("fr-FR", 1280, async ({ page }, look) => {
      const handler = new HandlerPage(page, "fr");
      const { words } = handler;
      const name = ORGANISATIONS.find(({ id }) => id === HANDLER)?.name.fr as string;
      await page.goto(HANDLER_PAGE);
      const chooser = page.waitForEvent("filechooser");
      await pressAt(page, handler.desk.keyFile);
      await (await chooser).setFiles({ name: "observatory.key", mimeType: "application/octet-stream", buffer: remembered });
      await typeAt(page, handler.desk.passphrase, PASSPHRASE);
      await page.keyboard.press("Enter");
      await handler.row(STORY).waitFor();
      await look();
      await pressAt(page, ((await handler.row(STORY).getByRole("button").textContent()) ?? "").trim());
      await handler.heading(words.talkTitle).waitFor();
      await typeAt(page, words.replyLabel, REPLY);
      await pressAt(page, words.replyLook);
      await handler.heading(words.replyPreview).waitFor();
      await page.locator(".preview", { hasText: name }).getByText(REPLY).waitFor();
      await look();
      await pressAt(page, words.replySend);
      await page.locator(".notice.success", { hasText: words.replySent }).waitFor();
      await page.locator(".talk .mine").getByText(REPLY).waitFor();
      await tabTo(page, words.state);
      await page.keyboard.press("ArrowDown");
      await pressAt(page, `${words.apply}: ${words.state}`);
      await page.locator(".chip.state-assessing").waitFor();
      await tabTo(page, words.assign);
      await page.keyboard.press("ArrowDown");
      await pressAt(page, `${words.apply}: ${words.assign}`);
      await page.locator(".notice.success", { hasText: words.saved }).waitFor();
      await typeAt(page, words.label, "port d’Alger");
      await page.keyboard.press("Enter");
      await page.locator(".chip.label", { hasText: "port d’Alger" }).waitFor();
      await typeAt(page, words.note, "Appeler le service juridique.");
      await pressAt(page, words.noteAdd);
      await page.locator(".notes").getByText("Appeler le service juridique.").waitFor();
      await look();
      const [exported] = await Promise.all([page.waitForEvent("download"), pressAt(page, words.export)]);
      const zip = unzipSync(await readFile(await exported.path()));
      const { files } = JSON.parse(new TextDecoder().decode(zip["manifest.json"])) as { files: { path: string; sha256: string }[] };
      expect(files.map(({ path }) => path).sort()).toEqual(
        Object.keys(zip)
          .filter((path) => path !== "manifest.json")
          .sort(),
      );
      for (const { path, sha256 } of files)
        expect(
          createHash("sha256")
            .update(zip[path] as Uint8Array)
            .digest("hex"),
          path,
        ).toBe(sha256);
      await pressAt(page, words.back);
      await handler.row(STORY).getByText(words.states.assessing).waitFor();
      await pressAt(page, handler.desk.lock);
      await handler.heading(handler.desk.keyTitle).waitFor();
    }));

  it("is shown a stranger's markup and files as text, points and bytes, in English", () =>
    visiting("en-GB", 1280, async (visit, look) => {
      const { page } = visit;
      const handler = new HandlerPage(page, "en");
      const { words } = handler;
      await handler.open({ name: "k", mimeType: "", buffer: remembered }, PASSPHRASE);
      await handler.row("owned").getByRole("button").click();
      await page.locator(".talk .said").getByText(HOSTILE).waitFor();
      for (const place of await page.locator(".attachment").all()) {
        await place.getByRole("button", { name: words.attachmentShow }).click();
        await place.locator(".file-name").waitFor();
      }
      const [html, svg, png] = await page.locator(".attachment").all();
      expect(await html?.locator("bdi").textContent()).not.toMatch(/[/\u202e]/);
      await html?.getByRole("button", { name: words.attachmentImage }).click();
      await html?.getByText(words.attachmentNoPicture).waitFor();
      expect(await svg?.getByRole("button", { name: words.attachmentImage }).count()).toBe(0);
      await png?.getByRole("button", { name: words.attachmentImage }).click();
      await png?.locator("canvas").waitFor();
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        html?.getByRole("button", { name: words.attachmentSave }).click(),
      ]);
      expect(download.suggestedFilename()).not.toMatch(/[/\u202e]/);
      expect((await readFile(await download.path())).toString()).toBe(ACTIVE);
      await look();
      expect(await page.title()).toBe(words.site);
      expect(await page.locator("img, iframe, object, embed, script[src]").count()).toBe(0);
      // The same file in a page that has none of this does run.
      const bare = await visit.context.newPage();
      await bare.setContent(ACTIVE);
      expect(await bare.title()).toBe("owned");
      await bare.close();
      // Nothing but the server may be asked, whatever would run here.
      const policies = page.locator('meta[http-equiv="Content-Security-Policy"]');
      expect(await policies.last().getAttribute("content")).toBe(`connect-src ${url}`);
    }));
});
