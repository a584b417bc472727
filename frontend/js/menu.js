/** A `<details data-menu>` closes on Escape, on a click elsewhere and when the focus leaves it. */
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
  // Opened by a key of the row one is on: the focus goes into it. A toggle does not bubble.
  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (!menu.matches?.("details[data-menu][open]") || menu.contains(document.activeElement)) return;
    menu.querySelector(".menu-items :is(a, button)")?.focus();
  }, true);
}
