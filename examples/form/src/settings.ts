import type { LocalizedText } from "@amana/core/bytes";

/** Set by the build from AMANA_PROGRAMME: the programme this form trusts, whatever server it is loaded from. Empty in a trial build. */
declare const __AMANA_PROGRAMME__: string;

/** How an institution wants the form to look. */
export interface Brand {
  readonly name: LocalizedText;
  /** Address of an image on this server, or null. */
  readonly logo: string | null;
  /** `#rrggbb`, or null. */
  readonly accent: string | null;
}

const meta = (name: string): string => document.querySelector(`meta[name="${name}"]`)?.getAttribute("content") ?? "";

/** The programme to trust: pinned by the build; only a trial build takes what the server wrote into the page. */
export function programme(): string {
  return __AMANA_PROGRAMME__ === "" ? meta("amana-programme") : __AMANA_PROGRAMME__;
}

/** The brand that the server wrote into the page. What is not of the right kind is left out. */
export function brand(base: string): Brand {
  let value: unknown;
  try {
    value = JSON.parse(meta("amana-brand"));
  } catch {
    value = {};
  }
  const { name, logo, accent } = (value ?? {}) as Record<string, unknown>;
  const names = Object.entries(typeof name === "object" && name !== null ? name : {}).filter(([, text]) => typeof text === "string");
  return {
    name: Object.fromEntries(names) as LocalizedText,
    logo: typeof logo === "string" && logo !== "" ? ownAddress(logo, base) : null,
    accent: typeof accent === "string" ? accent : null,
  };
}

/** The address of a path on this server; anything that leads elsewhere is left out. */
function ownAddress(path: string, base: string): string | null {
  const url = URL.canParse(path, base) ? new URL(path, base) : null;
  return url !== null && url.origin === new URL(base).origin ? url.href : null;
}

/** Where the server's paths begin. This file is served from `<base>assets/`. */
export function baseOf(scriptUrl: string): string {
  return new URL("../", scriptUrl).href;
}
