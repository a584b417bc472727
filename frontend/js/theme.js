/** Light, dark, or as the device has it. A cookie, so that the server draws the page right the first time. */
const COOKIE = "oc_theme";
const YEAR_SECONDS = 365 * 24 * 60 * 60;

function show(choice) {
  if (choice) document.documentElement.dataset.theme = choice;
  else delete document.documentElement.dataset.theme;
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice));
  }
}

export function switchTheme() {
  show(document.documentElement.dataset.theme ?? "");
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    const choice = button.dataset.themeChoice;
    document.cookie = `${COOKIE}=${choice}; path=/; max-age=${choice ? YEAR_SECONDS : 0}; samesite=lax`;
    show(choice);
  });
}
