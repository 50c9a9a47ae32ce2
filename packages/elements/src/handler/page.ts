/** The script of `handler.html` (.ci/pages.mjs puts both together): one file, opened from a disk. */

import { HANDLER_CATALOGUES } from "../catalogue/handlers.ts";
import { startPage } from "../desk/start-page.ts";
import { defineHandler } from "./define.ts";
import { AmanaHandler } from "./handler-element.ts";

defineHandler();
startPage(new AmanaHandler(), (language) => HANDLER_CATALOGUES[language].handler.site);
