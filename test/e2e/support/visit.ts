import type { Browser, BrowserContext, Page, Request } from "playwright-core";
import { expect } from "vitest";

/** One request that carried bytes, and the length of what came back (null where nothing did). */
export interface Exchange {
  readonly origin: string;
  readonly path: string;
  readonly body: Buffer;
  readonly replyLength: number | null;
  readonly status: number | null;
}

/** How a person's browser is set up. */
export interface VisitOptions {
  readonly origin: string;
  /** Where else the page may send something: the relay of its round. */
  readonly relay?: string;
  readonly locale: string;
  readonly width?: number;
  readonly height?: number;
  readonly javaScript?: boolean;
}

/**
 * One person's visit: a fresh browser profile that is watched. {@link end} fails if a request left the origin, if the console
 * showed an error, if the page broke its content security policy, or if anything was left on the device.
 */
export class Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly exchanges: Exchange[] = [];
  /** While true the browser's own complaints about a lost network are expected. */
  networkIsLost = false;
  readonly #origin: string;
  readonly #relay: string | null;
  /** Every request so far, as method and address. */
  readonly requests: string[] = [];
  readonly #problems: string[] = [];
  readonly #pending: Promise<void>[] = [];

  private constructor(context: BrowserContext, page: Page, origin: string, relay: string | null) {
    this.context = context;
    this.page = page;
    this.#origin = origin;
    this.#relay = relay;
  }

  static async start(
    browser: Browser,
    { origin, relay, locale, width = 360, height = 740, javaScript = true }: VisitOptions,
  ): Promise<Visit> {
    const context = await browser.newContext({ locale, viewport: { width, height }, javaScriptEnabled: javaScript });
    context.setDefaultTimeout(20_000);
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
        // biome-ignore lint/suspicious/noConsole: runs in the page; the console is what the test watches
        console.error(`security policy: ${violatedDirective} ${blockedURI}`);
      });
    });
    const page = await context.newPage();
    const visit = new Visit(context, page, origin, relay ?? null);
    visit.#watch();
    return visit;
  }

  #watch(): void {
    const { context, page } = this;
    context.on("request", (request) => {
      const url = new URL(request.url());
      if (["blob:", "data:", "about:", "file:"].includes(url.protocol)) return;
      this.requests.push(`${request.method()} ${url.href}`);
      if (url.origin !== this.#origin && url.origin !== this.#relay) this.#problems.push(`request to ${url.origin}`);
      if (url.hash !== "" && request.resourceType() !== "document") this.#problems.push("a fragment went out");
    });
    // Chromium calls a request failed, too, whose reply was read whole before the network process said that it was at its end.
    for (const event of ["requestfinished", "requestfailed"] as const)
      context.on(event as "requestfinished", (request) => this.#note(request));
    page.on("pageerror", (error) => this.#problems.push(`uncaught: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() !== "error" && message.type() !== "warning") return;
      if (this.networkIsLost && /net::ERR_|Failed to load resource/.test(message.text())) return;
      this.#problems.push(`console: ${message.text()}`);
    });
  }

  #note(request: Request): void {
    const body = request.postDataBuffer();
    if (body === null) return;
    const { origin, pathname } = new URL(request.url());
    const note = async (): Promise<void> => {
      const response = await request.response();
      const length = response === null ? null : Number(await response.headerValue("content-length"));
      this.exchanges.push({ origin, path: pathname, body, replyLength: length, status: response?.status() ?? null });
    };
    this.#pending.push(note());
  }

  /** The submissions so far, in the order in which they were answered or failed. */
  async submissions(): Promise<readonly Exchange[]> {
    await Promise.all(this.#pending);
    return this.exchanges.filter(({ path }) => path.endsWith("/submissions"));
  }

  /** Asserts what every visit promises, and closes the profile. */
  async end(): Promise<void> {
    await Promise.all(this.#pending);
    const left = { cookies: await this.context.cookies(), ...(await this.#stored()) };
    await this.context.close();
    expect(this.#problems).toEqual([]);
    expect(left).toEqual({ cookies: [], local: 0, session: 0, databases: 0, caches: 0, workers: 0 });
  }

  /** Looks from a page of the same origin: a page that was left is blank and has no storage to look into. */
  async #stored(): Promise<Record<string, number>> {
    const page = await this.context.newPage();
    await page.goto(`${this.#origin}/`);
    const shared = await page.evaluate(async () => ({
      local: localStorage.length,
      databases: (await indexedDB.databases()).length,
      caches: (await caches.keys()).length,
      workers: (await navigator.serviceWorker.getRegistrations()).length,
    }));
    const session = this.page.url().startsWith(this.#origin) ? await this.page.evaluate(() => sessionStorage.length) : 0;
    await page.close();
    return { ...shared, session };
  }
}

/** The screen must fit, with nothing to scroll sideways: at 320 pixels, and at 200 % of a screen of 1280 with text twice as large. */
export async function fits(page: Page): Promise<void> {
  const size = page.viewportSize();
  for (const [width, text] of [
    [320, "100%"],
    [640, "200%"],
  ] as const) {
    await page.setViewportSize({ width, height: 640 });
    const over = await page.evaluate((fontSize) => {
      document.documentElement.style.fontSize = fontSize;
      return document.documentElement.scrollWidth - window.innerWidth;
    }, text);
    expect(over, `${width} pixels, text at ${text}`).toBeLessThanOrEqual(0);
  }
  await page.evaluate(() => document.documentElement.style.removeProperty("font-size"));
  if (size !== null) await page.setViewportSize(size);
}
