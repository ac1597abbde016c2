//! The metadata in the head of a test, and the script that is made of the test.

use std::{collections::HashMap, fs, path::Path};

use anyhow::Context;

/// The end of a script in the suite's terms: `$DONE` of asynchronous tests, and the host functions that the suite requires.
const HOST: &str = "
var $262done, $262ended = new Promise(function (resolve) { $262done = resolve; });
function $DONE(error) { $262done(error === undefined ? '' : error && error.name ? error.name + ': ' + error.message : String(error)); }
globalThis.$DONE = $DONE;
function print() {}
var $262 = {
  global: globalThis,
  gc: function () {},
  createRealm: function () { throw new Test262Error('there is one realm'); },
  evalScript: function () { throw new Test262Error('there is no evalScript'); },
  detachArrayBuffer: function (buffer) { if (!buffer.detached) buffer.transfer(); },
  agent: { start: function () { throw new Test262Error('there are no agents'); } },
};
";

/// The expected outcome of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expected {
    /// It ends.
    Success,
    /// It calls `$DONE` without an error.
    Done,
    /// An error of this name before the script runs.
    CompileError,
    /// An error of this name is thrown.
    Thrown(String),
}

/// A script of the suite as the isolate runs it.
#[derive(Debug, Clone)]
pub(super) struct Program {
    /// The mode of this run, for messages.
    pub(super) mode: &'static str,
    /// The source.
    pub(super) source: String,
    /// The expected outcome.
    pub(super) expected: Expected,
}

/// The helpers of the suite, by name.
pub(super) struct Harness {
    files: HashMap<String, String>,
}

impl Harness {
    pub(super) fn read(suite: &Path) -> anyhow::Result<Self> {
        let mut files = HashMap::new();
        let folder = suite.join("harness");
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if let Some(name) = path.file_name().and_then(|name| name.to_str()).filter(|name| name.ends_with(".js")) {
                files.insert(name.to_owned(), fs::read_to_string(&path)?);
            }
        }
        Ok(Self { files })
    }

    /// The scripts of a test: one for each mode in which it runs.
    pub(super) fn programs(&self, text: &str) -> Vec<Program> {
        let head = Head::of(text);
        let flag = |name: &str| head.flags.iter().any(|flag| flag == name);
        let asynchronous = flag("async");
        let expected = match (&head.negative, asynchronous) {
            (Some((phase, _)), _) if phase == "parse" || phase == "early" || phase == "resolution" => {
                Expected::CompileError
            }
            (Some((_, name)), _) => Expected::Thrown(name.clone()),
            (None, true) => Expected::Done,
            (None, false) => Expected::Success,
        };
        let raw = flag("raw");
        let made = |mode: &'static str, directive: &str| {
            let mut source = String::from(directive);
            if !raw {
                let needed = ["sta.js", "assert.js"].into_iter().chain(head.includes.iter().map(String::as_str));
                for name in needed.filter(|name| *name != "doneprintHandle.js") {
                    source.push_str(self.files.get(name).map_or("", String::as_str));
                    source.push('\n');
                }
                source.push_str(HOST);
            }
            source.push_str(text);
            let returned = if asynchronous { "$262ended" } else { "''" };
            source.push_str(&format!("\n;function $262main() {{ return {returned}; }}\n"));
            Program { mode, source, expected: expected.clone() }
        };
        let (sloppy, strict) = (made("sloppy", ""), made("strict", "\"use strict\";\n"));
        if raw || flag("noStrict") || flag("module") {
            vec![sloppy]
        } else if flag("onlyStrict") {
            vec![strict]
        } else {
            vec![sloppy, strict]
        }
    }
}

/// The features of the language that a test declares.
pub(super) fn features(text: &str) -> Vec<String> {
    Head::of(text).features
}

/// The comment between `/*---` and `---*/`, as far as it determines how the test runs.
#[derive(Debug, Default)]
struct Head {
    flags: Vec<String>,
    includes: Vec<String>,
    features: Vec<String>,
    negative: Option<(String, String)>,
}

impl Head {
    fn of(text: &str) -> Self {
        let inner =
            text.split_once("/*---").and_then(|(_, rest)| rest.split_once("---*/")).map_or("", |(inner, _)| inner);
        let mut head = Self::default();
        let mut key = "";
        for line in inner.lines() {
            let indented = line.starts_with([' ', '\t']);
            let line = line.trim();
            if !indented && let Some((name, value)) = line.split_once(':') {
                key = name;
                match key {
                    "flags" => head.flags.extend(list(value)),
                    "includes" => head.includes.extend(list(value)),
                    "features" => head.features.extend(list(value)),
                    "negative" => head.negative = Some((String::new(), String::new())),
                    _ => {}
                }
            } else if let Some(item) = line.strip_prefix("- ") {
                match key {
                    "flags" => head.flags.push(item.trim().to_owned()),
                    "includes" => head.includes.push(item.trim().to_owned()),
                    "features" => head.features.push(item.trim().to_owned()),
                    _ => {}
                }
            } else if key == "negative"
                && let (Some((phase, name)), Some((word, value))) = (&mut head.negative, line.split_once(':'))
            {
                match word {
                    "phase" => *phase = value.trim().to_owned(),
                    "type" => *name = value.trim().to_owned(),
                    _ => {}
                }
            }
        }
        head
    }
}

/// `[a, b]`.
fn list(text: &str) -> impl Iterator<Item = String> {
    let items = text.trim().trim_start_matches('[').trim_end_matches(']');
    items.split(',').map(|item| item.trim().to_owned()).filter(|item| !item.is_empty())
}
