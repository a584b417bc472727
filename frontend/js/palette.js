/** Find or do anything: Ctrl K or / opens it; the server answers with options, in groups. */
import Combobox from "@github/combobox-nav";

import { isTyping, keysAreOff } from "./keyboard.js";
import { word } from "./words.js";

export function openPalette() {
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const input = dialog.querySelector("input[name=q]");
  const results = document.getElementById("palette-results");
  const count = document.getElementById("palette-count");
  const combobox = new Combobox(input, results, { tabInsertsSuggestions: false, firstOptionSelectionMode: "selected" });

  function open(text = "") {
    if (dialog.open) return;
    input.value = text;
    dialog.showModal();
    input.focus();
    combobox.start();
    input.dispatchEvent(new CustomEvent(text ? "input" : "palette-open", { bubbles: true }));
  }

  dialog.addEventListener("close", () => combobox.stop());
  results.addEventListener("htmx:afterSwap", () => {
    const found = results.querySelectorAll('[role="option"]:not([aria-disabled])').length;
    count.textContent = word("results").replace("%s", String(found));
    combobox.resetSelection();
  });
  // Enter before an answer has come is an ordinary search.
  document.addEventListener("keydown", (event) => {
    const ctrlK = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
    const slash = event.key === "/" && !isTyping(event.target) && !keysAreOff();
    if (!(ctrlK || slash) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-palette], [data-palette-bar] input");
    if (!opener || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    open();
  });
  // Typed into the bar: go on in the palette with what is there.
  document.querySelector("[data-palette-bar] input")?.addEventListener("input", (event) => {
    const text = event.target.value;
    event.target.value = "";
    open(text);
  });
}
