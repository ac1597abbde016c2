// Monaco with JavaScript as its only language, and its workers served from our own origin. Monaco's features depend on each other, so all
// of them are registered.

import * as monaco from "monaco-editor/editor";
import "monaco-editor/features/register.all";
import "monaco-editor/languages/definitions/javascript/register";
import * as typescript from "monaco-editor/languages/features/typescript/register";

const here = new URL(".", import.meta.url);

self.MonacoEnvironment = {
  getWorker: (_id: string, label: string) => {
    const name = label === "javascript" || label === "typescript" ? "ts.worker.js" : "editor.worker.js";
    return new Worker(new URL(name, here), { name: label });
  },
};

export { monaco, typescript };
