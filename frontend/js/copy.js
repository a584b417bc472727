/** `data-copy="text"` on a button copies the text and says so; `data-copy-now` does when it arrives by htmx. */
import { toast } from "./toast.js";
import { word } from "./words.js";

export function announceCopies() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) await copy(button.dataset.copy);
  });
  document.body.addEventListener("htmx:afterSettle", async (event) => {
    const shown = event.target.querySelector("[data-copy-now]");
    if (shown) await copy(shown.dataset.copyNow);
  });
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch (error) {
    if (error.name !== "NotAllowedError") throw error;
    return; // the browser forbids it; the text is there to be selected
  }
  toast(word("copied"));
}
