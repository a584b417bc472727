/** No double submit: the button says "Saving" at the same width. A summary of errors takes the focus. */
import { word } from "./words.js";

const SENT_BY_HTMX = "[hx-post], [hx-put], [hx-patch], [hx-delete]";

export function startSaving(form, button) {
  form.dataset.sending = "yes";
  const words = button?.querySelector("[data-words]");
  if (!words) return;
  button.dataset.words = words.textContent;
  button.style.minWidth = `${Math.ceil(button.getBoundingClientRect().width)}px`;
  button.dataset.saving = "";
  button.setAttribute("aria-disabled", "true");
  words.textContent = word("saving");
}

export function stopSaving(form) {
  delete form.dataset.sending;
  for (const button of document.querySelectorAll("[data-saving]")) {
    if (button.form !== form) continue;
    button.querySelector("[data-words]").textContent = button.dataset.words;
    button.style.minWidth = "";
    button.removeAttribute("aria-disabled");
    delete button.dataset.saving;
    delete button.dataset.words;
  }
}

function focusFirst(selector) {
  const element = document.querySelector(selector);
  element?.focus();
  return Boolean(element);
}

const WRITABLE = ":is(input:not([type=hidden]), select, textarea):not(:disabled)";

/** Begin where the page says, `[data-autofocus]`: there or, of a form, in its first field, as Tab would. */
function beginAtMark() {
  const mark = document.querySelector("[data-autofocus]");
  const first = mark?.matches("form") ? mark.querySelector(WRITABLE) : mark;
  const chosen = first?.type === "radio" && mark.querySelector(`[name="${CSS.escape(first.name)}"]:checked`);
  const place = chosen || first;
  place?.focus();
  if (place?.matches("input:not([type=checkbox], [type=radio], [type=file])")) place.select();
}

/** After an act that says so, one begins at the heading of the page, not on nothing: a reader would start at the top. */
function beginAtHeading() {
  if (document.activeElement !== document.body || location.hash || document.querySelector("[autofocus]") || !document.querySelector("#toasts [data-toast]")) return;
  document.querySelector("main h1[tabindex]")?.focus({ preventScroll: true });
}

/** An address with "#place" takes the focus away again when the page has loaded: begin once more, unless someone is elsewhere. */
function beginAgainAtPlace() {
  if (!location.hash) return;
  window.addEventListener("load", () => requestAnimationFrame(() => {
    if (document.activeElement === document.body) beginAtMark();
  }));
}

/** A link to a form that is on this page already goes to its field: `<a data-focuses="note_text">`. */
function goToField(event) {
  const link = event.target.closest("a[data-focuses]");
  const field = link && document.getElementById(link.dataset.focuses);
  if (!field) return;
  event.preventDefault();
  // All of the place the link names comes into view: the label too, and the number to ring.
  field.focus({ preventScroll: true });
  (link.hash ? document.querySelector(link.hash) ?? field : field).scrollIntoView({ block: "nearest" });
}

/** Move to the error summary, and name the error in the title, as the server does for whole pages. */
export function showErrors() {
  if (!focusFirst(".error-summary")) return;
  const prefix = word("error");
  if (prefix && !document.title.startsWith(prefix)) document.title = `${prefix} ${document.title}`;
}

export function guardForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "get" || form.method === "dialog" || form.matches("[data-repeatable]")) return;
    if (form.dataset.sending) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    if (form.matches(SENT_BY_HTMX)) return; // told when its request begins, so that it cannot end before
    const button = event.submitter;
    // After the browser has collected the values: a disabled or renamed button would not be sent.
    setTimeout(() => event.defaultPrevented || startSaving(form, button));
  }, true);
  // Back from the next page, the form may be sent again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sending]").forEach(stopSaving);
  });
  // Ctrl Enter sends, saves, approves the form one is in.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const form = event.target.form ?? event.target.closest?.("form");
    if (!form || form.method === "get") return;
    event.preventDefault();
    form.requestSubmit(form.querySelector(".btn-primary:is(button)"));
  });
  document.addEventListener("click", goToField);
  beginAtMark();
  beginAgainAtPlace();
  showErrors();
  beginAtHeading();
}
