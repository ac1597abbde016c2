// The texts of the page in its language. The server embeds them in the page as JSON.

let known: Record<string, string> | undefined;

/** The text of a key; undefined if the key is unknown. */
export function find(key: string): string | undefined {
  if (!known) {
    const source = document.querySelector("script[data-texts]");
    known = source ? (JSON.parse(source.textContent ?? "{}") as Record<string, string>) : {};
  }
  return known[key];
}

/** The text of a key with its `{name}` placeholders replaced. An unknown key is returned unchanged. */
export function text(key: string, values: Record<string, string | number> = {}): string {
  return fill(find(key) ?? key, values);
}

/** Replaces the `{name}` placeholders of a text. */
export function fill(said: string, values: Record<string, string | number>): string {
  return said.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The language of the pages, which may differ from the host's. */
export function language(): string {
  return document.querySelector<HTMLElement>(".iota-scripts")?.lang ?? "en";
}
