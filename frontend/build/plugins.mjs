/** What esbuild does not do by itself. */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** The entries of a folder, as paths below `prefix`: a page that needs a bundle of its own puts one file there. */
export async function listEntries(folder, prefix) {
  if (!existsSync(folder)) return [];
  const files = await readdir(folder);
  return files.filter((file) => /\.(js|css)$/.test(file)).sort().map((file) => join(prefix, file));
}

/** `@import "./components/*.css" layer(components)` takes every file of the folder, in the order of the names. */
export const importFolder = {
  name: "import-folder",
  setup(build) {
    build.onResolve({ filter: /\/\*\.css$/ }, (args) => ({
      path: join(args.resolveDir, dirname(args.path)),
      namespace: "folder",
    }));
    build.onLoad({ filter: /.*/, namespace: "folder" }, async (args) => {
      const files = existsSync(args.path) ? (await readdir(args.path)).filter((file) => file.endsWith(".css")).sort() : [];
      return {
        contents: files.map((file) => `@import "./${file}";`).join("\n"),
        loader: "css",
        resolveDir: args.path,
        watchDirs: [args.path],
      };
    });
  },
};

const PAIR = /^\s*(--[\w-]+):\s*light-dark\(\s*([^;]+?)\s*;/;

/** `--ink: light-dark(#191d2b, #eceef4);` gives ["--ink", "#191d2b", "#eceef4"]; the comma is the one outside brackets. */
function splitPair(line) {
  const [, name, rest] = line.match(PAIR);
  const inner = rest.replace(/\)\s*$/, "");
  let depth = 0;
  for (let at = 0; at < inner.length; at += 1) {
    if (inner[at] === "(") depth += 1;
    if (inner[at] === ")") depth -= 1;
    if (inner[at] === "," && depth === 0) return [name, inner.slice(0, at).trim(), inner.slice(at + 1).trim()];
  }
  throw new Error(`A light-dark() needs two colours: ${line.trim()}`);
}

/**
 * tokens.css says each colour once, as light-dark(light, dark). Safari before 17.5 knows no light-dark(), so here it
 * becomes three blocks: light, the system's dark, and the chosen dark. data-theme also works on a part of a page: the
 * paper of a letter is data-theme="light" on every screen.
 */
export const expandLightDark = {
  name: "expand-light-dark",
  setup(build) {
    build.onLoad({ filter: /[\\/]tokens\.css$/ }, async (args) => {
      const source = await readFile(args.path, "utf8");
      const pairs = source.split("\n").filter((line) => PAIR.test(line)).map(splitPair);
      const block = (index) => pairs.map((pair) => `${pair[0]}: ${pair[index]};`).join(" ");
      const plain = source.split("\n").filter((line) => !PAIR.test(line)).join("\n");
      const dark = `color-scheme: dark; ${block(2)}`;
      return {
        contents: `${plain}
:root, [data-theme="light"] { color-scheme: light; ${block(1)} }
@media (prefers-color-scheme: dark) { :root:not([data-theme]) { ${dark} } }
[data-theme="dark"] { ${dark} }`,
        loader: "css",
      };
    });
  },
};
