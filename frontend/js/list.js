/**
 * Lists: `[data-list]` holds rows, `[data-row]`, each with a link, `.row-title`. J and K move the real focus from title
 * to title, Enter follows it, X ticks the row's box, Shift X a range. The row one was on last is `[data-current]`.
 */
import { isTyping, keysAreOff } from "./keyboard.js";

let lastTicked = null;
let lost = null; // the place of the focused row, while its list is swapped

const list = () => document.querySelector("[data-list]");
const rows = () => [...(list()?.querySelectorAll("[data-row]") ?? [])].filter((row) => row.offsetParent !== null);

export const currentRow = () => list()?.querySelector("[data-row][data-current]") ?? null;

function makeCurrent(row) {
  if (!row || row.hasAttribute("data-current")) return;
  for (const other of list().querySelectorAll("[data-row][data-current]")) other.removeAttribute("data-current");
  row.setAttribute("data-current", "");
}

function focusRow(row) {
  if (!row) return;
  makeCurrent(row);
  row.querySelector(".row-title")?.focus();
  row.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const all = rows();
  const at = all.indexOf(currentRow());
  // The first press goes to the row that is marked, the next ones on from it.
  const onIt = at >= 0 && all[at].contains(document.activeElement);
  focusRow(all[onIt ? Math.min(Math.max(at + step, 0), all.length - 1) : Math.max(at, 0)]);
}

function tick(row, wholeRange) {
  const box = row?.querySelector("input[type=checkbox]");
  if (!box) return;
  const all = rows();
  const from = wholeRange && lastTicked ? all.indexOf(lastTicked) : all.indexOf(row);
  const [first, last] = [from, all.indexOf(row)].sort((one, other) => one - other);
  const state = wholeRange ? true : !box.checked;
  for (const each of all.slice(Math.max(first, 0), last + 1)) {
    const other = each.querySelector("input[type=checkbox]");
    if (other && other.checked !== state) other.click();
  }
  lastTicked = row;
}

export function rememberRow() {
  const all = rows();
  const at = all.findIndex((row) => row.contains(document.activeElement));
  lost = at >= 0 ? at : lost;
}

/** After a swap: if the focused row has gone, the one now in its place takes the focus, never the top of the page. */
export function restoreRow() {
  const all = rows();
  if (lost !== null && all.length && document.activeElement === document.body) focusRow(all[Math.min(lost, all.length - 1)]);
  else if (!currentRow()) makeCurrent(all[0]);
  lost = null;
}

export function moveInLists() {
  makeCurrent(currentRow() ?? rows()[0]);
  document.addEventListener("focusin", (event) => makeCurrent(event.target.closest?.("[data-list] [data-row]")));
  document.addEventListener("keydown", (event) => {
    if (keysAreOff() || isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!list() || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    if (key === "j" || key === "k") move(key === "j" ? 1 : -1);
    else if (key === "x") tick(currentRow(), event.shiftKey);
    else return;
    event.preventDefault();
  });
}
