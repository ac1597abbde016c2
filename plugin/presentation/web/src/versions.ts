// Two texts of a script side by side.

import { call } from "./api";
import { monaco } from "./monaco";
import { text } from "./text";

let shown: monaco.editor.IStandaloneDiffEditor | undefined;

/** Compares a version with what is in the editor. */
export async function compareVersions(form: HTMLFormElement, version: number, mine: string): Promise<void> {
  const place = document.querySelector<HTMLElement>("[data-diff]");
  const id = form.dataset["scriptId"];
  if (!place || !id) return;
  const old = await call<{ content: string }>("GET", `/scripts/${id}/versions/${version}`);
  shown?.dispose();
  const title = document.createElement("p");
  title.className = "is-diff-title";
  title.append(text("js.diff", { version }), closing(place));
  const frame = document.createElement("div");
  frame.className = "is-monaco is-monaco-diff";
  place.replaceChildren(title, frame);
  place.hidden = false;
  shown = monaco.editor.createDiffEditor(frame, {
    readOnly: true,
    automaticLayout: true,
    renderSideBySide: frame.clientWidth > 700,
    minimap: { enabled: false },
    scrollBeyondLastLine: false,
  });
  shown.setModel({
    original: monaco.editor.createModel(old.content, "javascript"),
    modified: monaco.editor.createModel(mine, "javascript"),
  });
  place.scrollIntoView({ block: "nearest" });
}

function closing(place: HTMLElement): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "is-button is-button-small";
  button.textContent = text("js.close");
  button.addEventListener("click", () => {
    shown?.dispose();
    shown = undefined;
    place.hidden = true;
  });
  return button;
}
