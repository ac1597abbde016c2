//! A program as a tree of statements, which can be reduced.

/// A statement: its text, and the statements in each of its blocks after the text that opens the block.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// `for (…) {`, or the whole statement if it has no blocks; `} finally {` and the like for further blocks.
    pub(crate) parts: Vec<(String, Vec<Self>)>,
    pub(crate) tail: &'static str,
}

impl Node {
    pub(crate) fn line(text: impl Into<String>) -> Self {
        Self { parts: vec![(text.into(), Vec::new())], tail: "" }
    }

    pub(crate) fn block(head: impl Into<String>, body: Vec<Self>) -> Self {
        Self { parts: vec![(head.into(), body)], tail: "}" }
    }

    fn write(&self, text: &mut String, depth: usize) {
        let indent = "  ".repeat(depth);
        for (head, body) in &self.parts {
            text.push_str(&format!("{indent}{head}\n"));
            for node in body {
                node.write(text, depth + 1);
            }
        }
        if !self.tail.is_empty() {
            text.push_str(&format!("{indent}{}\n", self.tail));
        }
    }
}

/// A program: statements of the function `body`, in a time zone.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub(crate) zone: &'static str,
    pub(crate) is_async: bool,
    pub(crate) body: Vec<Node>,
}

impl Program {
    /// Returns only the statements, as they are shown.
    pub(crate) fn statements(&self) -> String {
        let mut text = String::new();
        for node in &self.body {
            node.write(&mut text, 0);
        }
        text
    }

    /// Returns the whole script: `main()` returns the logged and returned values of several rounds.
    pub(crate) fn source(&self) -> String {
        let [asynchronous, wait] = if self.is_async { ["async ", "await "] } else { ["", ""] };
        let body = self.statements();
        format!(
            "{PRELUDE}{asynchronous}function body() {{\n{body}}}\n{asynchronous}function main() {{\n  const rounds = [];\n  \
             for (let round = 0; round < 3; round++) {{\n    out = []; fuel = 80; let end;\n    \
             try {{ end = 'return ' + show({wait}body()); }} catch (error) {{ end = 'throw ' + show(error); }}\n    \
             rounds.push(out.join('; ') + ' -> ' + end);\n  }}\n  return rounds;\n}}\n"
        )
    }

    /// Returns all programs that are one step smaller: without a statement, or with a block replaced by its statements.
    pub(crate) fn smaller(&self) -> Vec<Self> {
        let with = |body| Self { body, ..self.clone() };
        smaller_lists(&self.body).into_iter().map(with).collect()
    }

    pub(crate) fn size(&self) -> usize {
        self.statements().len()
    }
}

fn smaller_lists(list: &[Node]) -> Vec<Vec<Node>> {
    let mut found = Vec::new();
    // Halves first: most of a program is unrelated to the difference.
    if list.len() > 3 {
        found.push(list[list.len() / 2..].to_vec());
        found.push(list[..list.len() / 2].to_vec());
    }
    for (at, node) in list.iter().enumerate() {
        let replaced = |by: Vec<Node>| [&list[..at], &by, &list[at + 1..]].concat();
        found.push(replaced(Vec::new()));
        for (part, (_, body)) in node.parts.iter().enumerate() {
            if body.is_empty() {
                continue;
            }
            found.push(replaced(body.clone()));
            for smaller in smaller_lists(body) {
                let mut node = node.clone();
                node.parts[part].1 = smaller;
                found.push(replaced(vec![node]));
            }
        }
    }
    found
}

/// The environment of every program: `log`, `show`, fuel for its loops, and values to iterate.
const PRELUDE: &str = r"let out = [], fuel = 0;
function show(value, depth = 0) {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? value.slice(0, 60) + value.length : value);
  if (typeof value === 'bigint') return value + 'n';
  if (typeof value === 'symbol') return 'symbol';
  if (typeof value === 'function') return 'function ' + value.name;
  if (value === null || typeof value !== 'object') return Object.is(value, -0) ? '-0' : String(value);
  if (depth > 3) return '…';
  if (value instanceof Error) return value.name;
  if (value instanceof Date) return 'Date ' + value.getTime();
  if (value instanceof Map) return 'Map ' + show([...value], depth + 1);
  if (value instanceof Set) return 'Set ' + show([...value], depth + 1);
  if (Array.isArray(value)) {
    const items = [];
    for (let at = 0; at < value.length && at < 20; at++) items.push(at in value ? show(value[at], depth + 1) : '');
    return '[' + items.join() + ' of ' + value.length + ']';
  }
  return '{' + Object.keys(value).slice(0, 20).map(key => {
    let shown;
    try { shown = show(value[key], depth + 1); } catch (error) { shown = 'throws ' + show(error, depth + 1); }
    return key + ': ' + shown;
  }).join() + '}';
}
function log(...values) { if (out.length < 60) out.push(values.map(value => show(value)).join(' ')); return values[0]; }
// Keeps values small, so that long texts do not dominate the time.
function small(value) {
  if (typeof value === 'string') return value.slice(0, 40);
  if (typeof value === 'bigint') return value % 1009n;
  return Array.isArray(value) ? value.slice(0, 5).map(item => item !== null && typeof item === 'object' ? 'object' : small(item)) : value;
}
function tick() { return --fuel >= 0; }
function attempt(work) { try { return work(); } catch (error) { return error; } }
function* gen(name, end) { try { for (let i = 0; i < end; i++) yield i; return 'done'; } finally { log('closed', name); } }
function iter(name, end, fails) {
  let i = 0;
  return { [Symbol.iterator]() { return this; },
    next() { if (fails === 'next' && i === 1) throw name + ' next'; return i < end ? { value: i++, done: false } : { value: 'end', done: true }; },
    return(value) { log('return', name); if (fails === 'return') throw name + ' return'; return { value, done: true }; } };
}
";
