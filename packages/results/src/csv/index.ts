export { type CsvOptions, resultsCsv } from "./csv.ts";
