/** The public site's script: everything it adds is also there without it, as a link or a table. */
import { chooseViews, findInList } from "./finding.js";
import { readMap } from "./map.js";

const rows = [...document.querySelectorAll("tr[data-at]")];
const map = rows.length > 0 ? readMap(document.querySelector(".map-and-key"), rows) : null;
const form = document.querySelector(".filters[data-here]");
if (form && map) chooseViews(form, rows, map);
const list = document.querySelector(".find-place");
if (list) findInList(list);
// The code to frame a chart with holds the address it is really at; without scripts its reader writes that.
for (const code of document.querySelectorAll("[data-embed]")) {
  code.textContent = code.textContent.replace(/src="[^"]*"/, `src="${new URL(code.dataset.embed, location)}"`);
}
