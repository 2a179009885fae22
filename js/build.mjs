// Bundles the front end into crm_widgets/static. `--watch` rebuilds on each change.
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(here, "../crm_widgets/static");
const watch = process.argv.includes("--watch");

const cssAsText = {
  name: "css-as-text",
  setup(build) {
    build.onLoad({ filter: /style\.css$/ }, async ({ path }) => {
      const styles = {
        entryPoints: [path],
        bundle: true,
        minify: true,
        write: false,
        metafile: true,
      };
      const { outputFiles, metafile } = await esbuild.build({ ...styles, absWorkingDir: here });
      const watchFiles = Object.keys(metafile.inputs).map((file) => join(here, file));
      return { contents: outputFiles[0].text.trim(), loader: "text", watchFiles };
    });
  },
};

/** Vega joins marks by keys of plain objects, and loses one that is called `__proto__`. */
const anyKey = {
  name: "any-key",
  setup(build) {
    build.onLoad({ filter: /vega-util\/build\/fastmap\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const contents = source.replace(/\b(obj|next) = \{\}/g, "$1 = Object.create(null)");
      if (contents.split("Object.create(null)").length !== 4)
        throw new Error("vega-util's fastmap is not what it was: see build.mjs");
      return { contents, loader: "js" };
    });
  },
};

/** Transforms of Vega that Vega-Lite writes into no spec. */
const NEVER_USED = /^vega-(crossfilter|force|hierarchy|label|wordcloud)$/;
const smaller = {
  name: "smaller",
  setup(build) {
    build.onResolve({ filter: NEVER_USED }, ({ path }) => ({ path, namespace: "never-used" }));
    build.onLoad({ filter: /.*/, namespace: "never-used" }, () => ({ contents: "export {};" }));
  },
};

/** The licences of everything that ends up in the bundle, as those licences ask. */
const notices = {
  name: "notices",
  setup(build) {
    build.onEnd(async ({ metafile }) => {
      if (!metafile) return;
      const folders = new Set();
      for (const input of Object.keys(metafile.inputs)) {
        const found = input.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/);
        if (found) folders.add(found[0]);
      }
      const texts = [];
      for (const folder of [...folders].sort()) {
        const root = join(here, folder);
        const about = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
        const file = (await readdir(root)).find((name) => /^licen[cs]e/i.test(name));
        const text = file ? await readFile(join(root, file), "utf8") : `License: ${about.license}`;
        texts.push(`${about.name} ${about.version}\n\n${text.trim()}\n`);
      }
      await writeFile(join(out, "THIRD_PARTY_LICENSES.txt"), texts.join(`\n${"-".repeat(72)}\n\n`));
    });
  },
};

const options = {
  absWorkingDir: here,
  entryPoints: { runtime: "src/runtime.ts", shim: "src/shim.ts" },
  outdir: out,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
  metafile: true,
  logLevel: "info",
  plugins: [cssAsText, anyKey, smaller, notices],
};

await mkdir(out, { recursive: true });
if (watch) {
  const context = await esbuild.context(options);
  await context.watch();
} else {
  await esbuild.build(options);
}
