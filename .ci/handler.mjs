// Builds the handlers' page (packages/elements/dist/handler.html) from the packages' dist output: one file that needs nothing beside it.
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const require = createRequire(new URL("../examples/form/package.json", import.meta.url));
const { build } = await import(pathToFileURL(require.resolve("vite")).href);
const { minify } = await import(pathToFileURL(require.resolve("terser")).href);

const [{ output }] = [
  await build({
    root,
    configFile: false,
    logLevel: "warn",
    build: {
      write: false,
      target: "es2022",
      modulePreload: false,
      reportCompressedSize: false,
      rollupOptions: { input: `${root}packages/elements/dist/handler/page.js`, output: { format: "es", codeSplitting: false } },
    },
  }),
].flat();
const [chunk, ...others] = output;
if (chunk.type !== "chunk" || others.length > 0) throw new Error("the handlers' page is not one script");
const { code } = await minify(chunk.code, { module: true, ecma: 2022, compress: { passes: 2 }, format: { comments: false } });
// What ends or opens a script in HTML must not stand in one.
if (/<\/script|<!--|<script/i.test(code)) throw new Error("the script cannot stand in a page as it is");

const style =
  'html{background:#f7f7f5}body{margin:0;font:1rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Noto Sans Arabic",Arial,sans-serif;color:#1b2530}h1{box-sizing:border-box;max-inline-size:76rem;margin:0 auto;padding:.75rem 1rem 0;font-size:1rem;color:#4c5866}noscript p{max-inline-size:40rem;margin:2rem auto;padding:0 1rem}';
const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
// Scripts and styles by their hash alone. Which server may be asked is in the key file: the page adds a second policy once it knows it.
const policy = [
  "default-src 'none'",
  `script-src ${hash(code)}`,
  `style-src ${hash(style)}`,
  "connect-src https: http:",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");
const html = `<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="google" content="notranslate">
<title>Amana</title>
<style>${style}</style>
</head>
<body>
<header><h1>Amana</h1></header>
<main></main>
<noscript>
<p lang="ar" dir="rtl">تُفتح البلاغات على هذا الحاسوب، وهذا يحتاج إلى JavaScript.</p>
<p lang="fr">Les signalements s’ouvrent sur cet ordinateur, ce qui demande JavaScript.</p>
<p lang="en">Reports are opened on this computer, which needs JavaScript.</p>
</noscript>
<script type="module">${code}</script>
</body>
</html>
`;
writeFileSync(`${root}packages/elements/dist/handler.html`, html);
process.stderr.write(`handlers' page: ${Buffer.byteLength(html)} bytes, one file\n`);
