/**
 * `data-dialog="id"` opens the native dialog with that id; on a link, the link is where it goes without scripts.
 * `data-dialog-close` closes the dialog around it. The browser gives the focus back.
 */
export function openDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (dialog && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (!dialog.open) dialog.showModal();
    } else if (event.target.closest("[data-dialog-close]")) {
      event.target.closest("dialog")?.close();
    } else if (event.target.matches?.("dialog[open]") && isOutside(event)) {
      event.target.close();
    }
  });
}

/** A click on the dialog's own box but outside its edges is a click on the veil behind it. */
function isOutside(event) {
  const edge = event.target.getBoundingClientRect();
  return event.clientX < edge.left || event.clientX > edge.right || event.clientY < edge.top || event.clientY > edge.bottom;
}
