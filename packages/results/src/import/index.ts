export { importXlsForm, type XlsForm } from "./xlsform.ts";
