// Monaco with one language, JavaScript, and its workers from our own origin. Its features depend on each other: all of them, or some
// do not start.

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
