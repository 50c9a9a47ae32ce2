import { minify } from "terser";
import { defineConfig } from "vite";

/** AMANA_PROGRAMME pins the programme that the form trusts: 64 hex digits. Unset: a trial build, which believes its server. */
const programme = process.env.AMANA_PROGRAMME ?? "";
if (!/^([0-9a-f]{64})?$/.test(programme)) throw new Error("AMANA_PROGRAMME must be 64 lower-case hexadecimal digits, or unset");

/** The one file that is loaded later has no styles and nothing to load ahead: it needs none of Vite's helper for that. */
const plainImports = {
  name: "plain-imports",
  enforce: "pre",
  load: (id) => (id.endsWith("vite/preload-helper.js") ? "export const __vitePreload = (load) => load();" : null),
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

export default defineConfig({
  base: "./",
  plugins: [plainImports, codesOnly, smaller],
  define: { __AMANA_PROGRAMME__: JSON.stringify(programme) },
  build: {
    outDir: "dist/site",
    emptyOutDir: true,
    target: "es2022",
    // Nothing inline: the page's CSP allows files of its own server only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
