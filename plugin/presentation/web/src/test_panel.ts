// Test-runs the source in the editor, saved or not, and shows its log live.

import { Refusal, call } from "./api";
import { follow, showResult } from "./live";
import { text } from "./text";

/** Sets up the panel and returns a function that starts a test; undefined if the page has no panel. */
export function testPanel(form: HTMLFormElement, source: () => string): (() => void) | undefined {
  const panel = document.querySelector<HTMLElement>("[data-test-panel]");
  const id = form.dataset["scriptId"];
  if (!panel || !id) return undefined;
  const find = <T extends HTMLElement>(selector: string) => panel.querySelector<T>(selector);
  const input = find<HTMLTextAreaElement>('[name="test_input"]');
  const dry = find<HTMLInputElement>('[name="test_dry_run"]');
  const start = find<HTMLButtonElement>("[data-run-test]");
  const cancel = find<HTMLButtonElement>("[data-cancel-test]");
  const log = find("[data-test-log]");
  const result = find("[data-test-result]");
  if (!input || !start || !cancel || !log || !result) return undefined;
  let running: string | undefined;

  const say = (message: string) => {
    const said = document.createElement("p");
    said.className = "is-error";
    said.textContent = message;
    result.replaceChildren(said);
  };
  const idle = () => {
    running = undefined;
    start.disabled = false;
    cancel.disabled = true;
  };
  const run = async () => {
    if (running !== undefined) return;
    let value: unknown;
    try {
      value = input.value.trim() === "" ? undefined : JSON.parse(input.value);
    } catch (error) {
      return say(`${text("js.invalid_json")}: ${(error as Error).message}`);
    }
    start.disabled = true;
    log.replaceChildren();
    result.textContent = text("js.running");
    try {
      const body = { content: source(), ...(value === undefined ? {} : { input: value }), ...(dry?.checked ? { dry_run: true } : {}) };
      const started = await call<{ execution_id: string }>("POST", `/scripts/${id}/test`, body);
      running = started.execution_id;
      cancel.disabled = false;
      follow(running, log, (execution) => {
        showResult(result, execution);
        idle();
      });
    } catch (error) {
      idle();
      say(error instanceof Refusal ? `${error.said()}${error.said() === error.message ? "" : ` (${error.message})`}` : text("js.unreachable"));
    }
  };
  start.addEventListener("click", () => void run());
  input.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") void run();
  });
  cancel.addEventListener("click", () => {
    if (running !== undefined) void call("POST", `/executions/${running}/cancel`, {}).catch(() => undefined);
  });
  return () => void run();
}
