/** `@amana/elements/ui`: what surveys and reporting channels share, for a page that loads it before it knows which of the two it shows. */
import "../hints/index.ts";
import "./element.ts";
import "./fields.ts";
import "./genuine.ts";
import "./page.ts";
import "./parts.ts";
import "./progress.ts";
import "./secret.ts";
import "./writing.ts";
