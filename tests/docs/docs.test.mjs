// Runs the commands of every document, in order, in a temporary folder with a copy of the project, and compares their output with the
// document. Scripts must pass `iota-scripts check` without findings, JSON must parse. Links and file names are checked by
// tests/tidy/documents.rs.
//
// A comment directly before a block (`<!-- docs-test: KIND … -->`) changes how the block is tested:
//
//   server        sh: runs in the background until the document ends; contains the address 127.0.0.1:PORT that it serves
//   fails         sh: must fail
//   needs REASON  sh: is not run but counted; its make targets, cargo names, programs and files must exist
//   saved NAME    js: is also saved under this name, for later commands
//   library NAME  js: is a library that later scripts import
//   file PATH     rust: equals this file, which cargo compiles
//
// A text block is the output of the shell block before it; expected.mjs lists what is not compared. make and cargo are replaced by
// bin/, which build nothing. Ports of 127.0.0.1 are replaced by free ones. A block in any other language fails.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, readFile, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { contains, matches } from "./support/expected.mjs";
import { blocks, strayMarkers } from "./support/markdown.mjs";
import { copyProject, freePort, programs, root, Session } from "./support/session.mjs";

const SHELL = ["sh", "bash"];
const KINDS = { sh: ["server", "fails", "needs", null], text: [null], js: ["saved", "library", null], ts: [null], json: [null], rust: ["file"] };
const counts = { commands: 0, named: 0, outputs: 0, scripts: 0, skipped: [] };
const ports = new Map();
const documents = new Map();
let copy;

async function files(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = entries.map((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return /^(\..*|target|data|node_modules|run-make-build-first)$/.test(entry.name) ? [] : files(path);
    return entry.name.endsWith(".md") ? [path] : [];
  });
  return (await Promise.all(found)).flat();
}

before(async () => {
  copy = await copyProject();
  for (const file of (await files(root)).sort()) documents.set(relative(root, file), await readFile(file, "utf8"));
  for (const text of documents.values()) {
    for (const [, port] of text.matchAll(/127\.0\.0\.1:(\d+)/g)) if (!ports.has(port)) ports.set(port, await freePort());
  }
});

after(async () => {
  await rm(copy, { recursive: true, force: true });
  console.log(`documents: ${counts.commands} commands run, ${counts.named} make and cargo commands checked by name, ${counts.outputs} outputs compared, ${counts.scripts} scripts checked, ${counts.skipped.length} commands not run:`);
  for (const { where, command, reason } of counts.skipped) console.log(`  ${where}: ${command} (needs ${reason})`);
});

/** The commands of a shell block, without comments and here-documents. */
function commands(text) {
  const lines = text.replace(/<<'(\w+)'[^]*?\n\1\n/g, "\n").replace(/(\\|(\|))\n\s*/g, "$2 ").split("\n");
  return lines.map((line) => line.replace(/(^|\s)#.*$/, "").trim()).filter((line) => /^[a-z(]/i.test(line));
}

/** Checks the names in commands that are not run: make targets, cargo packages and targets, programs and files. */
async function named(session, text) {
  for (const line of commands(text)) {
    for (const [command] of line.matchAll(/\b(?:make|cargo) [^&|;()>]*/g)) {
      const { status, output } = await session.run(command);
      assert.equal(status, 0, `${command}\n${output}`);
    }
    for (const [, example, program] of line.matchAll(/\btarget\/\w+\/(examples\/)?([\w-]+)(?=\s|$)/g)) {
      const { status, output } = await session.run(`cargo build --${example ? "example" : "bin"} ${program}`);
      assert.equal(status, 0, output);
    }
    for (const [, path] of line.matchAll(/(?:^|[\s(])((?:tests|docs|examples|scripts|plugin|include|migrations)\/[\w./-]+)/g)) {
      if (path.includes("run-make-build-first")) continue;
      const { status } = await session.run(`[ -e "${path}" ]`);
      assert.equal(status, 0, `${path} does not exist`);
    }
  }
}

async function check(session, script, name, libraries) {
  const whole = /^(export|import)\b|function (main|handleRequest)\b/m.test(script);
  await session.save(name, whole ? script : `async function main(input) {\n${script}}\n`);
  const { stdout } = await promisify(execFile)(join(programs, "iota-scripts"), ["check", "--json", name], { cwd: session.folder }).catch((error) => {
    if (!error.stdout) throw error;
    return error;
  });
  const [{ diagnostics }] = JSON.parse(stdout).files;
  const known = ({ code, message }) => code === "COMPILE_ERROR" && libraries.some((library) => message.includes(`"${library}"`));
  assert.deepEqual(diagnostics.filter((found) => !known(found)), []);
}

/** Tests one block; `shown` is the text block that follows it, if any. Returns the reason if it was skipped. */
async function run(session, block, shown, where, libraries) {
  const text = block.text.replace(/127\.0\.0\.1:(\d+)/g, (_, port) => `127.0.0.1:${ports.get(port)}`);
  const expected = shown?.text.replace(/127\.0\.0\.1:(\d+)/g, (_, port) => `127.0.0.1:${ports.get(port)}`);
  if (SHELL.includes(block.language)) {
    const found = commands(text);
    if (block.marker === "needs") {
      await named(session, text);
      counts.skipped.push(...found.map((command) => ({ where, command, reason: block.argument })));
      return `needs ${block.argument}`;
    }
    const built = block.marker === "server" ? [] : found.filter((command) => /^(make|cargo)\b/.test(command));
    counts.named += built.length;
    counts.commands += found.length - built.length;
    if (block.marker === "server") {
      await session.serve(text, (output) => expected === undefined || contains(expected, output));
    } else {
      const { status, output } = await session.run(text);
      if (block.marker === "fails") assert.notEqual(status, 0, `it succeeded:\n${output}`);
      else assert.equal(status, 0, output);
      if (expected !== undefined && !matches(expected, output)) assert.fail(`output:\n${output}\nin the document:\n${expected}`);
    }
    if (expected !== undefined) counts.outputs++;
  } else if (block.language === "json") {
    JSON.parse(text);
  } else if (block.language === "rust") {
    assert.equal(block.text, await readFile(join(root, block.argument), "utf8"), `it differs from ${block.argument}`);
  } else {
    counts.scripts++;
    if (block.marker === "library") libraries.push(block.argument);
    await check(session, text, block.marker === "saved" ? block.argument : `line-${block.line}.${block.language}`, libraries);
  }
}

test("commands and scripts", async (suite) => {
  for (const [file, text] of documents) {
    const found = blocks(text);
    if (found.length === 0) continue;
    await suite.test(file, async (document) => {
      const session = await Session.start(copy, ports);
      const libraries = [];
      try {
        for (const [index, block] of found.entries()) {
          const { language, marker, line } = block;
          const rule = SHELL.includes(language) ? "sh" : language;
          await document.test(`${file}:${line}`, async (own) => {
            assert.ok(rule in KINDS, `unknown block language: ${language || "none"}`);
            assert.ok(KINDS[rule].includes(marker), `a ${language} block cannot have the comment ${marker ?? "none"}`);
            assert.equal(["needs", "saved", "library", "file"].includes(marker), block.argument !== null, "the comment needs an argument, or must not have one");
            if (rule === "text") {
              assert.ok(SHELL.includes(found[index - 1]?.language), "a text block must follow a shell block");
              return;
            }
            const next = found[index + 1];
            const skipped = await run(session, block, next?.language === "text" ? next : undefined, `${file}:${line}`, libraries);
            if (skipped) own.skip(skipped);
          });
        }
      } finally {
        await session.stop();
      }
    });
  }
});

test("comments of the test are before blocks", () => {
  for (const [file, text] of documents) assert.deepEqual(strayMarkers(text), [], file);
});
