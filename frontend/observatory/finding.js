/** Choosing another view, and finding a place by its name. */
import { fill, holding } from "./map.js";

const MOST_NAMED = 6;
/** The beginning of a postcode at least: one or two letters, then a figure, which no name of a place has. */
const POSTCODE = /^[a-z]{1,2}[0-9][0-9a-z]? ?([0-9][a-z]{0,2})?$/i;

/** "3 places: …" or why there is none, in the words of the page. */
function inWords(text, found, words) {
  if (found.length === 1) return found[0];
  if (found.length === 0) return fill(POSTCODE.test(text.trim()) ? words.postcode : words.none, { text });
  const names = found.slice(0, MOST_NAMED).join(", ");
  return fill(found.length > MOST_NAMED ? words.more : words.several, { number: found.length, names });
}

/** The form above the map: its three choices make the address of a page, its search chooses a place on the map. */
export function chooseViews(form, rows, map) {
  const names = form.querySelector("datalist");
  const status = form.querySelector(".filters-found");
  const place = form.elements.place;
  const change = form.querySelector(".filters-line button");

  place.addEventListener("focus", () => {
    if (names.childElementCount > 0) return;
    names.append(...rows.map((row) => new Option("", row.cells[0].textContent.trim())));
  });
  change.addEventListener("click", () => {
    const open = form.classList.toggle("open");
    change.setAttribute("aria-expanded", String(open));
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { issue, span, unit } = form.elements;
    const path = issue.value + span.value + unit.value;
    const found = place.value.trim() ? map.find(place.value) : [];
    if (path !== form.dataset.here) {
      location.assign(form.getAttribute("action") + path + location.hash);
      return;
    }
    status.textContent = place.value.trim() ? inWords(place.value, found, status.dataset) : "";
  });
}

/** The list of all places: hides those whose name, or else council, does not hold what is typed. */
export function findInList(form) {
  const items = [...document.querySelectorAll("li[data-name]")];
  const status = form.querySelector(".filters-found");
  const narrow = () => {
    const sought = form.elements.place.value.trim().toLocaleLowerCase();
    const left = holding(items, sought, (item) => [item.dataset.name, item.dataset.also ?? ""]);
    for (const item of items) item.hidden = !left.includes(item);
    for (const region of document.querySelectorAll(".region")) region.hidden = !region.querySelector("li:not([hidden])");
    const words = left.length === 0 && POSTCODE.test(sought) ? status.dataset.postcode : status.dataset.left;
    status.textContent = sought ? fill(words, { number: left.length, all: items.length }) : "";
  };
  form.elements.place.addEventListener("input", narrow);
  form.addEventListener("submit", (event) => event.preventDefault());
  narrow();
}
