// Builds the pages that key holders open from a disk (packages/elements/dist/{handler,trustee}.html) from the packages' dist output: each one file that
// needs nothing beside it. No server hands them out, so their SHA-256 is printed: it is what organisations compare.
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const require = createRequire(new URL("../examples/form/package.json", import.meta.url));
const { build } = await import(pathToFileURL(require.resolve("vite")).href);
const { minify } = await import(pathToFileURL(require.resolve("terser")).href);

/** What each says to whoever runs no scripts, in every language of the interface. */
const PAGES = {
  handler: {
    ar: "تُفتح البلاغات على هذا الحاسوب، وهذا يحتاج إلى JavaScript.",
    fr: "Les signalements s’ouvrent sur cet ordinateur, ce qui demande JavaScript.",
    en: "Reports are opened on this computer, which needs JavaScript.",
  },
  trustee: {
    ar: "تُفتح الإجابات وتُعدّ على هذا الحاسوب، وهذا يحتاج إلى JavaScript.",
    fr: "Les réponses s’ouvrent et se comptent sur cet ordinateur, ce qui demande JavaScript.",
    en: "Answers are opened and counted on this computer, which needs JavaScript.",
  },
};

const style =
  'html{background:#f7f7f5}body{margin:0;font:1rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Noto Sans Arabic",Arial,sans-serif;color:#1b2530}h1{box-sizing:border-box;max-inline-size:76rem;margin:0 auto;padding:.75rem 1rem 0;font-size:1rem;color:#4c5866}noscript p{max-inline-size:40rem;margin:2rem auto;padding:0 1rem}';
const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

for (const [name, texts] of Object.entries(PAGES)) {
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
        rollupOptions: { input: `${root}packages/elements/dist/${name}/page.js`, output: { format: "es", codeSplitting: false } },
      },
    }),
  ].flat();
  const [chunk, ...others] = output;
  if (chunk.type !== "chunk" || others.length > 0) throw new Error(`the page ${name} is not one script`);
  const { code } = await minify(chunk.code, { module: true, ecma: 2022, compress: { passes: 2 }, format: { comments: false } });
  // What ends or opens a script in HTML must not stand in one.
  if (/<\/script|<!--|<script/i.test(code)) throw new Error("the script cannot stand in a page as it is");

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
<p lang="ar" dir="rtl">${texts.ar}</p>
<p lang="fr">${texts.fr}</p>
<p lang="en">${texts.en}</p>
</noscript>
<script type="module">${code}</script>
</body>
</html>
`;
  writeFileSync(`${root}packages/elements/dist/${name}.html`, html);
  const sha256 = createHash("sha256").update(html).digest("hex");
  process.stderr.write(`page: ${name}.html ${Buffer.byteLength(html)} bytes, one file, SHA-256 ${sha256}\n`);
}
