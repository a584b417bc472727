/** Choosing another view, and finding a place by its name. */
import { fill, holding } from "./map.js";
import { isPostcode, postcodesAt } from "./postcodes.js";

const MOST_NAMED = 6;

/** "3 places: …" or why there is none, in the words of the page. */
function inWords(text, found, words) {
  if (found.length === 1) return found[0];
  if (found.length === 0) return fill(isPostcode(text) ? words.postcode : words.none, { text });
  const names = found.slice(0, MOST_NAMED).join(", ");
  return fill(found.length > MOST_NAMED ? words.more : words.several, { number: found.length, names });
}

/** The form above the map: its three choices make the address of a page, its search chooses a place on the map. */
export function chooseViews(form, rows, map) {
  const names = form.querySelector("datalist");
  const status = form.querySelector(".filters-found");
  const place = form.elements.place;
  const change = form.querySelector(".filters-line button");
  const codesOf = form.dataset.postcodes ? postcodesAt(form.dataset.postcodes) : null;
  const find = async (text) => (codesOf && isPostcode(text) ? map.choose(await codesOf(text)) : map.find(text));

  place.addEventListener("focus", () => {
    if (names.childElementCount > 0) return;
    names.append(...rows.map((row) => new Option("", row.cells[0].textContent.trim())));
  });
  change.addEventListener("click", () => {
    const open = form.classList.toggle("open");
    change.setAttribute("aria-expanded", String(open));
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { issue, span, unit } = form.elements;
    const path = issue.value + span.value + unit.value;
    const sought = place.value.trim();
    const found = sought ? await find(sought) : [];
    if (path !== form.dataset.here) {
      location.assign(form.getAttribute("action") + path + location.hash);
      return;
    }
    status.textContent = sought ? inWords(sought, found, status.dataset) : "";
  });
}

/** The list of all places: hides those whose name, or else council, does not hold what is typed, or that its postcode is not in. */
export function findInList(form) {
  const items = [...document.querySelectorAll("li[data-name]")];
  const status = form.querySelector(".filters-found");
  const codesOf = form.dataset.postcodes ? postcodesAt(form.dataset.postcodes) : null;
  const namesOf = (item) => [item.dataset.name, item.dataset.also ?? ""];
  const narrow = async () => {
    const text = form.elements.place.value.trim();
    const sought = text.toLocaleLowerCase();
    const codes = codesOf && isPostcode(sought) ? await codesOf(sought) : null;
    if (text !== form.elements.place.value.trim()) return; // something else is typed by now
    const left = codes ? items.filter((item) => codes.has(item.dataset.code)) : holding(items, sought, namesOf);
    for (const item of items) item.hidden = !left.includes(item);
    for (const region of document.querySelectorAll(".region")) region.hidden = !region.querySelector("li:not([hidden])");
    const words = left.length === 0 && isPostcode(sought) ? status.dataset.postcode : status.dataset.left;
    status.textContent = sought ? fill(words, { number: left.length, all: items.length, text }) : "";
  };
  form.elements.place.addEventListener("input", narrow);
  form.addEventListener("submit", (event) => event.preventDefault());
  narrow();
}
