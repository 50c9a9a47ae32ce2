/** The script of `trustee.html` (.ci/pages.mjs puts both together): one file, opened from a disk. */

import { TRUSTEE_CATALOGUES } from "../catalogue/trustees.ts";
import { startPage } from "../desk/start-page.ts";
import { defineTrustee } from "./define.ts";
import { AmanaTrustee } from "./trustee-element.ts";

defineTrustee();
startPage(new AmanaTrustee(), (language) => TRUSTEE_CATALOGUES[language].trustee.site);
