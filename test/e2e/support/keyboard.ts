import type { Page } from "playwright-core";

/** More stops than any screen has. */
const STOPS = 90;

/** What the element that has the focus is called, shadow roots included. */
function name(page: Page): Promise<string> {
  return page.evaluate(() => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    const labels = active !== null && "labels" in active ? [...((active as HTMLInputElement).labels ?? [])] : [];
    const text = active?.getAttribute("aria-label") ?? labels[0]?.textContent ?? active?.textContent ?? "";
    return text.trim().replace(/\s+/g, " ");
  });
}

/** Goes with the Tab key alone to what is called so. Fails where it cannot be reached, or where the focus is caught on the way. */
export async function tabTo(page: Page, wanted: string): Promise<void> {
  const passed: string[] = [];
  for (let stop = 0; stop < STOPS; stop++) {
    const here = await name(page);
    if (here === wanted) return;
    passed.push(here.slice(0, 40));
    await page.keyboard.press("Tab");
  }
  throw new Error(`the Tab key does not lead to "${wanted}"; it leads to ${[...new Set(passed)].join(" | ")}`);
}

/** The same, and presses Enter there. */
export async function pressAt(page: Page, wanted: string): Promise<void> {
  await tabTo(page, wanted);
  await page.keyboard.press("Enter");
}

/** The same, and types there. */
export async function typeAt(page: Page, wanted: string, text: string): Promise<void> {
  await tabTo(page, wanted);
  await page.keyboard.insertText(text);
}
