import { bringInFiles } from "../js/bring_in.js";
import { isTyping, keysAreOff } from "../js/keyboard.js";

/** The list of the inbox is drawn anew with each message: bring the open one into sight. */
document.querySelector(".letterbox [data-current]")?.scrollIntoView({ block: "center" });
bringInFiles();

/**
 * Which messages are ticked stays in this tab while one goes through them, as numbers and nothing else. X ticks the
 * open one, Shift X from the one ticked last to it; then the keys of the decisions are for all that is ticked.
 */
const KEPT = "oc-inbox-ticked";
const form = document.getElementById("selection");
const boxes = () => [...document.querySelectorAll(".row-tick")];

function kept() {
  try {
    const found = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
    return { ticked: new Set(found.ticked ?? []), last: found.last ?? null };
  } catch {
    return { ticked: new Set(), last: null };
  }
}

function keep({ ticked, last }) {
  if (ticked.size) sessionStorage.setItem(KEPT, JSON.stringify({ ticked: [...ticked], last }));
  else sessionStorage.removeItem(KEPT);
  show(ticked);
}

function show(ticked) {
  for (const box of boxes()) box.checked = ticked.has(box.value);
  form?.toggleAttribute("data-some", ticked.size > 0);
  const words = form?.querySelector("[data-ticked]");
  if (words) {
    words.dataset.words ??= words.textContent;
    words.textContent = `${words.dataset.words} ${ticked.size}`;
  }
}

function tick(box, wholeRange) {
  const state = kept();
  const all = boxes();
  const at = all.indexOf(box);
  const from = wholeRange ? all.findIndex((each) => each.value === state.last) : at;
  const [first, last] = [from < 0 ? at : from, at].sort((one, other) => one - other);
  const wanted = wholeRange || !state.ticked.has(box.value);
  for (const each of all.slice(first, last + 1)) {
    if (wanted) state.ticked.add(each.value);
    else state.ticked.delete(each.value);
  }
  keep({ ticked: state.ticked, last: box.value });
}

/** While the next message is on its way, what is typed is meant for that one: it must not tick or untick this. */
const LEAVING_MS = 1_000;
let leavingUntil = 0;
window.addEventListener("beforeunload", () => (leavingUntil = performance.now() + LEAVING_MS));

function pressForTicked(event) {
  if (performance.now() < leavingUntil) return;
  if (keysAreOff() || isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open], details[data-menu][open]")) return;
  const key = event.key.toLowerCase();
  const box = document.querySelector(".letterbox [data-current] .row-tick");
  if (key === "x" && box) tick(box, event.shiftKey);
  else if (kept().ticked.size && key === "escape") keep({ ticked: new Set(), last: null });
  else if (kept().ticked.size && /^[a-z]$/.test(key) && form?.querySelector(`[data-for-ticked="${key}"]`)) {
    form.querySelector(`[data-for-ticked="${key}"]`).click();
  } else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

if (form) {
  show(kept().ticked);
  document.addEventListener("click", (event) => {
    if (!event.target.matches(".row-tick")) return;
    event.target.checked = !event.target.checked; // `tick` says how it stands
    tick(event.target, event.shiftKey);
  });
  document.addEventListener("keydown", pressForTicked, true);
  form.querySelector("[data-untick]")?.addEventListener("click", () => keep({ ticked: new Set(), last: null }));
  form.addEventListener("submit", () => {
    const add = (name, value) => form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    form.querySelectorAll("input[type=hidden]").forEach((input) => input.remove()); // of an earlier press
    const { ticked } = kept();
    const here = new Set(boxes().map((box) => box.value));
    const elsewhere = [...ticked].filter((number) => !here.has(number));
    // What one act cannot take stays ticked, and the next page says how many.
    const room = Number(form.dataset.most) - (ticked.size - elsewhere.length);
    for (const number of elsewhere.slice(0, Math.max(room, 0))) add("message", number);
    if (ticked.size > Number(form.dataset.most)) add("ticked", ticked.size);
  });
}
document.addEventListener("submit", (event) => {
  const ends = event.target.dataset.endsSelection;
  if (ends) {
    const left = kept();
    for (const number of ends.split(" ")) left.ticked.delete(number);
    keep(left);
  } else if (ends === "" || event.target.action.includes("/logout")) sessionStorage.removeItem(KEPT);
}, true);
