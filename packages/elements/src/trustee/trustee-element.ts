import type { Catalogue } from "../catalogue/index.ts";
import { TRUSTEE_CATALOGUES } from "../catalogue/trustees.ts";
import { DeskElement } from "../desk/desk-element.ts";
import { saveFile } from "../desk/save-file.ts";
import { nextPaint } from "../ui/page.ts";
import type { TrusteeClient } from "./client.ts";
import { defaultTrusteeClient } from "./default-client.ts";
import { amendmentScreen } from "./screens/amendment.ts";
import { backupScreen } from "./screens/backup.ts";
import { countedScreen, destroyScreen } from "./screens/counted.ts";
import { draftScreen } from "./screens/draft.ts";
import { joinScreen, makeScreen, restoreScreen, trusteeKeyScreen } from "./screens/make.ts";
import { type NextScreen, nextScreen } from "./screens/next.ts";
import { saveScreen } from "./screens/save.ts";
import { TrusteeSession } from "./session.ts";
import { trusteeSheet } from "./styles.ts";

/**
 * `<amana-trustee lang="fr">`: everything a trustee does, from the key file to its destruction. It belongs into a page of its own that its
 * operator does not serve: the file `trustee.html` of this package.
 */
export class AmanaTrustee extends DeskElement<TrusteeSession> {
  /** Where everything comes from that is not a screen; set before the element is connected. */
  client: TrusteeClient = defaultTrusteeClient;
  #next: NextScreen | null = null;

  protected get sheet(): CSSStyleSheet {
    return trusteeSheet();
  }

  protected start(): void {
    const settings = { now: () => new Date(), save: saveFile, confine: (server: string) => this.confine(server), paint: nextPaint };
    this.session = new TrusteeSession(this.client, settings, (what) => this.#changed(what));
  }

  #changed(what: "screen" | "progress"): void {
    const { catalogue, session } = this;
    if (session === null || catalogue === null) return;
    // Whoever opens many answers may leave the room for it.
    if (session.isAtWork) this.stayOpen();
    if (what === "screen") this.update();
    else this.#next?.renew();
    const { desk } = TRUSTEE_CATALOGUES[catalogue.language];
    if (session.screen === "opening") this.announce(desk.opening);
    if (session.screen === "connecting") this.announce(desk.connecting);
  }

  protected override forget(): void {
    super.forget();
    this.#next = null;
  }

  protected desk({ language }: Catalogue, session: TrusteeSession): HTMLElement | null {
    const catalogue = TRUSTEE_CATALOGUES[language];
    const lock = (): void => this.lock();
    switch (session.screen) {
      case "key":
        return trusteeKeyScreen(catalogue, session, this.wasIdle ? this.lockAfter : null);
      case "make":
        return makeScreen(catalogue, session);
      case "restore":
        return restoreScreen(catalogue, session);
      case "join":
        return joinScreen(catalogue, session);
      case "save":
        return saveScreen(catalogue, session);
      case "backup":
        return backupScreen(catalogue, session);
      case "next":
        this.#next = nextScreen(catalogue, session, lock);
        return this.#next.node;
      case "draft":
        return draftScreen(catalogue, session);
      case "amendment":
        return amendmentScreen(catalogue, session);
      case "counted":
        return countedScreen(catalogue, session);
      case "destroy":
        return destroyScreen(catalogue, session);
      default:
        return null;
    }
  }
}
