// Behaviour shared by all pages: partial updates with htmx, confirmations, forms that are submitted once, bulk selection, live runs.
// The editor is loaded only on pages that contain it.

import htmx from "htmx.org";
import { follow } from "./live";

htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.selfRequestsOnly = true;

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
  // Once the run has ended, the server renders its complete record.
  follow(id, target, () => location.reload());
}

/** Elements already set up. They can arrive with the page, through htmx, or through the host's own htmx. */
const prepared = new WeakSet<Element>();

function prepare(root: ParentNode): void {
  const setUp = <T extends HTMLElement>(selector: string, begin: (element: T) => void) => {
    for (const element of root.querySelectorAll<T>(selector)) {
      if (prepared.has(element)) continue;
      prepared.add(element);
      begin(element);
    }
  };
  setUp("form[data-bulk-form]", bulk);
  setUp("[data-live-run]", live);
}

document.addEventListener("submit", (event) => {
  const submitter = (event as SubmitEvent).submitter;
  const question = submitter?.dataset["confirm"] ?? (event.target as HTMLElement).dataset["confirm"];
  if (question && !confirm(question)) return event.preventDefault();
  // Submit once, however often the button is pressed. `pageshow` below allows it again for a page restored from the back/forward cache.
  const form = event.target as HTMLFormElement;
  if (form.dataset["once"] === undefined || event.defaultPrevented) return;
  if (form.dataset["sent"] !== undefined) return event.preventDefault();
  form.dataset["sent"] = "";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) delete form.dataset["sent"];
});
// If a filter request fails, for example because the session expired, load the page itself: it shows the error or redirects to sign-in.
document.addEventListener("htmx:responseError", (event) => {
  location.assign((event as CustomEvent<{ pathInfo: { finalRequestPath: string } }>).detail.pathInfo.finalRequestPath);
});
document.addEventListener("htmx:load", (event) => prepare((event as CustomEvent<{ elt: HTMLElement }>).detail.elt));

for (const root of document.querySelectorAll(".iota-scripts")) root.classList.add("is-scripted");
prepare(document);
if (document.querySelector("[data-editor]")) {
  const here = new URL(".", import.meta.url);
  void import(new URL("editor.js", here).href);
}
