/** The bar above the letter: one stop for Tab, arrows go along it, Escape goes back to the letter. */
export function toolbar(bar, { acts, back }) {
  const buttons = [...bar.querySelectorAll("button[data-act]")];
  const enabled = () => buttons.filter((button) => button.getAttribute("aria-disabled") !== "true");

  function stopAt(button) {
    for (const other of buttons) other.tabIndex = other === button ? 0 : -1;
  }

  function go(step) {
    const all = enabled();
    const at = all.indexOf(document.activeElement);
    const next = all[(at + step + all.length) % all.length];
    stopAt(next);
    next.focus();
  }

  bar.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight") go(1);
    else if (event.key === "ArrowLeft") go(-1);
    else if (event.key === "Home") go(-enabled().indexOf(document.activeElement));
    else if (event.key === "End") go(-1 - enabled().indexOf(document.activeElement));
    else if (event.key === "Escape") back();
    else return;
    event.preventDefault();
  });
  // F6 comes to the bar as a region of the window: on to its button.
  bar.addEventListener("focus", () => buttons.find((button) => button.tabIndex === 0)?.focus());
  bar.addEventListener("focusin", (event) => buttons.includes(event.target) && stopAt(event.target));
  bar.addEventListener("mousedown", (event) => event.preventDefault()); // the words stay marked
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-act]");
    if (button && button.getAttribute("aria-disabled") !== "true") acts[button.dataset.act].run();
  });
  stopAt(buttons[0]);

  return {
    focus: () => (buttons.find((button) => button.tabIndex === 0) ?? buttons[0]).focus(),
    button: (name) => buttons.find((button) => button.dataset.act === name),
    /** What is pressed, and what cannot be done where one is. */
    show() {
      for (const button of buttons) {
        const { isOn, can } = acts[button.dataset.act];
        if (isOn) button.setAttribute("aria-pressed", String(isOn()));
        if (can) button.setAttribute("aria-disabled", String(!can()));
      }
    },
  };
}
