/** On a phone what narrows a list, `<details data-fold open>`, begins folded. Without scripts it stays open. */
const PHONE = "(max-width: 47.5em)";

export function foldOnPhones() {
  if (!window.matchMedia(PHONE).matches) return;
  for (const part of document.querySelectorAll("details[data-fold]")) part.open = false;
}
