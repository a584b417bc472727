/**
 * Builds what the browser gets from what is in this folder. See README.md for the map.
 *
 *     npm ci --ignore-scripts && node build.mjs [--watch]
 *
 * Everything it writes is git-ignored: other people's code never enters the repository, it enters the wheel.
 */
import { existsSync, watch } from "node:fs";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import * as esbuild from "esbuild";

import { copyFonts } from "./build/fonts.mjs";
import { writeSprite } from "./build/icons.mjs";
import { writeNotices } from "./build/notices.mjs";
import { expandLightDark, importFolder, listEntries } from "./build/plugins.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const packageRoot = join(here, "..", "src", "opencasework");

// What Safari 17 and Firefox ESR 140 understand; esbuild lowers the rest.
const targets = ["chrome120", "firefox128", "safari17"];

const office = {
  out: join(packageRoot, "office", "kit", "static", "oc", "dist"),
  entries: ["css/app.css", "css/print.css", "js/app.js", ...(await listEntries(join(here, "pages"), "pages"))],
  icons: [join(here, "icons.txt")],
};

const observatory = {
  out: join(packageRoot, "observatory", "site", "static", "dist"),
  entries: ["observatory/observatory.css", "observatory/observatory.js"],
  // The public site names its own icons, or takes the office's.
  icons: [join(here, "observatory", "icons.txt"), join(here, "icons.txt")],
  isLeftOut: (name) => /^@fontsource.*\/noto-/.test(name), // the typefaces of letters: tools/typefaces.py
};

async function build(site) {
  const entries = site.entries.filter((entry) => existsSync(join(here, entry)));
  if (entries.length === 0) return;
  const started = Date.now();
  await mkdir(site.out, { recursive: true });
  await esbuild.build({
    absWorkingDir: here,
    entryPoints: entries,
    entryNames: "[name]", // stable names; Django's manifest storage adds the hashes
    outdir: site.out,
    bundle: true,
    minify: true,
    format: "iife",
    target: targets,
    charset: "utf8",
    legalComments: "none", // the licences are in THIRD-PARTY.txt
    external: ["fonts/*"],
    plugins: [importFolder, expandLightDark],
    logLevel: "warning",
  });
  await copyFonts(join(site.out, "fonts"));
  await writeSprite(site.icons.find(existsSync), join(site.out, "icons.svg"));
  await writeNotices(site.out, site.isLeftOut);
  await removeOlderThan(started, site.out);
}

/** Take away what an earlier build made and this one did not; a server that is running never misses a file. */
async function removeOlderThan(moment, folder) {
  const slack = 2000; // ms: some file systems keep whole seconds
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath ?? entry.path, entry.name);
    if (entry.isFile() && (await stat(file)).mtimeMs < moment - slack) await rm(file);
  }
}

async function buildAll() {
  await build(office);
  await build(observatory);
}

await buildAll();

if (process.argv.includes("--watch")) {
  // One build at a time; changes made meanwhile start one more.
  let running = false;
  let again = false;
  const rebuild = async () => {
    again = true;
    if (running) return;
    running = true;
    while (again) {
      again = false;
      await buildAll().catch((error) => process.stderr.write(`${error.message}\n`));
    }
    running = false;
  };
  for (const folder of ["css", "js", "pages", "observatory"].filter((name) => existsSync(join(here, name)))) {
    watch(join(here, folder), { recursive: true }, rebuild);
  }
}
