/** Reading a draft: words that are marked are what a comment is about; M opens its field. */
const place = document.querySelector("[data-comment]");
const paper = document.querySelector(".paper .letter-text");
const LONGEST = 200;

if (place && paper) {
  const quote = place.querySelector("input[name=quote]");
  const shown = place.querySelector("[data-quote]");
  const words = place.querySelector("[data-quote-words]");
  const places = place.querySelector("[data-places]");

  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    if (!selection.rangeCount || !paper.contains(selection.anchorNode) || !paper.contains(selection.focusNode)) return;
    const marked = selection.toString().split("\n")[0].trim().slice(0, LONGEST);
    quote.value = marked;
    words.textContent = marked;
    shown.hidden = !marked;
    places.hidden = Boolean(marked);
  });
  place.addEventListener("toggle", () => place.open && place.querySelector("textarea").focus());
}
