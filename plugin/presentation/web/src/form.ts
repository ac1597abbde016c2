// Converts the fields of a script's form to the JSON of the API, and shows the API's errors at the fields.

const NUMBERS = ["rate_limit_per_minute", "timeout_seconds", "max_memory_mb", "retries", "retry_delay_seconds", "api_version"];
/** Fields of the page that are not fields of a script. */
const ELSEWHERE = ["content", "base_version", "test_input", "test_dry_run", "dry_run", "at"];
const OWN: Record<string, string> = {
  cron_expression: "cron",
  timezone: "cron",
  run_as: "cron embedded",
  endpoint_method: "endpoint",
  endpoint_path: "endpoint",
  endpoint_access: "endpoint",
  rate_limit_per_minute: "endpoint",
  event_patterns: "embedded",
  library: "embedded",
};

/** All fields except the source and those that do not apply to the script's type. */
export function fieldsOf(form: HTMLFormElement): Record<string, unknown> {
  const data = new FormData(form);
  const kind = String(data.get("type") ?? "");
  const fields: Record<string, unknown> = {};
  for (const [name, entry] of data) {
    const value = String(entry).trim();
    if (ELSEWHERE.includes(name) || name.startsWith("csrf")) continue;
    if (OWN[name] !== undefined && !OWN[name].split(" ").includes(kind)) continue;
    if (name === "library") fields[name] = true;
    else if (name === "event_patterns" || name === "seen_libraries") fields[name] = value.split(/\s+/).filter((pattern) => pattern !== "");
    else if (NUMBERS.includes(name)) {
      if (value !== "") fields[name] = Number(value);
    } else if (value !== "" || name === "description") fields[name] = value;
  }
  return fields;
}

/** An error of a field, and a value to append to the field once the error is shown. */
export interface Shown {
  field: string;
  message: string;
  seen?: string;
}

/** Shows each error at its field. Returns whether every error has a field on the page. */
export function showErrors(form: HTMLFormElement, errors: Shown[]): boolean {
  for (const place of form.querySelectorAll<HTMLElement>("[data-error-for]")) place.textContent = "";
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  let placed = errors.length > 0;
  for (const error of errors) {
    // An error of a list item has a name such as `event_patterns[1]`.
    const field = error.field.replace(/[.[].*$/, "");
    const place = form.querySelector<HTMLElement>(`[data-error-for="${CSS.escape(field)}"]`);
    if (!place) {
      placed = false;
      continue;
    }
    place.textContent = error.message;
    const input = form.querySelector<HTMLElement>(`[name="${CSS.escape(field)}"]`);
    // The user has now seen these libraries, so the next submit confirms them.
    if (error.seen !== undefined && input instanceof HTMLInputElement) input.value += ` ${error.seen}`;
    input?.setAttribute("aria-invalid", "true");
    input?.closest("details")?.setAttribute("open", "");
    input?.focus();
  }
  return placed;
}
