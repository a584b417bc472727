/** The two typefaces, latin and latin-ext: the Welsh ŵ and ŷ live only in latin-ext. */
import { cp, mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

const require = createRequire(import.meta.url);

const FACES = ["atkinson-hyperlegible-next", "source-serif-4"];
const SUBSETS = ["latin", "latin-ext"];
const STYLES = ["normal", "italic"];

export async function copyFonts(folder) {
  await mkdir(folder, { recursive: true });
  for (const face of FACES) {
    const home = dirname(require.resolve(`@fontsource-variable/${face}/package.json`));
    for (const subset of SUBSETS) {
      for (const style of STYLES) {
        const file = join(home, "files", `${face}-${subset}-wght-${style}.woff2`);
        await cp(file, join(folder, basename(file)));
      }
    }
  }
}
