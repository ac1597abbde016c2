// Compares what a command printed with what a document shows. `…` stands for anything in a line, a line of `…` alone for any lines.
// Ids, times and measured figures differ from run to run and are not compared.

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

/** Whether the output is what the document shows. */
export function matches(expected, output) {
  return new RegExp(`^${pattern(expected)}$`).test(comparable(output));
}

/** Whether what the document shows is somewhere in the output. */
export function contains(expected, output) {
  return new RegExp(pattern(expected)).test(comparable(output));
}
