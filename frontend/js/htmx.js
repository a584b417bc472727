/** What htmx needs besides itself: the CSRF token, the focus after a swap, and a word when the link is down. */
import { showErrors, stopSaving } from "./forms.js";
import { refreshKeys } from "./keyboard.js";
import { rememberRow, restoreRow } from "./list.js";
import { showToasts } from "./toast.js";

function sayLinkIsLost() {
  const template = document.getElementById("lost-link");
  if (!template) return;
  const inFront = document.querySelector("dialog[open] .dialog-body");
  const place = inFront ?? document.getElementById("main");
  const standing = document.getElementById("link-lost");
  if (standing && place.contains(standing)) return;
  // What stands behind an open dialog is seen by nobody: it comes to the front.
  const banner = standing ?? template.content.firstElementChild.cloneNode(true);
  banner.id = "link-lost";
  place.prepend(banner);
}

/** A panel that somebody opened before its words had come stays open. */
function keepOpen({ detail }) {
  if (!detail.target?.querySelector(":scope > details[open]")) return;
  detail.serverResponse = detail.serverResponse.replace("<details>", "<details open>");
}

export function connectHtmx() {
  const body = document.body;
  body.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector('meta[name="csrf-token"]');
    if (token) event.detail.headers["X-CSRFToken"] = token.content;
  });
  body.addEventListener("htmx:beforeSwap", rememberRow);
  body.addEventListener("htmx:beforeSwap", keepOpen);
  body.addEventListener("htmx:afterSettle", (event) => {
    document.getElementById("link-lost")?.remove();
    refreshKeys(event.target);
    refreshKeys(document.getElementById("toasts")); // a toast comes beside the fragment, with its Z
    showToasts();
    showErrors();
    restoreRow();
    event.target.querySelector?.("[data-focus]")?.focus();
  });
  body.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest("form");
    if (form) stopSaving(form);
  });
  body.addEventListener("htmx:sendError", sayLinkIsLost);
  body.addEventListener("htmx:responseError", sayLinkIsLost);
}
