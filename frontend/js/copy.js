/** `data-copy="text"` on a button copies the text and says so. */
import { toast } from "./toast.js";
import { word } from "./words.js";

export function announceCopies() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch (error) {
      if (error.name !== "NotAllowedError") throw error;
      return; // the browser forbids it; the text is there to be selected
    }
    toast(word("copied"));
  });
}
