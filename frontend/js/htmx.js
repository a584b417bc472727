/** What htmx needs besides itself: the CSRF token, the focus after a swap, and a word when the link is down. */
import { showErrors, startSaving, stopSaving } from "./forms.js";
import { refreshKeys } from "./keyboard.js";
import { rememberRow, restoreRow } from "./list.js";
import { showToasts } from "./toast.js";

/** Whether the answer is the page to sign in at, because the session has ended meanwhile: then nothing was saved. */
export const isSignIn = (xhr) => isSignInPage(xhr.responseURL);

export const isSignInPage = (address) => Boolean(address) && new URL(address).pathname.startsWith("/accounts/");

function saySignedOut() {
  document.getElementById("link-lost")?.remove();
  const banner = sayInFront("signed-out");
  if (!banner) return;
  banner.dataset.signedOut = "yes";
}

const sayLinkIsLost = () => sayInFront("lost-link");

function sayInFront(words) {
  const template = document.getElementById(words);
  if (!template) return null;
  const inFront = document.querySelector("dialog[open] .dialog-body");
  const place = inFront ?? document.getElementById("main");
  const standing = document.getElementById("link-lost");
  if (standing && place.contains(standing)) return null;
  // What stands behind an open dialog is seen by nobody: it comes to the front.
  const banner = standing ?? template.content.firstElementChild.cloneNode(true);
  banner.id = "link-lost";
  place.prepend(banner);
  return banner;
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
  // Of the form itself: a search in one of its fields neither sends nor frees it.
  body.addEventListener("htmx:beforeRequest", ({ detail: { elt, requestConfig } }) => {
    if (elt.matches("form:not([data-repeatable])") && elt.method !== "get") startSaving(elt, requestConfig.triggeringEvent?.submitter);
  });
  body.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt.matches("form")) stopSaving(event.detail.elt);
  });
  body.addEventListener("htmx:beforeOnLoad", (event) => {
    if (!isSignIn(event.detail.xhr)) return;
    event.preventDefault();
    saySignedOut();
  });
  body.addEventListener("htmx:sendError", sayLinkIsLost);
  body.addEventListener("htmx:responseError", sayLinkIsLost);
}
