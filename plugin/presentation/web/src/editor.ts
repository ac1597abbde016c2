// The script editor: enhances an HTML form, which also works without JavaScript, with Monaco in place of its textarea, and with saving,
// checking and testing without a page load.

import { API, Refusal, call } from "./api";
import { draftOf } from "./draft";
import { fieldsOf, showErrors } from "./form";
import { monaco, typescript } from "./monaco";
import { schedulePreview } from "./schedule";
import { testPanel } from "./test_panel";
import { text } from "./text";
import { compareVersions } from "./versions";

interface Saved {
  version: number;
  is_active: boolean;
  content: string;
  run_as: string | null;
}

const form = document.querySelector<HTMLFormElement>("form[data-editor]");
if (form) open(form);

function open(form: HTMLFormElement): void {
  const source = form.querySelector<HTMLTextAreaElement>('textarea[name="content"]');
  if (!source) return;
  const frame = document.createElement("div");
  frame.className = "is-monaco";
  source.after(frame);
  source.hidden = true;
  const dark = () => (isDark() ? "vs-dark" : "vs");
  const editor = monaco.editor.create(frame, {
    value: source.value,
    language: "javascript",
    theme: dark(),
    automaticLayout: true,
    minimap: { enabled: false },
    fontSize: 13,
    tabSize: 4,
    readOnly: form.dataset["readonly"] === "true",
    scrollBeyondLastLine: false,
    fixedOverflowWidgets: true,
    ariaLabel: text("editor.code"),
    accessibilitySupport: "auto",
  });
  const follow = () => monaco.editor.setTheme(dark());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", follow);
  new MutationObserver(follow).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  declarations();
  const model = editor.getModel();
  if (!model) return;

  const draft = draftOf(form, editor);
  let clean = snapshot();
  const value = () => editor.getValue();
  function snapshot(): string {
    return JSON.stringify([editor.getValue(), fieldsOf(form)]);
  }
  const dirty = () => snapshot() !== clean;
  const mark = () => form.classList.toggle("is-dirty", dirty());
  editor.onDidChangeModelContent(() => {
    source.value = value();
    mark();
    check();
  });
  form.addEventListener("input", (event) => {
    mark();
    // Type and name determine the function to call; the API version determines which calls are deprecated.
    if (event.target instanceof Element && event.target.matches('[name="type"], [name="name"], [name="api_version"]')) check();
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirty()) event.preventDefault();
  });

  // Shows the server's diagnostics as markers; only the response to the latest request counts. Read-only editors are not checked.
  const writable = form.dataset["readonly"] !== "true";
  const missing = form.querySelector<HTMLElement>("[data-missing-function]");
  let timer = 0;
  let asked = 0;
  function check(delay = 250): void {
    if (!writable) return;
    clearTimeout(timer);
    timer = window.setTimeout(async () => {
      const turn = ++asked;
      try {
        const { type, name, api_version, library } = fieldsOf(form);
        const found = await call<Checked>("POST", "/check", {
          content: value(),
          // A library does not need an entry point.
          ...(library === true ? {} : { type }),
          name,
          api_version,
        });
        if (turn !== asked || !model) return;
        monaco.editor.setModelMarkers(model, "server", found.diagnostics.map((diagnostic) => marker(model, diagnostic)));
        const lacks = found.missing_function;
        if (missing) missing.textContent = lacks === undefined ? "" : text("editor.no_function", { name: lacks });
      } catch (error) {
        // Errors are not shown here: saving reports them.
        if (turn === asked && error instanceof Refusal && error.retryAfter !== undefined) check(error.retryAfter * 1000);
      }
    }, delay);
  }
  check();

  const notice = form.querySelector<HTMLElement>("[data-notice]");
  function say(message: string, kind: "good" | "bad", ...more: Node[]): void {
    if (!notice) return;
    notice.className = `is-notice is-notice-${kind}`;
    notice.replaceChildren(message, ...more);
    notice.hidden = false;
  }

  let saving = false;
  /** Resolves to whether the script was saved. */
  async function save(base?: number): Promise<boolean> {
    if (saving || form.dataset["readonly"] === "true") return false;
    saving = true;
    const saved = await send(base).finally(() => (saving = false));
    if (saved) document.dispatchEvent(new CustomEvent("iota-scripts-saved"));
    return saved;
  }

  async function send(base?: number): Promise<boolean> {
    const id = form.dataset["scriptId"];
    if (!id) return false;
    showErrors(form, []);
    const baseVersion = base ?? Number(form.dataset["version"]);
    try {
      const saved = await call<Saved>("PUT", `/scripts/${id}`, {
        ...fieldsOf(form),
        content: value(),
        base_version: baseVersion,
      });
      const unchanged = String(saved.version) === form.dataset["version"];
      form.dataset["version"] = String(saved.version);
      for (const place of document.querySelectorAll("[data-version-label]")) place.textContent = String(saved.version);
      const base = form.querySelector<HTMLInputElement>('input[name="base_version"]');
      if (base) base.value = String(saved.version);
      const summary = form.querySelector<HTMLInputElement>('input[name="change_summary"]');
      if (summary) summary.value = "";
      const [before, runsAs] = [form.dataset["runsAs"] ?? "", saved.run_as ?? ""];
      form.dataset["runsAs"] = runsAs;
      const user = form.querySelector<HTMLInputElement>('input[name="run_as"]');
      if (user) user.value = runsAs;
      clean = snapshot();
      mark();
      draft.drop();
      // The page shows the user that the script runs as: reload it if that user has changed.
      if (before !== "" && runsAs !== "" && runsAs !== before) window.location.assign(`/scripts/${id}?done=saved_as_other`);
      say(unchanged ? text("editor.unchanged") : text("editor.saved", { version: saved.version }), "good");
      return true;
    } catch (error) {
      refused(error);
      return false;
    }
  }

  function refused(error: unknown): void {
    draft.keep();
    if (!(error instanceof Refusal)) return say(text("js.unreachable"), "bad");
    if (error.status === 401) {
      const link = document.createElement("a");
      link.href = location.pathname;
      link.target = "_blank";
      link.textContent = text("js.sign_in");
      return say(`${text("js.session_ended")} `, "bad", link);
    }
    if (error.status === 409 && error.code === "VERSION_CONFLICT") {
      const current = Number(error.details["current_version"]);
      const compare = button(text("js.compare"), () => void compareVersions(form, current, value()));
      const over = button(text("js.overwrite"), () => void save(current));
      return say(`${text("js.stale", { version: current })} `, "bad", compare, over);
    }
    const shown = showErrors(form, error.fields());
    say(shown ? text("js.check_fields") : error.said(), "bad");
  }

  form.addEventListener("submit", (event) => {
    const submitter = event.submitter as HTMLButtonElement | null;
    if (event.defaultPrevented) return;
    const leaves = submitter?.hasAttribute("formaction") === true;
    if (leaves && (!dirty() || form.dataset["readonly"] === "true" || submitter.dataset["confirm"] !== undefined)) {
      clean = snapshot();
      return;
    }
    event.preventDefault();
    // The other buttons act on the saved script, so save first.
    void save().then((saved) => {
      if (leaves && saved) form.requestSubmit(submitter);
    });
  });
  editor.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.KeyS, () => void save());
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      event.preventDefault();
      if (!editor.hasTextFocus()) void save();
    }
  });

  if (draft.differs() && form.dataset["readonly"] !== "true") {
    const back = button(text("js.restore_draft"), () => {
      draft.takeBack();
      if (notice) notice.hidden = true;
    });
    say(`${text("js.unsaved_draft")} `, "bad", back);
  }

  const test = testPanel(form, value);
  if (test) editor.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter, test);
  schedulePreview(form);
  for (const row of document.querySelectorAll<HTMLElement>("[data-compare-version]")) {
    row.addEventListener("click", () => void compareVersions(form, Number(row.dataset["compareVersion"]), value()));
  }
  // For tests and debugging: the page has one editor.
  Object.assign(frame, { editor, markers: () => monaco.editor.getModelMarkers({ resource: model.uri }) });
}

interface Checked {
  diagnostics: Diagnostic[];
  /** The function that would be called, if the source does not define it. */
  missing_function?: string;
}

interface Diagnostic {
  severity: string;
  code: string;
  message: string;
  line?: number;
  column?: number;
  end_line?: number;
  end_column?: number;
}

const SEVERITIES: Record<string, monaco.MarkerSeverity> = {
  hint: monaco.MarkerSeverity.Info,
  warning: monaco.MarkerSeverity.Warning,
  error: monaco.MarkerSeverity.Error,
};

function marker(model: monaco.editor.ITextModel, found: Diagnostic) {
  const line = found.line ?? 1;
  const column = found.column ?? 1;
  return {
    severity: SEVERITIES[found.severity] ?? monaco.MarkerSeverity.Error,
    code: found.code,
    message: found.message,
    startLineNumber: line,
    startColumn: units(model, line, column),
    endLineNumber: found.end_line ?? line,
    endColumn: units(model, found.end_line ?? line, Math.max(found.end_column ?? 0, found.end_line === line ? column + 1 : 1)),
  };
}

/** Converts a column in characters to the editor's column in UTF-16 code units. */
function units(model: monaco.editor.ITextModel, line: number, column: number): number {
  if (line > model.getLineCount()) return column;
  return [...model.getLineContent(line)].slice(0, column - 1).join("").length + 1;
}

/** Loads the declarations of the script API from the server. The browser's compiler only provides completion; diagnostics come from the server. */
function declarations(): void {
  const defaults = typescript.javascriptDefaults;
  defaults.setDiagnosticsOptions({ noSyntaxValidation: true, noSemanticValidation: true, noSuggestionDiagnostics: true });
  defaults.setCompilerOptions({ allowNonTsExtensions: true, allowJs: true, lib: ["es2023"], target: typescript.ScriptTarget.ESNext });
  void fetch(`${API}/types.d.ts`, { credentials: "same-origin" })
    .then((response) => (response.ok ? response.text() : ""))
    .then((declared) => defaults.addExtraLib(declared, "file:///iota-scripts.d.ts"));
}

/** Whether the theme is dark: `data-theme` of the host page, else the system preference. */
function isDark(): boolean {
  const theme = document.documentElement.dataset["theme"];
  return theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
}

function button(label: string, act: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "is-button is-button-small";
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
}
