import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { World } from "@amana/example-trial";
import jsqr from "jsqr";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startChromium } from "./support/chromium.ts";

/* The sheet of invitations as `amana` writes it, printed by a browser. */

let browser: Browser;
let folder = "";
let page: Page;

beforeAll(async () => {
  browser = await startChromium();
  folder = await mkdtemp(join(tmpdir(), "amana-sheet-"));
  const world = new World(folder, "http://127.0.0.1:1/", () => new Date());
  await world.prepare();
  await world.draftWave({ invited: { officials: 9, "private-sector": 9 }, minimumGroup: 3, lasts: 86_400 });
  const names = ["--data", world.data, "--round", "wave-1", "--audience", "officials", "--url", "https://feedback.example.org/integrity/"];
  const files = ["--out", join(folder, "a.csv"), "--sheet", join(folder, "a.html")];
  await world.amana(["invitations", "create", ...names, "--count", "9", "--spares", "2", ...files]);
  page = await browser.newPage({ viewport: { width: 794, height: 1123 }, deviceScaleFactor: 2, javaScriptEnabled: true });
  await page.emulateMedia({ media: "print" });
  await page.goto(pathToFileURL(join(folder, "a.html")).href);
});

afterAll(async () => {
  await browser?.close();
  if (folder !== "") await rm(folder, { recursive: true, force: true });
});

/** The text of a QR code in a picture, read by a decoder that is not ours. The page's policy stands: another page makes pixels of it. */
async function readPng(png: Buffer): Promise<string | null> {
  const other = await browser.newPage();
  const { data, width, height } = await other.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    context?.drawImage(bitmap, 0, 0);
    const pixels = context?.getImageData(0, 0, bitmap.width, bitmap.height).data ?? [];
    return { data: [...pixels], width: bitmap.width, height: bitmap.height };
  }, png.toString("base64"));
  await other.close();
  const read = jsqr as unknown as typeof jsqr.default;
  return read(Uint8ClampedArray.from(data), width, height)?.data ?? null;
}

describe("a sheet of invitations", () => {
  it("is printed on A4, six on a page, spares on a page of their own", async () => {
    const pdf = (await page.pdf({ format: "A4" })).toString("latin1");
    expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(3);
    expect(await page.locator(".note").isVisible()).toBe(false);
    expect(await page.locator(".card").count()).toBe(9);
  });

  it("has a code that a phone reads as the link, in grey too", async () => {
    const links = (await readFile(join(folder, "a.csv"), "utf8"))
      .trim()
      .split("\n")
      .slice(1)
      .map((row) => row.split(",")[1]);
    for (const index of [0, 8]) expect(await readPng(await page.locator(".qr").nth(index).screenshot())).toBe(links[index]);
    await page.locator("html").evaluate((html) => html.style.setProperty("filter", "grayscale(1) contrast(0.5)"));
    expect(await readPng(await page.locator(".qr").nth(1).screenshot())).toBe(links[1]);
    await page.locator("html").evaluate((html) => html.style.removeProperty("filter"));
  });

  it("fits: no card loses a word, in three languages", async () => {
    const lost = await page.locator(".card").evaluateAll(
      (cards) =>
        cards.flatMap((card) => {
          const box = card.getBoundingClientRect();
          return [...card.querySelectorAll("*")].filter((each) => {
            const { right, bottom } = each.getBoundingClientRect();
            return right > box.right + 0.5 || bottom > box.bottom + 0.5;
          });
        }).length,
    );
    expect(lost).toBe(0);
  });
});
