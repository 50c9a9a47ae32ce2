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
import { HandlerPage } from "./support/handler-page.ts";
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
      const { words } = handler;
      await handler.open(world.key(HANDLER), "not the passphrase");
      await page.getByText(words.errors.passphrase).waitFor();
      expect(await page.locator("html").getAttribute("dir")).toBe("rtl");
      await look();
      await handler.unlock(world.key(HANDLER), PASSPHRASE);
      await handler.heading(words.trustTitle).waitFor();
      await look();
      const download = await handler.download(words.trustYes);
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
      await handler.button(words.lock).click();
      await handler.heading(words.keyTitle).waitFor();
    }));

  it("answers, sets state, label, note and who handles it, and exports, in French and with a key file that remembers", () =>
    visiting("fr-FR", 1280, async ({ page }, look) => {
      const handler = new HandlerPage(page, "fr");
      const { words } = handler;
      const name = ORGANISATIONS.find(({ id }) => id === HANDLER)?.name.fr as string;
      await handler.open({ name: "observatory.key", mimeType: "application/octet-stream", buffer: remembered }, PASSPHRASE);
      await handler.row(STORY).waitFor();
      await look();
      await handler.row(STORY).getByRole("button").click();
      await page.getByLabel(words.replyLabel, { exact: true }).fill(REPLY);
      await handler.button(words.replyLook).click();
      await handler.heading(words.replyPreview).waitFor();
      await page.locator(".preview", { hasText: name }).getByText(REPLY).waitFor();
      await look();
      await handler.button(words.replySend).click();
      await page.locator(".notice.success", { hasText: words.replySent }).waitFor();
      await page.locator(".talk .mine").getByText(REPLY).waitFor();
      await page.getByLabel(words.state, { exact: true }).selectOption("assessing");
      await handler.button(`${words.apply}: ${words.state}`).click();
      await page.locator(".chip.state-assessing").waitFor();
      await page.getByLabel(words.assign, { exact: true }).selectOption("0");
      await handler.button(`${words.apply}: ${words.assign}`).click();
      await page.locator(".notice.success", { hasText: words.saved }).waitFor();
      await page.getByLabel(words.label, { exact: true }).fill("port d’Alger");
      await handler.button(words.labelAdd).click();
      await page.locator(".chip.label", { hasText: "port d’Alger" }).waitFor();
      await page.getByLabel(words.note, { exact: true }).fill("Appeler le service juridique.");
      await handler.button(words.noteAdd).click();
      await page.locator(".notes").getByText("Appeler le service juridique.").waitFor();
      await look();
      const zip = unzipSync(await readFile(await (await handler.download(words.export)).path()));
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
      await handler.button(words.back).click();
      await handler.row(STORY).getByText(words.states.assessing).waitFor();
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
