// Light, dark or system theme: one choice for all pages, including the plugin's, which follow data-theme on the root element.
const root = document.documentElement;

function apply() {
  const choice = localStorage.getItem("erp-theme") ?? "auto";
  if (choice === "auto") delete root.dataset.theme;
  else root.dataset.theme = choice;
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice));
  }
}

apply();
document.addEventListener("DOMContentLoaded", apply);
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-choice]");
  if (!button) return;
  localStorage.setItem("erp-theme", button.dataset.themeChoice);
  apply();
});
