import { fileURLToPath, pathToFileURL } from "node:url";
import type { Language } from "@amana/elements";
import { HANDLER_CATALOGUES, type HandlerCatalogue } from "@amana/elements/handler";
import type { Download, Locator, Page } from "playwright-core";

/** The page as it lies on a handler's disk. */
export const HANDLER_PAGE: string = pathToFileURL(
  fileURLToPath(new URL("../../../packages/elements/dist/handler.html", import.meta.url)),
).href;

/** What a handler does with the page, in their language. */
export class HandlerPage {
  readonly page: Page;
  readonly catalogue: HandlerCatalogue;

  constructor(page: Page, language: Language) {
    this.page = page;
    this.catalogue = HANDLER_CATALOGUES[language];
  }

  get words(): HandlerCatalogue["handler"] {
    return this.catalogue.handler;
  }

  /** The words that every key holder's page has. */
  get desk(): HandlerCatalogue["desk"] {
    return this.catalogue.desk;
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  heading(name: string): Locator {
    return this.page.getByRole("heading", { name, exact: true });
  }

  /** The place of a case in the list, by words of its report. */
  row(text: string): Locator {
    return this.page.locator(".case", { hasText: text });
  }

  /** Opens the page from the disk and a key file in it. */
  async open(
    key: string | { readonly name: string; readonly mimeType: string; readonly buffer: Buffer },
    passphrase: string,
  ): Promise<void> {
    await this.page.goto(HANDLER_PAGE);
    await this.unlock(key, passphrase);
  }

  async unlock(key: Parameters<HandlerPage["open"]>[0], passphrase: string): Promise<void> {
    await this.page.getByLabel(this.desk.keyFile, { exact: true }).setInputFiles(key as string);
    await this.page.getByLabel(this.desk.passphrase, { exact: true }).fill(passphrase);
    await this.button(this.desk.open).click();
  }

  /** Waits until a press of a button has handed over a file. */
  async download(name: string): Promise<Download> {
    const [download] = await Promise.all([this.page.waitForEvent("download"), this.button(name).click()]);
    return download;
  }
}
