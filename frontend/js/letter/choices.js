/** The menu of what can be put in: a field of the case, or a paragraph of the office's wording. Words find. */
export function choices(root, { onChoose, onClose }) {
  const panel = root.querySelector('[data-ask="menu"]');
  const find = panel.querySelector("[data-menu-find]");
  const list = panel.querySelector('[role="listbox"]');
  const none = panel.querySelector("[data-menu-none]");
  let kind = "";
  let at = 0;

  const shown = () => [...list.children].filter((item) => !item.hidden);

  function mark(next) {
    const items = shown();
    at = items.length ? (next + items.length) % items.length : 0;
    for (const item of list.children) item.setAttribute("aria-selected", String(item === items[at]));
    if (items[at]) {
      find.setAttribute("aria-activedescendant", items[at].id);
      items[at].scrollIntoView({ block: "nearest" });
    } else find.removeAttribute("aria-activedescendant");
  }

  function filter() {
    const wanted = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const item of list.children) item.hidden = !wanted.every((word) => item.textContent.toLowerCase().includes(word));
    none.hidden = shown().length > 0;
    mark(0);
  }

  function close(back = true) {
    if (panel.hidden) return;
    panel.hidden = true;
    onClose(kind, back);
  }

  function choose(item) {
    if (!item) return;
    const chosen = kind;
    close();
    onChoose(chosen, item.dataset.words);
  }

  function open(wanted) {
    kind = wanted;
    for (const label of panel.querySelectorAll("[data-menu-label]")) label.hidden = label.dataset.menuLabel !== kind;
    list.replaceChildren(root.querySelector(`template[data-choices="${kind}"]`).content.cloneNode(true));
    [...list.children].forEach((item, number) => {
      item.id = `editor-choice-${number}`;
      item.setAttribute("role", "option");
    });
    panel.hidden = false;
    find.value = "";
    filter();
    find.focus();
  }

  find.addEventListener("input", () => {
    // The key that opened the menu, once more, is the character itself.
    if ((kind === "fields" && find.value === "{") || (kind === "paragraphs" && find.value === "/")) {
      const character = find.value;
      close();
      onChoose("character", character);
    } else filter();
  });
  find.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") mark(at + 1);
    else if (event.key === "ArrowUp") mark(at - 1);
    else if (event.key === "Enter") choose(shown()[at]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  list.addEventListener("click", (event) => choose(event.target.closest("[role=option]")));
  panel.addEventListener("focusout", (event) => {
    if (!panel.contains(event.relatedTarget)) setTimeout(() => !panel.contains(document.activeElement) && close(false));
  });
  // A click on an item must not take the focus off the field first.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  return { open, close, isOpen: () => !panel.hidden };
}
