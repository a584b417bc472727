/**
 * Unpacks the typefaces of PDFs for tools/typefaces.py, which names and joins them:
 *
 *     node typefaces.mjs FOLDER
 *
 * Of a script that comes in numbered pieces, each in one weight; of the others, all weights. Python took ten times as long.
 */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { convert } from "fontverter";
import subsetFont from "subset-font";

const packages = join(dirname(fileURLToPath(import.meta.url)), "node_modules");
const REGULAR = { variationAxes: { wght: 400 }, targetFormat: "truetype" };
const WANTED = /-wght-normal\.woff2$|^noto-emoji-emoji-400-normal\.woff2$/;
const PIECE = /-(\d+)-wght-normal\.woff2$/;

/** "U+61-63,U+e9" as the text "abcé". */
function textOf(ranges) {
  let text = "";
  for (const range of ranges.split(",")) {
    const [first, last = first] = range.replace("U+", "").split("-");
    for (let code = parseInt(first, 16); code <= parseInt(last, 16); code += 1) text += String.fromCodePoint(code);
  }
  return text;
}

async function unpack(home, out) {
  const ranges = JSON.parse(await readFile(join(home, "unicode.json"), "utf8"));
  for (const name of (await readdir(join(home, "files"))).filter((file) => WANTED.test(file))) {
    const packed = await readFile(join(home, "files", name));
    const piece = name.match(PIECE);
    const font = piece
      ? await subsetFont(packed, textOf(ranges[`[${piece[1]}]`]), REGULAR)
      : await convert(packed, "truetype");
    await writeFile(join(out, name.replace(/woff2$/, "ttf")), font);
  }
}

const out = process.argv[2];
await mkdir(out, { recursive: true });
for (const scope of ["@fontsource", "@fontsource-variable"]) {
  for (const name of await readdir(join(packages, scope))) {
    if (name.startsWith("noto-")) await unpack(join(packages, scope, name), out);
  }
}
