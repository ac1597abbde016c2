// Parses a Markdown document: fenced blocks with the test's comment before each.

const MARKER = /^<!-- docs-test: (\w+)(?: (.+))? -->$/;

/** Fenced blocks in order: `{language, text, line, marker, argument}`; `line` is that of the opening fence. */
export function blocks(document) {
  const lines = document.split("\n");
  const found = [];
  let open = null;
  lines.forEach((line, index) => {
    const fence = /^(\s*)(`{3,})(.*)$/.exec(line);
    if (open) {
      if (fence && fence[2].length >= open.fence.length && fence[3].trim() === "") {
        found.push({ ...open, text: open.body.map((text) => text.slice(open.indent)).join("\n") + "\n" });
        open = null;
      } else open.body.push(line);
    } else if (fence) {
      const [, marker = null, argument = null] = MARKER.exec((lines[index - 1] ?? "").trim()) ?? [];
      open = { fence: fence[2], indent: fence[1].length, language: fence[3].trim(), line: index + 1, marker, argument, body: [] };
    }
  });
  if (open) throw new Error(`the block of line ${open.line} is not closed`);
  return found;
}

/** Lines with a comment for the test that is malformed or not directly before a block. */
export function strayMarkers(document) {
  const lines = document.split("\n");
  return lines.flatMap((line, index) =>
    line.includes("docs-test:") && line.includes("<!--") && !(MARKER.test(line.trim()) && /^\s*```/.test(lines[index + 1] ?? "")) ? [index + 1] : [],
  );
}
