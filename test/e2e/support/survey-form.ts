import { type Language, SURVEY_CATALOGUES, type SurveyCatalogue } from "@amana/elements";
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";

/** What a person does with the form, in their language: every label is found by the words on screen. */
export class SurveyForm {
  readonly page: Page;
  readonly words: SurveyCatalogue;

  constructor(page: Page, language: Language) {
    this.page = page;
    this.words = SURVEY_CATALOGUES[language];
  }

  get element(): Locator {
    return this.page.locator("amana-survey");
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  heading(name: string): Locator {
    return this.page.getByRole("heading", { name, exact: true });
  }

  /** Opens a link and chooses the language on the first screen. */
  async open(link: string): Promise<void> {
    await this.page.goto(link);
    await this.button(this.words.name).click();
    await this.heading(this.words.survey.promiseTitle).waitFor();
  }

  /** The secret code on screen, typed again at its end. */
  async confirmCode(): Promise<string> {
    const code = ((await this.page.locator(".secret").textContent()) ?? "").replace(/\s/g, "");
    expect(code).toMatch(/^[0-9A-Z]+(-[0-9A-Z]+)+$/);
    await this.page.getByLabel(this.words.common.codeConfirm).fill(code.split("-").at(-1) as string);
    await this.button(this.words.survey.enrol).click();
    return code;
  }

  /** Chooses in every question on screen, also in those that a choice brings up: the option at `pick`, or the last there is. */
  async answerSection(pick: number, comment = ""): Promise<void> {
    const questions = this.element.locator("fieldset.question:visible");
    for (let index = 0; index < (await questions.count()); index++) {
      const options = questions.nth(index).locator(".choices:not(.asides) .choice");
      await options.nth(Math.min(pick, (await options.count()) - 1)).click();
    }
    const box = this.element.locator("textarea:visible");
    if ((await box.count()) > 0 && comment !== "") await box.fill(comment);
  }

  /** All sections after the present one until the review; `onScreen` is called on each once it is filled in. */
  async answerRest(pick: number, comment: string, onScreen: () => Promise<void> = async () => undefined): Promise<void> {
    while (!(await this.heading(this.words.survey.reviewTitle).isVisible())) {
      await this.answerSection(pick, comment);
      await onScreen();
      await this.goOn();
    }
  }

  /** Presses "continue" and waits for the next screen. */
  async goOn(): Promise<void> {
    const before = await this.title();
    await this.button(this.words.common.next).click();
    await expect.poll(() => this.title()).not.toBe(before);
  }

  /** The heading that has, or had, the focus. */
  async title(): Promise<string> {
    return (await this.element.locator("[data-focus]").first().textContent()) ?? "";
  }

  async send(): Promise<void> {
    await this.button(this.words.survey.send).click();
  }

  /** Comes back with a secret code from the start of the round. */
  async comeBack(code: string): Promise<void> {
    await this.button(this.words.survey.haveCode).click();
    await this.page.getByLabel(this.words.common.codeEnter, { exact: true }).fill(code);
    await this.button(this.words.common.codeOpen).click();
    await this.heading(this.words.survey.returnedTitle).waitFor();
  }

  /** Presses "check that it was kept" until the answer's group is sealed. Meanwhile `others` answer, without whom it never is. */
  async checkKept(others: () => Promise<void>): Promise<void> {
    const { survey } = this.words;
    const found = this.element.locator(".notice-title").getByText(survey.verified, { exact: true });
    for (let tries = 0; tries < 8 && !(await found.isVisible()); tries++) {
      await others();
      await this.button(survey.verify).click();
      await expect
        .poll(() => this.element.locator(".result-slot").textContent(), { timeout: 15_000 })
        .not.toMatch(new RegExp(`^$|${survey.verifying}`));
    }
    expect(await this.element.locator(".result-slot").textContent()).toContain(survey.checkMine);
  }
}

/** The element that has the focus, shadow roots included. */
export function focused(page: Page): Promise<{ tag: string; type: string; name: string; text: string; checked: boolean }> {
  return page.evaluate(() => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    const input = active instanceof HTMLInputElement ? active : null;
    return {
      tag: active?.tagName.toLowerCase() ?? "",
      type: input?.type ?? "",
      name: input?.name ?? "",
      text: active?.textContent?.trim() ?? "",
      checked: input?.checked ?? false,
    };
  });
}
