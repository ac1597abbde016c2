// Texts of the page, in its language: the server puts them beside the root element as JSON.

let known: Record<string, string> | undefined;

/** The text of a key, with `{name}` replaced. A key that is not there is shown as it is. */
export function text(key: string, values: Record<string, string | number> = {}): string {
  if (!known) {
    const source = document.querySelector("script[data-texts]");
    known = source ? (JSON.parse(source.textContent ?? "{}") as Record<string, string>) : {};
  }
  const pattern = known[key] ?? key;
  return pattern.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
