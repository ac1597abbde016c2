// The unsaved draft: source and all fields, kept in this tab's session storage until a save succeeds.

import type { monaco } from "./monaco";

const ELSEWHERE = ["content", "base_version", "test_input", "test_dry_run"];

export interface Draft {
  keep(): void;
  drop(): void;
  /** Whether the stored draft differs from the page. */
  differs(): boolean;
  takeBack(): void;
}

interface Typed {
  content: string;
  fields: [string, string][];
}

export function draftOf(form: HTMLFormElement, editor: monaco.editor.IStandaloneCodeEditor): Draft {
  const key = `iota-scripts-draft-${form.dataset["scriptId"] ?? ""}`;
  const typed = (): Typed => {
    const fields = [...new FormData(form)].map(([name, value]): [string, string] => [name, String(value)]);
    return { content: editor.getValue(), fields: fields.filter(([name]) => !ELSEWHERE.includes(name)) };
  };
  const drop = () => sessionStorage.removeItem(key);
  return {
    keep: () => sessionStorage.setItem(key, JSON.stringify(typed())),
    drop,
    differs() {
      const kept = sessionStorage.getItem(key);
      return kept !== null && kept !== JSON.stringify(typed());
    },
    takeBack() {
      const { content, fields } = JSON.parse(sessionStorage.getItem(key) ?? "null") as Typed;
      for (const [name, value] of fields) {
        const field = form.elements.namedItem(name);
        if (field instanceof RadioNodeList || field === null || !("value" in field)) continue;
        field.value = value;
        for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
      }
      editor.setValue(content);
      drop();
    },
  };
}
