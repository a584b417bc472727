/** Who else has the case open: `<span data-presence="/where/">` asks every fifteen seconds while the page is looked at. */
import { isSignInPage } from "./htmx.js";

const EVERY_MS = 15_000;

async function ask(place) {
  if (document.visibilityState === "hidden") return;
  const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
  try {
    const answer = await fetch(place.dataset.presence, { method: "POST", headers: { "X-CSRFToken": token } });
    if (!answer.ok || isSignInPage(answer.url)) return;
    const html = (await answer.text()).trim();
    // Only what is new is said: a live region repeats whatever is put into it.
    if (html !== (place.dataset.said ?? "")) place.innerHTML = html;
    place.dataset.said = html;
  } catch {
    // Without a line nobody is known to be here; the next time may tell.
  }
}

export function sayWhoIsHere() {
  const place = document.querySelector("[data-presence]");
  if (!place) return;
  // The page says it already: what is the same is not said again.
  place.dataset.said = place.innerHTML.trim();
  ask(place);
  setInterval(() => ask(place), EVERY_MS);
  document.addEventListener("visibilitychange", () => ask(place));
}
