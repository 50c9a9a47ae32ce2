import { readFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Language } from "@amana/elements";
import { TRUSTEE_CATALOGUES, type TrusteeCatalogue } from "@amana/elements/trustee";
import type { Download, Locator, Page } from "playwright-core";

/** The page as it lies on a trustee's disk. */
const TRUSTEE_PAGE: string = pathToFileURL(fileURLToPath(new URL("../../../packages/elements/dist/trustee.html", import.meta.url))).href;

/** What a trustee does with the page, in their language, in one round. */
export class TrusteePage {
  readonly page: Page;
  readonly catalogue: TrusteeCatalogue;
  readonly round: string;

  constructor(page: Page, language: Language, round: string) {
    this.page = page;
    this.catalogue = TRUSTEE_CATALOGUES[language];
    this.round = round;
  }

  get words(): TrusteeCatalogue["trustee"] {
    return this.catalogue.trustee;
  }

  get card(): Locator {
    return this.page.locator(`.round[data-round="${this.round}"]`);
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** A button of the round's card. */
  due(name: string): Locator {
    return this.button(`${name} (${this.round})`);
  }

  heading(name: string): Locator {
    return this.page.getByRole("heading", { name, exact: true });
  }

  check(name: string): Locator {
    return this.page.locator(`[data-check="${name}"]`);
  }

  /** Opens the page from the disk, at a time of the trial's clock, and a key file in it. */
  async open(now: Date, key: Buffer, passphrase: string): Promise<void> {
    await this.goto(now);
    const { desk } = this.catalogue;
    await this.page.getByLabel(desk.keyFile, { exact: true }).setInputFiles(file("customs.key", key));
    await this.page.getByLabel(desk.passphrase, { exact: true }).fill(passphrase);
    await this.button(desk.open).click();
  }

  async goto(now: Date): Promise<void> {
    await this.page.clock.setFixedTime(now);
    await this.page.goto(TRUSTEE_PAGE);
  }

  /** What a press of a button hands over. */
  async download(button: Locator): Promise<{ readonly name: string; readonly bytes: Buffer }> {
    const [download]: [Download, unknown] = await Promise.all([this.page.waitForEvent("download"), button.click()]);
    return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
  }

  /** Saves the file that must be saved, and shows the page that it was. */
  async save(): Promise<Buffer> {
    await this.heading(this.words.saveTitle).waitFor();
    const { name, bytes } = await this.download(this.page.locator(".actions .primary").first());
    await this.choose(this.words.saveChoose, name, bytes);
    await this.button(this.words.saveGo).click();
    return bytes;
  }

  async choose(label: string, name: string, bytes: Buffer): Promise<void> {
    await this.page.getByLabel(label, { exact: true }).setInputFiles(file(name, bytes));
  }
}

function file(name: string, buffer: Buffer): { name: string; mimeType: string; buffer: Buffer } {
  return { name, mimeType: "application/octet-stream", buffer };
}
