export { CATALOGUES, type Catalogue, type Messages, type ResultsLocale } from "./catalogue/index.ts";
export type { Brand, BrandColours, ResultsPageOptions } from "./options.ts";
export { resultsPage } from "./page.ts";
export { resultsStylesheet } from "./stylesheet.ts";
