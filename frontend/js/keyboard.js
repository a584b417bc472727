/**
 * Shortcuts are read from the page: `data-hotkey="c"`, `data-hotkey="g i"`, `data-hotkey="Mod+Enter"`.
 * A later element wins over an earlier one, so a page may take a key the frame has. Single keys never fire while one
 * types, and not at all where the settings say so (WCAG 2.1.4): `<body data-keys="off">`.
 */
import { install, uninstall } from "@github/hotkey";

import { currentRow } from "./list.js";

const FIELDS = "input:not([type=checkbox], [type=radio], [type=submit], [type=button]), textarea, select, [contenteditable=true]";

const LEAVING_MS = 1_000;

export const keysAreOff = () => document.body.dataset.keys === "off";
export const isTyping = (target) => Boolean(target.closest?.(FIELDS));
const inDialog = () => document.querySelector("dialog[open]");

/** Without a modifier: the keys a person may switch off. */
const isSingle = (keys) => !/Mod|Control|Alt|Meta|Escape/.test(keys);

/** `?` and `#` need Shift on some keyboards and not on others. */
function spellings(keys) {
  return /^[^\w\s]$/.test(keys) ? `${keys},Shift+${keys}` : keys;
}

export function refreshKeys(root) {
  for (const element of root.querySelectorAll?.("[data-hotkey]") ?? []) {
    const keys = element.dataset.hotkey;
    if (!keys || element.closest("[data-row]") || (keysAreOff() && isSingle(keys))) continue;
    uninstall(element);
    install(element, spellings(keys));
    element.setAttribute("aria-keyshortcuts", keys.replace("Mod", "Control"));
  }
}

/** A key of the row one is on: `<button data-row-key="e">`. */
function pressRowKey(event) {
  if (keysAreOff() || isTyping(event.target) || inDialog() || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.toLowerCase();
  const button = currentRow()?.querySelector(`[data-row-key="${CSS.escape(key)}"]`);
  if (!button) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  button.click();
}

/** F6 and Shift F6 go round the regions of the window. */
function moveBetweenRegions(event) {
  if (event.key !== "F6" || inDialog()) return;
  const regions = [...document.querySelectorAll("header.bar, nav.rail, #main, #main .column, #main aside, [data-region]")].filter(
    (region) => region.offsetParent !== null || region.matches(".bar, .rail"),
  );
  const at = regions.findLastIndex((region) => region.contains(document.activeElement));
  const next = regions.at((at + (event.shiftKey ? -1 : 1) + regions.length) % regions.length);
  if (!next) return;
  event.preventDefault();
  if (!next.hasAttribute("tabindex")) next.tabIndex = -1;
  next.focus();
}

function nameOf(element) {
  const own = element.getAttribute("aria-label") ?? element.querySelector(".rail-label, [data-words]")?.textContent;
  if (own) return own.trim();
  const copy = element.cloneNode(true);
  copy.querySelectorAll("kbd, .vh, .rail-count").forEach((part) => part.remove());
  return (copy.textContent || element.placeholder || "").trim();
}

function caps(keys) {
  return keys.split(/[\s+]+/).map((part) => {
    const cap = document.createElement("kbd");
    cap.className = "key";
    cap.textContent = { mod: "Ctrl", enter: "↵", escape: "Esc" }[part.toLowerCase()] ?? (part.length === 1 ? part.toUpperCase() : part);
    return cap;
  });
}

function section(title, pairs) {
  const part = document.createElement("section");
  part.append(Object.assign(document.createElement("h3"), { textContent: title }));
  const list = document.createElement("dl");
  for (const [keys, name] of pairs) {
    const term = document.createElement("dt");
    term.append(...caps(keys));
    list.append(term, Object.assign(document.createElement("dd"), { textContent: name }));
  }
  part.append(list);
  return part;
}

/** The list behind `?` is read from the page, so it cannot be wrong. */
function listKeys(place) {
  const seen = new Map();
  for (const element of document.querySelectorAll("[data-hotkey]")) {
    if (!(keysAreOff() && isSingle(element.dataset.hotkey))) seen.set(element.dataset.hotkey, nameOf(element));
  }
  const words = place.dataset;
  const undo = keysAreOff() ? [] : [["Z", words.undo]]; // its button is on the page only while there is something to undo
  const everywhere = [...seen].filter(([keys]) => keys.startsWith("g "));
  const here = [["Mod+K", words.find], ...[...seen].filter(([keys]) => keys !== "z" && !keys.startsWith("g ")), ...undo, ["F6", words.region]];
  const parts = [section(words.titlePage, here), section(words.titleMove, everywhere)];
  if (!keysAreOff() && document.querySelector("[data-for-ticked]")) {
    const forTicked = [...document.querySelectorAll("[data-for-ticked]")].map((button) => [button.dataset.forTicked, nameOf(button)]);
    parts.push(section(words.titleTicked, [["X", words.tick], ["Shift+X", words.tickTo], ...forTicked, ["Escape", words.untick]]));
  }
  const kinds = new Map([...document.querySelectorAll("[data-entry-key]")].map((link) => [link.dataset.entryKey, link.dataset.entryAct]));
  if (kinds.size) parts.push(section(words.titleEntry, [...kinds]));
  if (!keysAreOff() && document.querySelector("[data-list]")) {
    const rowKeys = [...(currentRow()?.querySelectorAll("[data-row-key]") ?? [])].map((button) => [button.dataset.rowKey, nameOf(button)]);
    const select = document.querySelector("[data-list] input[type=checkbox]") ? [["X", words.select]] : [];
    parts.push(section(words.titleRow, [["J", words.next], ["K", words.previous], ...select, ...rowKeys]));
  }
  place.replaceChildren(...parts);
  place.className = "keys-dialog keys-columns";
}

export function installKeys() {
  refreshKeys(document);
  document.addEventListener("keydown", pressRowKey, true);
  document.addEventListener("keydown", moveBetweenRegions);
  // A dialog in front: the keys of the page behind it rest, all but those inside it.
  document.addEventListener("hotkey-fire", (event) => {
    const dialog = inDialog();
    if (dialog && !dialog.contains(event.target)) event.preventDefault();
  }, true);
  // Once a key leads to another page, what is typed meanwhile is meant for that page, not for the keys of this one.
  let leavingUntil = 0;
  document.addEventListener("hotkey-fire", (event) => {
    if (event.defaultPrevented) return;
    if (event.timeStamp < leavingUntil) event.preventDefault();
    else if (event.target.matches("[data-entry]") && document.getElementById("entry")) return;
    else if (event.target.matches("a[href]:not([data-dialog], [data-palette], [data-focuses], [hx-get])")) leavingUntil = event.timeStamp + LEAVING_MS;
  }, true);
  document.addEventListener("click", (event) => {
    const place = event.target.closest('[data-dialog="keys"]') && document.querySelector("[data-keys-list]");
    if (place) listKeys(place);
  }, true);
}

