/** Toasts stay 20 seconds, longer under the pointer or the focus, and until dismissed when they tell of an error. */
const STAY_MS = 20_000;

const started = new WeakSet();

function letGo(element) {
  const focusWasInside = element.contains(document.activeElement);
  element.remove();
  if (focusWasInside) document.getElementById("main")?.focus();
}

function start(element) {
  if (started.has(element)) return;
  started.add(element);
  element.querySelector("[data-toast-close]")?.addEventListener("click", () => letGo(element));
  if (element.hasAttribute("data-stays")) return;
  let timer = 0;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => letGo(element), STAY_MS);
  };
  const pause = () => clearTimeout(timer);
  for (const name of ["pointerenter", "focusin"]) element.addEventListener(name, pause);
  for (const name of ["pointerleave", "focusout"]) element.addEventListener(name, wait);
  wait();
}

export function showToasts() {
  for (const element of document.querySelectorAll("#toasts [data-toast]")) {
    if (started.has(element)) continue;
    start(element);
    // A live region tells of what changes in it after it was there: say again what the page came with.
    const words = element.querySelector("[data-words]");
    if (!words) continue;
    // The nodes themselves, so that a link in the words stays a link.
    const nodes = [...words.childNodes];
    words.replaceChildren();
    setTimeout(() => words.replaceChildren(...nodes), 100);
  }
}

/** Say one thing that needs no answer. */
export function toast(text) {
  const element = document.createElement("div");
  element.className = "toast";
  element.dataset.toast = "";
  element.append(Object.assign(document.createElement("span"), { textContent: text }));
  const place = document.getElementById("toasts");
  place.append(element);
  started.add(element);
  setTimeout(() => letGo(element), 4_000);
}
