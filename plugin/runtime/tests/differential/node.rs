//! Node.js as the reference: one process that runs program after program.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde_json::{Value, json};

use crate::program::Program;

/// Reads one program per line, runs it, and writes the result of `main()`.
const RUNNER: &str = r"
const { runInThisContext } = require('node:vm');
const lines = require('node:readline').createInterface({ input: process.stdin });
const own = new Set(Reflect.ownKeys(globalThis));
// Ignores rejections that a program does not handle.
process.on('unhandledRejection', () => {});
(async () => {
  for await (const line of lines) {
    const { source, zone } = JSON.parse(line);
    process.env.TZ = zone;
    let answer, made;
    try {
      made = runInThisContext('(function () {' + source + '\nreturn main; })', { timeout: 5000 });
    } catch (error) {
      answer = error instanceof SyntaxError ? { refused: error.message } : { failed: String(error) };
    }
    if (made) try {
      const main = made();
      answer = { result: await main() };
    } catch (error) {
      answer = { failed: String(error) };
    }
    // Removes the globals of a program before the next one, as an isolate does.
    for (const key of Reflect.ownKeys(globalThis)) if (!own.has(key)) delete globalThis[key];
    process.stdout.write(JSON.stringify(answer) + '\n');
  }
})();
";

pub(crate) struct Node {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Node {
    pub(crate) fn start() -> Self {
        let mut process = Command::new("node")
            // With a global `replace` by a string, its compiled patterns return groups of the previous match; its
            // interpreter does not.
            .args(["--regexp-interpret-all", "-e", RUNNER])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Node.js 20 or newer is needed");
        let input = process.stdin.take().expect("a pipe");
        let output = BufReader::new(process.stdout.take().expect("a pipe"));
        Self { process, input, output }
    }

    /// Returns the result of the program.
    pub(crate) fn run(&mut self, program: &Program) -> Value {
        self.ask(program);
        self.answer()
    }

    /// Sends a program; answers arrive in the same order.
    pub(crate) fn ask(&mut self, program: &Program) {
        let question = json!({ "source": program.source(), "zone": program.zone });
        writeln!(self.input, "{question}").and_then(|()| self.input.flush()).expect("Node.js reads");
    }

    pub(crate) fn answer(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("Node.js answers");
        serde_json::from_str(&line).expect("an answer in JSON")
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
