import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { minify } from "terser";
import { defineConfig } from "vite";

/** AMANA_PROGRAMME pins the programme that the form trusts: 64 hex digits. Unset: a trial build, which believes its server. */
const programme = process.env.AMANA_PROGRAMME ?? "";
if (!/^([0-9a-f]{64})?$/.test(programme)) throw new Error("AMANA_PROGRAMME must be 64 lower-case hexadecimal digits, or unset");

/**
 * In place of Vite's helper: the files of a part are fetched together, not one after another, and imported once all are in the browser's cache.
 * Browsers remember of an import that failed that it did, until the page is loaded anew, and the page has let go of its invitation by then.
 */
const together = {
  name: "together",
  enforce: "pre",
  load: (id) =>
    id.endsWith("vite/preload-helper.js")
      ? `export const __vitePreload = async (load, needed = [], base = "") => {
          const missing = needed.map((name) => new URL(name, base).href).filter((url) => url.endsWith(".js") && url !== import.meta.url);
          const arrives = async (url) => {
            const answer = await fetch(url);
            if (!answer.ok) throw new TypeError(url);
            await answer.arrayBuffer();
          };
          await Promise.all(missing.map(arrives));
          return load();
        };`
      : null,
};

/** The form has sentences of its own for every code, in three languages: of an error it needs the code alone, not core's English for tools. */
const codesOnly = {
  name: "codes-only",
  enforce: "pre",
  load: (id) =>
    /\/core\/dist\/errors\/codes\.js$/.test(id) ? "export const SENTENCES = new Proxy({}, { get: (_, code) => String(code) });" : null,
};

/** A second pass over what Vite made small: more than a kilobyte less for every phone. */
const smaller = {
  name: "smaller",
  async generateBundle(_options, bundle) {
    const options = { module: true, ecma: 2022, compress: { passes: 3 }, mangle: true, format: { comments: false } };
    for (const chunk of Object.values(bundle)) if (chunk.type === "chunk") chunk.code = (await minify(chunk.code, options)).code;
  },
};

/**
 * Browsers keep scripts for ever under their names, and Vite made the names before the second pass: each script gets the hash of all that the
 * scripts hold at last. They name each other, so that a hash of one alone would be of a name that is not known yet.
 */
const namedByBytes = {
  name: "named-by-bytes",
  enforce: "post",
  writeBundle: async ({ dir }, bundle) => {
    const chunks = Object.values(bundle).filter(({ type }) => type === "chunk");
    const plain = (text, hash) =>
      chunks.reduce((all, { fileName, name }) => all.replaceAll(basename(fileName), `${name}-${hash}.js`), text);
    const scripts = chunks.map(({ fileName }) => join(dir, fileName));
    const texts = await Promise.all(scripts.map((path) => readFile(path, "utf8")));
    const hash = createHash("sha256")
      .update(JSON.stringify(texts.map((text) => plain(text, "")).sort()))
      .digest("hex")
      .slice(0, 16);
    await Promise.all(scripts.map((path) => rm(path)));
    await Promise.all(chunks.map(({ name }, at) => writeFile(join(dir, "assets", `${name}-${hash}.js`), plain(texts[at], hash))));
    const page = join(dir, "index.html");
    await writeFile(page, plain(await readFile(page, "utf8"), hash));
  },
};

export default defineConfig({
  base: "./",
  plugins: [together, codesOnly, smaller, namedByBytes],
  define: { __AMANA_PROGRAMME__: JSON.stringify(programme) },
  worker: { plugins: () => [codesOnly] },
  build: {
    outDir: "dist/site",
    emptyOutDir: true,
    target: "es2022",
    // Nothing inline: the page's CSP allows files of its own server only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "form", tags: ["$initial"] }] } } },
  },
});
