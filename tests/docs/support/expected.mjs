// Compares the output of a command with a document. `…` matches anything within a line, a line with only `…` any lines.
// UUIDs, times, and numbers after names ending in _ms, _us or _bytes differ between runs and are not compared.

function comparable(text) {
  return text
    .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "ID")
    .replace(/\b\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)/g, "TIME")
    .replace(/(\w+_(?:ms|us|bytes)"?[: ]\s?)[\d.]+/g, "$1N")
    .replace(/^ *\d+ ms/gm, "N ms")
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .trim();
}

function pattern(expected) {
  return comparable(expected)
    .split("\n")
    .map((line) => (line.trim() === "…" ? "(?:.*\\n)*?.*" : line.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*?")))
    .join("\n");
}

/** Whether the output equals the expected text. */
export function matches(expected, output) {
  return new RegExp(`^${pattern(expected)}$`).test(comparable(output));
}

/** Whether the output contains the expected text. */
export function contains(expected, output) {
  return new RegExp(pattern(expected)).test(comparable(output));
}
