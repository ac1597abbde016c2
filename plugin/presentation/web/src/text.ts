// Texts of the page, in its language: the server puts them beside the root element as JSON.

let known: Record<string, string> | undefined;

/** The text of a key, if there is one. */
export function find(key: string): string | undefined {
  if (!known) {
    const source = document.querySelector("script[data-texts]");
    known = source ? (JSON.parse(source.textContent ?? "{}") as Record<string, string>) : {};
  }
  return known[key];
}

/** The text of a key, with `{name}` replaced. A key that is not there is shown as it is. */
export function text(key: string, values: Record<string, string | number> = {}): string {
  return fill(find(key) ?? key, values);
}

/** A text with `{name}` replaced. */
export function fill(said: string, values: Record<string, string | number>): string {
  return said.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The language of the pages, which may be another than the host's. */
export function language(): string {
  return document.querySelector<HTMLElement>(".iota-scripts")?.lang ?? "en";
}
