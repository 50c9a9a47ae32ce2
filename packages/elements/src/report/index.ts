/** `@amana/elements/report`: what a page loads for a reporting channel alone, with a dynamic import. */
export { REPORT_CATALOGUES } from "../catalogue/reports.ts";
export { defineReport } from "./define.ts";
export { AmanaReport } from "./report-element.ts";
