/** One sprite of the Lucide icons in use, drawn a little finer than Lucide's own 2 px. */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const STROKE_WIDTH = "1.75"; // px on Lucide's 24 px grid

/** The icon names in a list file: words separated by white space, `#` starts a comment. */
async function iconNames(listFile) {
  const text = await readFile(listFile, "utf8");
  return [...new Set(text.replace(/#.*$/gm, "").split(/\s+/).filter(Boolean))].sort();
}

export async function writeSprite(listFile, target) {
  const home = join(dirname(require.resolve("lucide-static/package.json")), "icons");
  const symbols = [];
  for (const name of await iconNames(listFile)) {
    const file = join(home, `${name}.svg`);
    if (!existsSync(file)) {
      throw new Error(`${listFile} asks for the icon "${name}", which Lucide does not have; look it up at lucide.dev/icons.`);
    }
    const svg = await readFile(file, "utf8");
    const drawing = svg.match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1].replace(/\s*\n\s*/g, "");
    symbols.push(
      `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="${STROKE_WIDTH}"` +
        ` stroke-linecap="round" stroke-linejoin="round">${drawing}</symbol>`,
    );
  }
  await writeFile(target, `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("\n")}</svg>\n`);
}
