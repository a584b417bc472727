/** Choosing another view, and finding a place by its name. */
const MOST_NAMED = 6;

/** "3 places: …" or why there is none. */
function inWords(text, found) {
  if (found.length === 1) return found[0];
  if (found.length === 0) return `No constituency is called “${text}”. Try a part of its name.`;
  const more = found.length > MOST_NAMED ? " and more" : "";
  return `${found.length} places: ${found.slice(0, MOST_NAMED).join(", ")}${more}.`;
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
    status.textContent = place.value.trim() ? inWords(place.value, found) : "";
  });
}

/** The list of all places: hides those whose name does not hold what is typed. */
export function findInList(form) {
  const items = [...document.querySelectorAll("li[data-name]")];
  const status = form.querySelector(".filters-found");
  const narrow = () => {
    const sought = form.elements.place.value.trim().toLocaleLowerCase();
    for (const item of items) item.hidden = !item.dataset.name.toLocaleLowerCase().includes(sought);
    for (const region of document.querySelectorAll(".region")) region.hidden = !region.querySelector("li:not([hidden])");
    const left = items.filter((item) => !item.hidden);
    status.textContent = sought ? `${left.length} of ${items.length} places` : "";
  };
  form.elements.place.addEventListener("input", narrow);
  form.addEventListener("submit", (event) => event.preventDefault());
  narrow();
}
