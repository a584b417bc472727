/**
 * What one types in a `<form data-autosave="/where/to/">` is kept on the server at each pause and on leaving the page,
 * so that it is there again later, and on another device. While the server cannot be reached it stays in this tab (see
 * draft.js) and goes up when the line is back. `data-made` is when the page was made: a form that was saved since is not begun anew.
 * The tag `keeps_typing` in a form does the same, and brings back here what the server has kept.
 */
import { keepHere, keptHere, letGoHere, sentFromHere, settleSent } from "./draft.js";
import { isSignInPage } from "./htmx.js";

const PAUSE_MS = 1_200;
const AGAIN_MS = 5_000;
const FIELDS = "input[name]:not([type=hidden], [type=file], [type=radio], [type=checkbox]), textarea[name], input[type=radio]:checked, select[name]";

const FIELDS_AND_CHOICES = FIELDS.replace(":checked", "");
const OPENED = "input[name=opened]"; // what stood there when the page was opened

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

/** Its fields, also those that stand elsewhere on the page and name it. */
const fieldsOf = (form, which) => [...form.elements].filter((field) => field.matches(which));

function isChanged(field) {
  if (field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.tagName !== "SELECT") return field.value !== field.defaultValue;
  return field.selectedIndex !== Math.max([...field.options].findIndex((option) => option.defaultSelected), 0);
}

function valuesOf(form) {
  const pairs = (fields) => Object.fromEntries(fields.map((field) => [field.name, field.value]));
  const fields = fieldsOf(form, FIELDS);
  // With errors a page holds what was sent; else it holds what stands, and only what differs from that is typed.
  if (!form.querySelector("[data-typed]") || document.querySelector(".field-error")) return pairs(fields);
  const changed = fields.filter(isChanged);
  return pairs(changed.length ? [...changed, ...fieldsOf(form, OPENED)] : []);
}

/** The page to sign in at, or a refusal because somebody signed in anew since this page was made. */
const isSignedOut = (answer) => answer.status === 403 || isSignInPage(answer.url);

/** One form and the line to the server: one request at a time, the last words win. */
function watch(form) {
  const url = form.dataset.autosave;
  const said = form.querySelector("[data-draft-said]");
  let timer = 0;
  let sending = null;
  let isSaved = false;
  let isNew = false; // something is typed that the server has not got
  const say = (text) => { if (said && said.textContent !== text) said.textContent = text; };
  const later = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(send, ms);
  };

  async function send({ leaving = false } = {}) {
    clearTimeout(timer);
    if (isSaved || (sending && !leaving)) return;
    const values = valuesOf(form);
    const body = new URLSearchParams({ ...values, since: form.dataset.made });
    keepHere(url, values);
    sending = new AbortController();
    try {
      const answer = await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token() }, keepalive: leaving && body.toString().length < 60_000, signal: sending.signal });
      if (answer.status === 413) return say((await answer.json()).said);
      if (isSignedOut(answer)) {
        say(said?.dataset.signedOut ?? "");
        return later(AGAIN_MS);
      }
      if (!answer.ok) throw new Error(String(answer.status));
      const { kept, now } = await answer.json();
      if (!kept && !isSaved) { // saved meanwhile in another tab: what is typed here since is new
        form.dataset.made = now;
        return later(0);
      }
      if (JSON.stringify(valuesOf(form)) === JSON.stringify(values)) {
        isNew = false;
        letGoHere(url);
        say(said?.dataset.kept ?? "");
      } else later(PAUSE_MS);
    } catch {
      if (isSaved || leaving) return;
      say(said?.dataset.offline ?? "");
      later(AGAIN_MS);
    } finally {
      sending = null;
    }
  }

  const typed = () => {
    isNew = true;
    later(PAUSE_MS);
  };
  for (const what of ["input", "change"]) document.addEventListener(what, (event) => event.target.form === form && typed());
  // Saved: what is still on its way must not come after it.
  form.addEventListener("submit", (event) => setTimeout(() => {
    if (event.defaultPrevented) return;
    isSaved = true;
    clearTimeout(timer);
    sending?.abort();
    if (isNew) sentFromHere(url, valuesOf(form));
    else letGoHere(url);
  }));
  window.addEventListener("pageshow", (event) => event.persisted && (isSaved = false));
  window.addEventListener("online", () => keptHere(url) && send());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && isNew) send({ leaving: true });
  });
  window.addEventListener("pagehide", () => isNew && send({ leaving: true }));
  bringBack(form, url, typed);
}

/** What the server has not got, from before a reload without a line. */
function bringBack(form, url, send) {
  const kept = keptHere(url);
  if (!kept || form.querySelector(".field-error")) return;
  let came = false;
  for (const field of fieldsOf(form, FIELDS)) {
    if (field.matches("[type=radio]") || !(field.name in kept) || field.value === kept[field.name]) continue;
    field.value = kept[field.name];
    came = true;
  }
  const opened = form.querySelector(OPENED);
  if (came && opened && kept.opened) opened.value = kept.opened; // a colleague may have changed it meanwhile
  if (came) send();
}

/** What somebody had begun in this form on whichever device, beside a way to throw it away. */
function bringBegun(form, place) {
  const said = place.querySelector("[data-begun]");
  if (!said || form.querySelector(".field-error")) return;
  const begun = JSON.parse(document.getElementById(said.dataset.begun).textContent);
  let came = false;
  for (const field of fieldsOf(form, FIELDS_AND_CHOICES)) {
    if (!(field.name in begun)) continue;
    if (field.type === "radio") {
      if (field.checked || field.value !== begun[field.name]) continue;
      field.checked = true;
    } else {
      if (field.value === begun[field.name]) continue;
      field.value = begun[field.name];
    }
    came = true;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  const opened = form.querySelector(OPENED);
  if (came && opened && begun.opened) opened.value = begun.opened; // compared with what stands there now when it is saved
  said.hidden = !came;
  said.querySelector("[data-drop-begun]").addEventListener("click", async () => {
    await fetch(place.dataset.typed, { method: "POST", body: new URLSearchParams({ drop: "yes" }), headers: { "X-CSRFToken": token() }, redirect: "manual" });
    location.reload();
  });
}

export function keepTyping() {
  settleSent();
  for (const place of document.querySelectorAll("[data-typed]")) {
    const form = place.closest("form");
    Object.assign(form.dataset, { autosave: place.dataset.typed, made: place.dataset.made });
    bringBegun(form, place);
  }
  document.querySelectorAll("form[data-autosave]").forEach(watch);
}
