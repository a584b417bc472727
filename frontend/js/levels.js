/**
 * `[data-levels]` is a group of radios, each with `data-level`, its figure. Pressing the figure chooses it and goes on to the
 * next group, after the last one to the button that saves. The first group takes the focus when the page opens.
 */
export function chooseLevelsByFigure() {
  const groups = [...document.querySelectorAll("[data-levels]")];
  if (!groups.length) return;
  const first = document.querySelector(".error-summary, [aria-invalid=true]") ? null : groups[0];
  (first?.querySelector("input:checked") ?? first?.querySelector("input"))?.focus();
  for (const [at, group] of groups.entries()) {
    group.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !/^[0-9]$/.test(event.key)) return;
      const radio = group.querySelector(`[data-level="${event.key}"]`);
      if (!radio) return;
      event.preventDefault();
      radio.checked = true;
      const next = groups[at + 1];
      const target = next ? (next.querySelector("input:checked") ?? next.querySelector("input")) : group.form.querySelector(".btn-primary");
      target?.focus();
    });
  }
}
