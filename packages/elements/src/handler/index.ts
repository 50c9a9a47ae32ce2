/** `@amana/elements/handler`: the page of those who handle reports. Nothing that respondents load imports it. */
export { HANDLER_CATALOGUES } from "../catalogue/handlers.ts";
export type { HandlerCatalogue } from "../catalogue/index.ts";
export type { HandlerCase, HandlerChannel, HandlerClient, HandlerInbox, HandlerServer } from "./client.ts";
export { defineHandler } from "./define.ts";
export { AmanaHandler } from "./handler-element.ts";
