/**
 * A `<details data-menu>` closes on Escape, on a click elsewhere and when the focus leaves it. In one that is
 * `[data-initials]`, typing the first letters of an item presses it; the keys of the page rest meanwhile, but for
 * those of items in it (`data-hotkey`). Where a first letter is both, the item with the key is taken up, and pressed by Enter.
 */
const BETWEEN_LETTERS_MS = 1_000;
let typed = "";
let typedAt = 0;

function pressByInitials(event) {
  const menu = document.querySelector("details[data-menu][data-initials][open]");
  // Open is enough: the focus goes into it a moment later, and who types fast is there before it.
  if (!menu || event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === " " || event.target.closest("input, textarea, select")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  typed = event.timeStamp - typedAt < BETWEEN_LETTERS_MS ? typed + event.key : event.key;
  typedAt = event.timeStamp;
  const items = [...menu.querySelectorAll("[data-initial]")];
  const found = items.filter((item) => item.textContent.trim().toLowerCase().startsWith(typed.toLowerCase()));
  const own = typed.length === 1 && menu.querySelector(`.menu-items [data-hotkey="${CSS.escape(typed.toLowerCase())}"]`);
  if (own && found.length) own.focus();
  else if (own) own.click();
  else if (found.length === 1) found[0].click();
  else found[0]?.focus();
}

export function closeMenus() {
  const closeOthers = (target) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(target)) menu.open = false;
    }
  };
  document.addEventListener("click", (event) => closeOthers(event.target));
  document.addEventListener("focusin", (event) => closeOthers(event.target));
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details[data-menu][open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("keydown", pressByInitials, true);
  // Opened by a key of the row one is on: the focus goes into it. A toggle does not bubble.
  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (!menu.matches?.("details[data-menu][open]") || menu.contains(document.activeElement)) return;
    menu.querySelector(".menu-items :is(a, button)")?.focus();
  }, true);
}
