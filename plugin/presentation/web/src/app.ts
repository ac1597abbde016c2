// What every page has: partial updates by htmx, the theme, confirmations, bulk selection, live runs. The editor comes only where it is.

import htmx from "htmx.org";
import { follow } from "./live";

htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.selfRequestsOnly = true;

const THEME = "iota-scripts-theme";

function applyTheme(): void {
  const choice = localStorage.getItem(THEME) ?? "auto";
  for (const root of document.querySelectorAll<HTMLElement>(".iota-scripts")) {
    if (choice === "auto") delete root.dataset["theme"];
    else root.dataset["theme"] = choice;
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset["themeChoice"] === choice));
  }
  document.dispatchEvent(new CustomEvent("iota-scripts-theme"));
}

/** Whether the page is dark now. */
export function isDark(): boolean {
  const chosen = document.querySelector<HTMLElement>(".iota-scripts")?.dataset["theme"];
  const around = document.documentElement.dataset["theme"];
  return (chosen ?? around ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
}

function bulk(form: HTMLFormElement): void {
  const boxes = () => [...form.querySelectorAll<HTMLInputElement>('input[name="id"]')];
  const all = form.querySelector<HTMLInputElement>("[data-select-all]");
  const update = () => {
    const chosen = boxes().filter((box) => box.checked).length;
    if (all) {
      all.checked = chosen > 0 && chosen === boxes().length;
      all.indeterminate = chosen > 0 && chosen < boxes().length;
    }
    for (const button of form.querySelectorAll<HTMLButtonElement>("[data-bulk]")) button.disabled = chosen === 0;
  };
  form.addEventListener("change", (event) => {
    if (event.target === all && all) for (const box of boxes()) box.checked = all.checked;
    update();
  });
  update();
}

function live(target: HTMLElement): void {
  const id = target.dataset["liveRun"];
  if (!id) return;
  // The whole record is on the page of a run that has ended.
  follow(id, target, () => location.reload());
}

function prepare(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-bulk-form]")) bulk(form);
  for (const target of root.querySelectorAll<HTMLElement>("[data-live-run]")) live(target);
}

document.addEventListener("click", (event) => {
  const button = (event.target as HTMLElement).closest<HTMLElement>("[data-theme-choice]");
  if (!button) return;
  localStorage.setItem(THEME, button.dataset["themeChoice"] ?? "auto");
  applyTheme();
});
document.addEventListener("submit", (event) => {
  const submitter = (event as SubmitEvent).submitter;
  const question = submitter?.dataset["confirm"] ?? (event.target as HTMLElement).dataset["confirm"];
  if (question && !confirm(question)) event.preventDefault();
});
document.addEventListener("htmx:load", (event) => prepare((event as CustomEvent<{ elt: HTMLElement }>).detail.elt));

applyTheme();
prepare(document);
if (document.querySelector("[data-editor]")) {
  const here = new URL(".", import.meta.url);
  void import(new URL("editor.js", here).href);
}
