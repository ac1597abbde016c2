// Shows a run live: log lines as they arrive, then the result. Script output is always inserted as text, never as HTML.

import { API } from "./api";
import { text } from "./text";

interface Line {
  at: string;
  level: string;
  message: string;
  /** The arguments that are objects. */
  data?: unknown;
}

/** Values with at most this many characters of JSON are shown only in the line itself. */
const PLAIN = 60;

export interface Execution {
  id: string;
  status: string;
  /** HTTP status that an endpoint returned. */
  http_status?: number;
  /** Number of logged errors. */
  error_lines?: number;
  duration_ms?: number;
  result?: unknown;
  error?: { code: string; message: string; line?: number; column?: number; source_line?: string };
  started_at?: string;
  /** Of a dry run: changes by kind, and the number of entries left out. */
  would_change?: Record<string, unknown[] | number | boolean>;
}

function element(tag: string, className: string, content: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = content;
  return made;
}

/** Appends a line to a log. */
function append(log: HTMLElement, line: Line, started: number): void {
  const offset = Math.max(0, Date.parse(line.at) - started);
  const row = element("div", `is-log-line is-log-${line.level}`, "");
  const said = element("div", "is-log-text", line.message);
  if (line.data !== undefined && JSON.stringify(line.data).length > PLAIN) said.append(values(line.data));
  row.append(element("span", "is-log-time", `${(offset / 1000).toFixed(3)}`), said);
  const follow = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  log.append(row);
  if (follow) log.scrollTop = log.scrollHeight;
}

/** A collapsed block with values too long for their line. */
function values(data: unknown): HTMLElement {
  const details = element("details", "is-log-data", "");
  details.append(element("summary", "", text("js.values")), element("pre", "", JSON.stringify(data, null, 2)));
  return details;
}

/** Shows the outcome of a run. */
export function showResult(target: HTMLElement, execution: Execution): void {
  target.replaceChildren();
  const head = element("p", `is-result-head is-status-${execution.status}`, text(`status.${execution.status}`));
  if (execution.http_status !== undefined) head.append(` ${execution.http_status}`);
  if (execution.error_lines) head.append(` · ${text("js.errors_logged", { n: execution.error_lines })}`);
  if (execution.duration_ms !== undefined) head.append(` · ${Math.round(execution.duration_ms)} ms`);
  target.append(head);
  if (execution.error) {
    const place = execution.error.line ? ` (${text("js.line", { line: execution.error.line })})` : "";
    target.append(element("p", "is-fault", `${execution.error.code}: ${execution.error.message}${place}`));
    if (execution.error.source_line) target.append(element("pre", "is-code", execution.error.source_line));
  }
  // An endpoint that returns an error status has failed, but still has a result.
  if (!execution.error || execution.result !== undefined) {
    target.append(element("pre", "is-code", JSON.stringify(execution.result ?? null, null, 2)));
  }
  if (execution.would_change) target.append(...changes(execution.would_change));
}

/** Lists what a dry run would have changed. */
function changes(kinds: Record<string, unknown[] | number | boolean>): HTMLElement[] {
  const shown = [element("h3", "", text("dry.title"))];
  for (const [kind, list] of Object.entries(kinds)) {
    if (typeof list === "boolean") {
      if (list) shown.push(element("p", "is-muted", text("dry.unchecked")));
    } else if (typeof list === "number") {
      if (list > 0) shown.push(element("p", "is-muted", text("dry.left_out", { n: list })));
    } else if (list.length > 0) {
      shown.push(element("p", "is-muted", text(`dry.${kind}`)), element("pre", "is-code", JSON.stringify(list, null, 2)));
    }
  }
  if (shown.length === 1) shown.push(element("p", "is-muted", text("dry.nothing")));
  return shown;
}

/**
 * Follows a run until it ends or the returned function is called. Lines already in the log are not repeated, also not after a
 * reconnection.
 */
export function follow(id: string, log: HTMLElement, ended: (execution: Execution) => void): () => void {
  let shown = log.childElementCount;
  let started = Date.now();
  const source = new EventSource(`${API}/executions/${id}/stream`);
  let told = 0;
  source.addEventListener("state", (event) => {
    const state = JSON.parse((event as MessageEvent<string>).data) as Execution;
    if (state.started_at) started = Date.parse(state.started_at);
    told = 0;
  });
  source.addEventListener("log", (event) => {
    told += 1;
    if (told <= shown) return;
    shown = told;
    append(log, JSON.parse((event as MessageEvent<string>).data) as Line, started);
  });
  source.addEventListener("result", (event) => {
    source.close();
    ended(JSON.parse((event as MessageEvent<string>).data) as Execution);
  });
  return () => source.close();
}
