/**
 * The public form, a little better than without this file: what is typed stays on the device through a lost connection,
 * sending tries again by itself, files show their progress. Everything also works when this never arrives.
 */
const STORE = "oc-write";
const KEPT_MS = 72 * 60 * 60 * 1000; // as long as the office keeps a draft: others may use this device
const root = document.documentElement;
root.classList.add("js");

const main = () => document.getElementById("main");
const form = () => document.getElementById("answers");
const word = (name) => document.getElementById("words").dataset[name] ?? "";

/** What is kept on this device: { key, at, answers: { step: { field: text } } }. Storage may be full, or forbidden. */
function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(STORE) ?? "null");
    if (!found) return null;
    if (typeof found.answers === "object" && Date.now() - found.at < KEPT_MS) return found;
  } catch {
    return null;
  }
  forget();
  return null;
}
function keep(state) {
  try {
    localStorage.setItem(STORE, JSON.stringify(state));
  } catch {
    /* The office's computer has what was sent page by page. */
  }
}
function forget() {
  try {
    localStorage.removeItem(STORE);
  } catch {
    /* Nothing was kept. */
  }
}

function say(text) {
  const place = document.getElementById("status");
  if (!place) return;
  place.textContent = text;
  place.hidden = !text;
}

const HIDDEN = new Set(["key", "page_language", "carried", "website"]);

/** The answers on this page, without files. */
function typed() {
  const found = {};
  for (const [name, value] of new FormData(form())) {
    if (typeof value === "string" && !HIDDEN.has(name)) found[name] = value;
  }
  return found;
}

function keepTyped() {
  const step = main().dataset.page;
  const fields = form().elements;
  if (step === "check" || step === "files") return;
  const state = kept() ?? { answers: {} };
  const server = fields.carried.value ? JSON.parse(fields.carried.value) : {};
  keep({ key: fields.key.value, at: Date.now(), answers: { ...state.answers, ...server, [step]: typed() } });
}

/** Fill this page from what is kept here, where the page came empty. */
function putBack() {
  const state = kept();
  if (!state || !form()) return;
  const fields = form().elements;
  if (form().dataset.fresh === "yes") {
    // The office has no draft any more, or never had: bring all of it along with the next page.
    fields.key.value = state.key ?? fields.key.value;
    fields.carried.value = JSON.stringify(state.answers);
  } else if (state.key !== fields.key.value) {
    forget(); // another message has been begun
    return;
  }
  let changed = false;
  for (const [name, value] of Object.entries(state.answers[main().dataset.page] ?? {})) {
    const field = fields[name];
    if (!field || HIDDEN.has(name)) continue;
    if (field instanceof RadioNodeList) {
      if (!field.value && value) changed = Boolean((field.value = value));
    } else if (field.type === "checkbox") {
      if (!field.checked && value) changed = field.checked = true;
    } else if (field.type !== "file" && !field.value && value) {
      field.value = value;
      changed = true;
    }
  }
  if (changed) say(word("restored"));
}

/** Show an answer of the server that is a page, not a way to one. */
function show(html, address) {
  const page = new DOMParser().parseFromString(html, "text/html");
  if (!page.getElementById("main")) return false;
  root.lang = page.documentElement.lang;
  document.title = page.title;
  for (const selector of ["header.top", "#main", "#words"]) {
    document.querySelector(selector).replaceWith(document.adoptNode(page.querySelector(selector)));
  }
  if (address !== location.pathname) history.pushState(null, "", address);
  arrive();
  (document.getElementById("errors") ?? main()).focus();
  window.scrollTo(0, 0);
  return true;
}

let underWay = false;
let waiting = null; // the button to press again when the connection is back

function start(button) {
  underWay = true;
  say("");
  if (!button?.classList.contains("btn")) return;
  button.dataset.sending = button.textContent;
  button.textContent = word("sending");
}
function stop(button) {
  underWay = false;
  if (button?.dataset.sending === undefined) return;
  button.textContent = button.dataset.sending;
  delete button.dataset.sending;
}

function failed(button) {
  stop(button);
  waiting = button;
  const progress = document.getElementById("progress");
  if (progress) progress.hidden = true;
  say(word(navigator.onLine ? "trouble" : "offline"));
  document.getElementById("status")?.scrollIntoView({ block: "nearest" });
}

function progressOf(event) {
  const progress = document.getElementById("progress");
  if (!progress || !event.lengthComputable || event.total < 200_000) return;
  progress.hidden = false;
  progress.value = Math.round((100 * event.loaded) / event.total);
}

function send(button) {
  if (underWay) return;
  if (button?.name !== "clear") keepTyped();
  waiting = null;
  const data = new FormData(form(), button);
  const request = new XMLHttpRequest();
  request.open("POST", form().getAttribute("action"));
  request.upload.addEventListener("progress", progressOf);
  request.addEventListener("error", () => failed(button));
  request.addEventListener("abort", () => failed(button));
  request.addEventListener("load", () => {
    // Where it was redirected the answer is the next page already; its address is how one comes back to it.
    if (request.status === 413 && !request.responseText.includes('id="main"')) return tooLarge(button);
    underWay = false;
    const moved = new URL(request.responseURL).pathname;
    if (request.status >= 500 || !show(request.responseText, moved)) failed(button);
  });
  start(button);
  request.send(data);
}

function tooLarge(button) {
  failed(button);
  waiting = null;
  say(word("toolarge"));
}

/** What every page does when it has come. */
function arrive() {
  underWay = false;
  const page = main().dataset.page;
  if (page === "sent" || page === "cleared") forget();
  putBack();
  document.getElementById("errors")?.focus();
}

document.addEventListener("input", (event) => {
  if (event.target.form === form()) keepTyped();
});
document.addEventListener("submit", (event) => {
  if (event.target !== form()) return;
  event.preventDefault();
  if (event.submitter?.name === "clear") forget();
  send(event.submitter);
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
// Back and forward fetch the page they go to: the office has its answers.
window.addEventListener("popstate", () => location.reload());
window.addEventListener("online", () => {
  if (waiting?.isConnected) send(waiting);
});
arrive();
