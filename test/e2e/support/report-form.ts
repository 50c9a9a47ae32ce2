import { type Language, REPORT_CATALOGUES, type ReportCatalogue } from "@amana/elements";
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";

/** What a reporter does with the form, in their language. */
export class ReportForm {
  readonly page: Page;
  readonly words: ReportCatalogue;

  constructor(page: Page, language: Language) {
    this.page = page;
    this.words = REPORT_CATALOGUES[language];
  }

  get element(): Locator {
    return this.page.locator("amana-report");
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  heading(name: string): Locator {
    return this.page.getByRole("heading", { name, exact: true });
  }

  /** Opens the channel's address and chooses the language. */
  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.button(this.words.name).click();
    await this.heading(this.words.report.readersTitle).waitFor();
  }

  /** Comes back with a secret code; ends at the conversation. */
  async comeBack(code: string): Promise<void> {
    await this.button(this.words.report.haveCode).click();
    await this.page.getByLabel(this.words.common.codeEnter, { exact: true }).fill(code);
    await this.button(this.words.common.codeOpen).click();
    await this.heading(this.words.report.conversation).waitFor();
  }

  /** Chooses files, as the button of the page does; resolves when each was looked at. */
  async attach(...files: readonly { readonly name: string; readonly mimeType: string; readonly buffer: Buffer }[]): Promise<void> {
    const chooser = this.page.waitForEvent("filechooser");
    await this.button(this.words.files.choose).click();
    await (await chooser).setFiles([...files]);
    await expect.poll(() => this.element.locator(".files > li .notice").count()).toBe(files.length);
  }

  /** The secret code on screen, typed again at its end. */
  async confirmCode(): Promise<string> {
    const code = ((await this.page.locator(".secret").textContent()) ?? "").replace(/\s/g, "");
    await this.page.getByLabel(this.words.common.codeConfirm).fill(code.split("-").at(-1) as string);
    await this.button(this.words.report.confirm).click();
    return code;
  }

  /** Presses "look for replies" until one says `text`. */
  async waitForReply(text: string): Promise<void> {
    await expect
      .poll(
        async () => {
          await this.button(this.words.report.refresh).click();
          await this.page.waitForTimeout(300);
          return this.element.locator(".talk .theirs .said").allTextContents();
        },
        { timeout: 30_000, interval: 700 },
      )
      .toContain(text);
  }
}
