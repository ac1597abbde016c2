// Diff of two versions of a script.

import { call } from "./api";
import { monaco } from "./monaco";
import { text } from "./text";

/** Minimum width in pixels for a side-by-side diff. */
const SIDE_BY_SIDE = 560;

let shown: monaco.editor.IStandaloneDiffEditor | undefined;

/** Compares a version with the source in the editor. */
export async function compareVersions(form: HTMLFormElement, version: number, mine: string): Promise<void> {
  const place = document.querySelector<HTMLElement>("[data-diff]");
  const id = form.dataset["scriptId"];
  if (!place || !id) return;
  const old = await call<{ content: string }>("GET", `/scripts/${id}/versions/${version}`);
  shown?.dispose();
  const title = document.createElement("p");
  title.className = "is-diff-title";
  const frame = document.createElement("div");
  frame.className = "is-monaco is-monaco-diff";
  place.replaceChildren(title, frame);
  place.hidden = false;
  const sideBySide = frame.clientWidth > SIDE_BY_SIDE;
  title.append(text(sideBySide ? "js.diff" : "js.diff_narrow", { version }), closing(place));
  shown = monaco.editor.createDiffEditor(frame, {
    readOnly: true,
    automaticLayout: true,
    renderSideBySide: sideBySide,
    useInlineViewWhenSpaceIsLimited: false,
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
