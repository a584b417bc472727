/**
 * Quick entry: `<a href data-entry>` opens its form in the dialog over the page, `data-entry-key="Alt+2"` by that key from
 * anywhere. While one types who it is, the people it may mean are listed: arrows and Enter choose, and link the message.
 */
import Combobox from "@github/combobox-nav";

import { clearDraftAtSignOut, dropDraft, keepDraft, readDraft, restoreDraft, timeSince } from "./draft.js";
import { isSignIn } from "./htmx.js";
import { toast } from "./toast.js";

const dialog = () => document.getElementById("entry");
const isMac = /Mac/.test(navigator.platform);

function focusForm(form) {
  (form.querySelector("[autofocus]") ?? form.querySelector("input:not([type=hidden]), textarea"))?.focus();
}

let isSwitching = false; // from one kind to another, with what has been typed

function load(link) {
  const url = new URL(link.href);
  const begun = readDraft();
  if (begun?.person && !url.searchParams.has("person")) url.searchParams.set("person", begun.person);
  window.htmx.ajax("GET", url.pathname + url.search, { target: "#entry-body", swap: "innerHTML" });
}

function open(event) {
  const link = event.target.closest?.("a[data-entry]");
  const place = dialog();
  if (!link || !place || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const form = place.querySelector(".entry-form");
  if (form) keepDraft(form);
  isSwitching = place.open;
  if (!place.open) place.showModal();
  load(link);
}

/** Alt and a digit, in a field too; on a Mac Control, where Alt and 3 writes #. */
function pressKindKey(event) {
  const held = isMac ? event.ctrlKey && !event.altKey : event.altKey && !event.ctrlKey;
  const digit = /^Digit(\d)$/.exec(event.code)?.[1];
  if (!held || !digit || event.metaKey || event.shiftKey) return;
  const other = document.querySelector("dialog[open]:not(#entry)");
  const link = other ? null : document.querySelector(`[data-entry-key="Alt+${digit}"]`);
  if (!link) return;
  event.preventDefault();
  link.click();
}

// --- who it is ---------------------------------------------------------------------------------------

function choose(form, option) {
  const name = form.querySelector("[name=from_name]");
  const chosen = form.querySelector("[data-chosen]");
  form.querySelector("[data-chosen-person]").value = option.dataset.person ?? "";
  const onCase = form.querySelector("[data-chosen-case]");
  if (onCase) onCase.value = option.dataset.case ?? "";
  const words = option.querySelector(".option-title, strong").parentElement.cloneNode(true);
  form.querySelector("[data-chosen-words]").replaceChildren(...words.childNodes);
  chosen.hidden = false;
  name.value = option.dataset.name;
  name.dataset.linked = name.value;
  next(form, name);
}

const isLinked = (form) => [...form.querySelectorAll("[data-chosen-person], [data-chosen-case]")].some((chosen) => chosen.value);

/** A body rings about a case, anybody else is a person: said otherwise, what was chosen is not meant, and is looked for anew. */
function findAnew(form, name) {
  let isStale = false;
  for (const choice of form.querySelectorAll("[name=rang]")) {
    choice.addEventListener("change", () => {
      if (isLinked(form)) unlink(form);
      isStale = true;
    });
  }
  name.addEventListener("focus", () => {
    if (isStale && name.value.trim()) window.htmx.trigger(name, "refind");
    isStale = false;
  });
}

function unlink(form) {
  for (const chosen of form.querySelectorAll("[data-chosen-person], [data-chosen-case]")) chosen.value = "";
  form.querySelector("[data-chosen]").hidden = true;
  form.querySelector("[data-chosen-words]").replaceChildren();
}

/** On to the field after the name: the text, on most forms. */
function next(form, name) {
  const fields = [...form.querySelectorAll("input:not([type=hidden]), textarea")].filter((field) => field.offsetParent && field.tabIndex >= 0);
  fields[fields.indexOf(name) + 1]?.focus();
}

function findPeople(form) {
  const name = form.querySelector("[name=from_name]");
  const list = form.querySelector("#entry-people");
  const count = form.querySelector("[data-people-count]");
  const combobox = new Combobox(name, list, { tabInsertsSuggestions: false });
  const hide = () => {
    if (list.hidden) return;
    list.hidden = true;
    combobox.stop();
  };
  list.addEventListener("htmx:afterSwap", () => {
    const found = list.querySelectorAll('[role="option"]').length;
    const isNobody = Boolean(list.querySelector("[data-nobody]"));
    count.textContent = found ? count.dataset.some.replace("%s", String(found)) : isNobody ? count.dataset.none : "";
    count.classList.toggle("vh", !isNobody); // how many there are one sees in the list
    const shown = found > 0 && document.activeElement === name;
    if (!shown) return hide();
    list.hidden = false;
    combobox.stop();
    combobox.start();
  });
  list.addEventListener("combobox-commit", (event) => {
    choose(form, event.target);
    hide();
    keepDraft(form);
  });
  name.addEventListener("input", () => {
    // Another name is another person, until they are chosen again.
    if (isLinked(form) && name.value !== name.dataset.linked) unlink(form);
  });
  // Enter with nothing chosen goes on instead of sending half a form; with something chosen the list has its turn.
  name.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      hide();
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && !event.defaultPrevented) {
      event.preventDefault();
      if (list.querySelector('[aria-selected="true"]') && !list.hidden) return;
      next(form, name);
    }
  });
  name.addEventListener("blur", () => setTimeout(() => document.activeElement !== name && hide(), 150));
  form.querySelector("[data-unlink]").addEventListener("click", (event) => {
    event.preventDefault();
    unlink(form);
    name.focus();
    name.select();
    keepDraft(form);
  });
  name.dataset.linked = isLinked(form) ? name.value : "";
  findAnew(form, name);
}

// --- the clock, the camera ----------------------------------------------------------------------------

function runClock() {
  for (const clock of document.querySelectorAll("[data-since]")) {
    const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(clock.dataset.since)) / 1000));
    clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
}

/** A page photographed joins those that were chosen, in their order. */
function takePhotographs(form) {
  const camera = form.querySelector("[data-camera]");
  const files = form.querySelector("[name=scans]");
  if (!camera || !files) return;
  const count = form.querySelector("[data-files-count]");
  const say = () => { count.textContent = files.files.length > 1 ? count.dataset.some.replace("%s", String(files.files.length)) : ""; };
  camera.addEventListener("change", () => {
    const all = new DataTransfer();
    for (const file of [...files.files, ...camera.files]) all.items.add(file);
    files.files = all.files;
    camera.value = "";
    say();
  });
  files.addEventListener("change", say);
}

/** Ctrl Shift Enter: saved, and on to the next of a pile. */
function pressNext(event) {
  if (event.key !== "Enter" || !event.shiftKey || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  event.stopPropagation();
  event.currentTarget.querySelector("[name=next]").click();
}

/** A form that came back with an error brings no files with it: those chosen before go into it. */
let chosenFiles = null;

function begin(form) {
  if (form.dataset.begun) return;
  form.dataset.begun = "yes";
  const files = form.querySelector("[name=scans]");
  if (files && chosenFiles?.length && form.querySelector(".field-error")) files.files = chosenFiles;
  chosenFiles = null;
  findPeople(form);
  takePhotographs(form);
  const opened = form.querySelector("[name=opened_at]")?.value;
  const key = form.querySelector("[name=sent_key]").value;
  restoreDraft(form);
  if (isSwitching) form.querySelector("[data-draft-back]").hidden = true;
  form.addEventListener("input", () => keepDraft(form));
  form.addEventListener("change", () => keepDraft(form));
  form.addEventListener("keydown", pressNext);
  form.querySelector("[data-draft-drop]").addEventListener("click", () => {
    dropDraft();
    timeSince(form, opened);
    form.querySelector("[name=sent_key]").value = key;
    for (const field of form.querySelectorAll("input:not([type=hidden]), textarea, select")) {
      if (field.matches("[type=radio], [type=checkbox]")) field.checked = field.defaultChecked;
      else field.value = field.defaultValue ?? "";
    }
    unlink(form);
    form.querySelector("[data-draft-back]").hidden = true;
    focusForm(form);
  });
}

function beginAll() {
  document.querySelectorAll(".entry-form").forEach(begin);
  runClock();
}

/** Escape or a click beside it: one is told that what was begun is not gone. */
function sayKept(event) {
  const form = event.target.querySelector(".entry-form");
  if (!form) return;
  keepDraft(form);
  if (readDraft()) toast(event.target.dataset.kept);
}

export function quickEntry() {
  beginAll();
  dialog()?.addEventListener("close", sayKept);
  clearDraftAtSignOut();
  document.addEventListener("click", open);
  document.addEventListener("keydown", pressKindKey);
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt;
    if (form.matches(".entry-form")) chosenFiles = form.querySelector("[name=scans]")?.files ?? null;
  });
  // Saved: the answer leads to the message, or is a fresh form.
  document.body.addEventListener("htmx:beforeOnLoad", (event) => {
    const { elt, xhr } = event.detail;
    if (!elt.matches(".entry-form") || xhr.status >= 300 || isSignIn(xhr)) return;
    elt.dataset.saved = "yes"; // a field that only now says it has changed begins nothing anew
    dropDraft();
  });
  document.body.addEventListener("htmx:load", beginAll);
  setInterval(runClock, 1_000);
}
