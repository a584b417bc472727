/** Reading the hex map with a pointer or the arrow keys. Its figures are the rows of the table beside it. */
const SVG = "http://www.w3.org/2000/svg";
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const REACH = 12; // px of the map from a hexagon's centre that still count as on it

/** What a row says about its place, in words. A place that does not publish has one wide cell in place of figures. */
function placeOf(row) {
  const [x, y] = row.dataset.at.split(" ").map(Number);
  const [name, region, cases, error, rate] = [...row.cells].map((cell) => cell.textContent.trim());
  const link = row.querySelector("a");
  const { months, also } = row.dataset;
  return { row, x, y, name, also, region, cases, error, rate, months, href: link?.getAttribute("href") };
}

/** The text with each {name} filled in. */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);

/** Those whose name holds what is sought; only where there is none, those with another word that does. */
export function holding(all, sought, wordsOf) {
  const holds = (at) => all.filter((each) => wordsOf(each)[at].toLocaleLowerCase().includes(sought));
  return holds(0).length > 0 ? holds(0) : holds(1);
}

export function readMap(figure, rows) {
  const places = rows.map(placeOf);
  const reader = figure.querySelector(".map-reader");
  const drawing = reader.querySelector("svg");
  const panel = figure.querySelector(".place-panel");
  const part = (name) => panel.querySelector(`.place-${name}`);
  const ring = document.createElementNS(SVG, "path");
  ring.setAttribute("d", figure.dataset.ring);
  ring.setAttribute("class", "hex-ring");
  let chosen = null;

  function show(place) {
    const silent = place.error === undefined;
    const { unit, note, part: partOfTime, silent: nothing, ask, see, how } = panel.dataset;
    const figureOf = place[panel.dataset.figure];
    part("name").textContent = place.name;
    part("region").textContent = place.region;
    part("figure").replaceChildren();
    if (!silent && !place.months) {
      const strong = document.createElement("strong");
      strong.textContent = figureOf;
      part("figure").append(strong, ` ${unit}`);
    }
    part("note").textContent = silent ? nothing : fill(place.months ? partOfTime : note, place);
    const link = part("link").querySelector("a");
    link.textContent = place.href ? see : how;
    link.setAttribute("href", place.href ?? ask);
    ring.setAttribute("transform", `translate(${place.x} ${place.y})`);
    if (!ring.isConnected) drawing.append(ring);
  }

  function choose(place, { keep = true } = {}) {
    chosen?.row.removeAttribute("aria-current");
    chosen = place;
    place.row.setAttribute("aria-current", "true");
    show(place);
    // The address names the place, so that the view can be sent to somebody; going back skips the places looked at.
    if (keep) history.replaceState(null, "", `#${place.row.id}`);
  }

  /** The place under the pointer, if it is on the map at all. */
  function under(event) {
    const box = drawing.getBoundingClientRect();
    const scale = drawing.viewBox.baseVal.width / box.width;
    const x = (event.clientX - box.left) * scale;
    const y = (event.clientY - box.top) * scale;
    const far = (place) => Math.hypot(place.x - x, place.y - y);
    const nearest = places.reduce((best, place) => (far(place) < far(best) ? place : best));
    return far(nearest) < REACH ? nearest : null;
  }

  /** The next place in a direction: near, and more along the way than beside it. */
  function next(from, [dx, dy]) {
    let best = null;
    let least = Infinity;
    for (const place of places) {
      const along = (place.x - from.x) * dx + (place.y - from.y) * dy;
      const beside = Math.abs((place.x - from.x) * dy) + Math.abs((place.y - from.y) * dx);
      if (along > 1 && beside <= 3 * along && along + 2 * beside < least) {
        least = along + 2 * beside;
        best = place;
      }
    }
    return best;
  }

  reader.tabIndex = 0;
  reader.setAttribute("role", "application");
  reader.setAttribute("aria-label", panel.dataset.keys);
  reader.addEventListener("pointermove", (event) => {
    const place = event.pointerType === "mouse" ? under(event) : null;
    if (place) show(place);
  });
  reader.addEventListener("pointerleave", () => chosen && show(chosen));
  reader.addEventListener("click", (event) => {
    const place = under(event);
    if (place) choose(place);
  });
  reader.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && chosen?.href) location.assign(chosen.href);
    const direction = DIRECTIONS[event.key];
    if (!direction || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const middle = { x: drawing.viewBox.baseVal.width / 2, y: 0 };
    const place = chosen ? next(chosen, direction) : next(middle, DIRECTIONS.ArrowDown);
    if (place) choose(place);
  });

  const named = () => places.find((place) => `#${place.row.id}` === location.hash);
  if (named()) choose(named(), { keep: false });
  window.addEventListener("hashchange", () => named() && choose(named(), { keep: false }));

  return {
    /** Choose the place with exactly this name, or the only one whose name, or else council, holds it. Says what was found. */
    find(text) {
      const sought = text.trim().toLocaleLowerCase();
      const exact = places.filter((place) => place.name.toLocaleLowerCase() === sought);
      const found = exact.length > 0 ? exact : holding(places, sought, (place) => [place.name, place.also]);
      if (found.length === 1) choose(found[0]);
      return found.map((place) => place.name);
    },
    /** Choose the place with one of these codes, if there is only one. Says what was found. */
    choose(codes) {
      const found = places.filter((place) => codes.has(place.row.id));
      if (found.length === 1) choose(found[0]);
      return found.map((place) => place.name);
    },
  };
}
