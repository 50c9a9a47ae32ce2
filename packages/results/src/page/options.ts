import type { LocalizedText } from "@amana/core/bytes";
import type { Questionnaire } from "@amana/core/questionnaire";
import type { ResultsLocale } from "./catalogue/index.ts";
import { CATALOGUES } from "./catalogue/index.ts";

/** Whose page it is. */
export interface Brand {
  readonly name: string;
  /** A `data:image/…;base64,` URL or a path relative to the page; never another host's. */
  readonly logo?: string;
  /** `#rrggbb`. Decorates; text and charts keep their own colours, so that they stay legible. */
  readonly colours?: BrandColours;
}

export interface BrandColours {
  readonly primary: string;
}

/** What the page needs beside the figures. */
export interface ResultsPageOptions {
  readonly locale: ResultsLocale;
  readonly brand: Brand;
  /** Title of the round. */
  readonly title: LocalizedText;
  /** SHA-256 of `results.json` as the signed release lists it, lower-case hex. The page cannot hold the release's own: it is part of it. */
  readonly digest: string;
  /** The questionnaire of each audience, by audience id: where the texts come from. */
  readonly questionnaires: Readonly<Record<string, Questionnaire>>;
  /** Whether the programme is a trial: said at the top, before any figure. */
  readonly trial: boolean;
  /** Relative address of the stylesheet; `results.css` unless said. */
  readonly stylesheet?: string;
  /** The same page in other languages, by relative address. */
  readonly alternates?: Readonly<Partial<Record<ResultsLocale, string>>>;
  /** Relative address of the table of all figures. */
  readonly csv?: string;
}

const RELATIVE = /^(?!\/\/)[A-Za-z0-9._~/-]+$/;
const IMAGE = /^data:image\/(?:png|jpeg|webp|svg\+xml);base64,[A-Za-z0-9+/]+=*$/;

/**
 * Refuses what would take the page out of its own origin or break out of an attribute. Options come from whoever runs
 * the programme, not from respondents: a wrong one is a programming mistake.
 * @throws TypeError
 */
export function checkOptions(options: ResultsPageOptions): void {
  const { brand, stylesheet, alternates = {}, csv, digest, locale } = options;
  if (!Object.hasOwn(CATALOGUES, locale)) throw new TypeError("the page has no such language");
  if (brand.logo !== undefined && !RELATIVE.test(brand.logo) && !IMAGE.test(brand.logo))
    throw new TypeError("the logo is neither relative nor data");
  for (const address of [stylesheet, csv, ...Object.values(alternates)]) {
    if (address !== undefined && !RELATIVE.test(address)) throw new TypeError("an address is not relative");
  }
  if (!/^[0-9a-f]{64}$/.test(digest)) throw new TypeError("the digest is not 32 bytes of lower-case hex");
  checkColours(brand.colours);
}

/** @throws TypeError unless every colour is `#rrggbb` */
export function checkColours(colours: BrandColours | undefined): void {
  if (colours !== undefined && !/^#[0-9a-fA-F]{6}$/.test(colours.primary)) throw new TypeError("a colour is not #rrggbb");
}
