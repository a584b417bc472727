/**
 * What one has begun to write down stays in this tab until it is saved, dropped or one signs out: Escape, a reload or a
 * page left by mistake lose nothing, not even since when a call is timed. `<form data-draft>`; the tab's own storage, for one person, for twelve hours.
 */
const KEY = "oc-entry";
const STAYS_MS = 12 * 60 * 60 * 1000;
const KEPT = "input[name]:not([type=hidden], [type=file]), textarea[name], select[name]";
const TIMED = "[name=opened_at]"; // hidden, and kept all the same
const SENT_KEY = "[name=sent_key]"; // so is this: sent again from a form opened anew, it is still the same entry
const PLAIN = ":not([type=radio], [type=checkbox])";

const who = () => document.getElementById("entry")?.dataset.who ?? document.querySelector("[data-draft-who]")?.dataset.draftWho ?? "";

/** The draft of whoever is signed in, or null. That of anybody else is thrown away. */
export function readDraft() {
  let draft = null;
  try {
    draft = JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    // Not ours: as if there were none.
  }
  if (!draft || !who()) return null;
  if (draft.who === who() && Date.now() - draft.at < STAYS_MS) return draft;
  dropDraft();
  return null;
}

export function dropDraft() {
  sessionStorage.removeItem(KEY);
}

export function keepDraft(form) {
  if (form.dataset.saved) return;
  const values = { ...readDraft()?.values };
  for (const field of form.querySelectorAll(KEPT)) {
    if (field.matches(PLAIN)) values[field.name] = field.value;
    else if (field.type === "checkbox") values[field.name] = field.checked;
    else if (field.checked) values[field.name] = field.value;
  }
  const typed = [...form.querySelectorAll(KEPT)].some((field) => field.matches(PLAIN) && field.value.trim() && field.value !== field.defaultValue);
  const person = form.querySelector("[data-chosen-person]")?.value ?? "";
  if (!typed && !person) return;
  const opened = form.querySelector(TIMED);
  if (opened) values.opened_at = opened.value;
  const key = form.querySelector(SENT_KEY);
  if (key) values.sent_key = key.value;
  sessionStorage.setItem(KEY, JSON.stringify({ who: who(), at: Date.now(), person, values }));
}

/** Put what was begun into a fresh form: only where nothing stands yet, and never beside another person. */
export function restoreDraft(form) {
  const draft = readDraft();
  const person = form.querySelector("[data-chosen-person]")?.value ?? "";
  if (!draft || form.querySelector(".field-error") || (person && person !== draft.person)) return;
  let restored = false;
  for (const field of form.querySelectorAll(KEPT)) {
    const value = draft.values[field.name];
    if (value === undefined || value === "") continue;
    if (!field.matches(PLAIN)) field.checked = field.type === "checkbox" ? value : field.value === value;
    else if (field.value === field.defaultValue && field.value !== value) {
      field.value = value;
      restored = true;
    }
  }
  if (draft.values.opened_at) timeSince(form, draft.values.opened_at);
  const key = form.querySelector(SENT_KEY);
  if (key && draft.values.sent_key) key.value = draft.values.sent_key;
  const note = form.querySelector("[data-draft-back]");
  if (note) note.hidden = !restored;
}

/** Since when the form has been open, and what its clock counts from. */
export function timeSince(form, opened) {
  const field = form.querySelector(TIMED);
  if (!field) return;
  field.value = opened;
  form.querySelector("[data-since]").dataset.since = opened;
}

/** What the server could not be given yet, by the address it goes to; of this person only, and for as long as a draft. */
const WAITING = "oc-waiting";

function waiting() {
  try {
    const all = JSON.parse(sessionStorage.getItem(WAITING));
    return all?.who === who() ? all : null;
  } catch {
    return null;
  }
}

export function keepHere(url, values) {
  const all = waiting() ?? { who: who(), forms: {} };
  all.forms[url] = { at: Date.now(), values };
  try {
    sessionStorage.setItem(WAITING, JSON.stringify(all));
  } catch {
    // Longer than a tab may keep: it stands on the page.
  }
}

export function keptHere(url) {
  const kept = waiting()?.forms[url];
  return kept && Date.now() - kept.at < STAYS_MS ? kept.values : null;
}

/** It was sent, and nobody knows yet whether it was saved: the page that comes next says so. */
export function sentFromHere(url, values) {
  keepHere(url, values);
  const all = waiting();
  if (!all) return;
  all.forms[url].sent = true;
  sessionStorage.setItem(WAITING, JSON.stringify(all));
}

/** The page that comes next lets go of what was sent, unless one had to sign in first: then it was not saved. */
export function settleSent() {
  const all = waiting();
  const cameFrom = document.referrer ? new URL(document.referrer) : null;
  if (!all || (cameFrom?.origin === location.origin && cameFrom.pathname.startsWith("/accounts/"))) return;
  for (const url of Object.keys(all.forms).filter((each) => all.forms[each].sent)) letGoHere(url);
}

export function letGoHere(url) {
  const all = waiting();
  if (!all) return;
  delete all.forms[url];
  sessionStorage.setItem(WAITING, JSON.stringify(all));
}

export function clearDraftAtSignOut() {
  document.addEventListener("submit", (event) => {
    if (!event.target.action.includes("/logout")) return;
    dropDraft();
    sessionStorage.removeItem(WAITING);
  }, true);
}
