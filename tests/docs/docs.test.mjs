// Runs the commands of every document in order, each document in a folder of its own with a copy of the project, and compares what they print with what the
// document shows. Scripts have to pass `iota-scripts check` without a finding, JSON has to be JSON, links have to lead somewhere.
//
// A comment directly before a block (`<!-- docs-test: KIND … -->`) says how it is treated if it cannot simply be run:
//
//   server        sh: starts in the background until the document ends; names the address 127.0.0.1:PORT at which it answers
//   fails         sh: has to fail
//   needs REASON  sh: is not run, and counted; its targets of make, names of cargo, programs and files have to be there
//   saved NAME    js: is saved under this name too, for the commands after it
//   library NAME  js: is a library that scripts after it import
//   file PATH     rust: is the same as this file, which cargo compiles
//
// A text is what the block for the shell before it prints. make and cargo build nothing here: see bin/. Ports of 127.0.0.1 are replaced by
// free ones. A block of a language without a rule fails.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { access, readdir, readFile, rm } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { contains, matches } from "./support/expected.mjs";
import { anchors, blocks, links, strayMarkers } from "./support/markdown.mjs";
import { copyProject, freePort, programs, root, Session } from "./support/session.mjs";

const SHELL = ["sh", "bash"];
const KINDS = { sh: ["server", "fails", "needs", null], text: ["needs", null], js: ["saved", "library", null], ts: [null], json: [null], rust: ["file"] };
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
  console.log(`documents: ${counts.commands} commands run, ${counts.named} commands of make and cargo looked up, ${counts.outputs} outputs compared, ${counts.scripts} scripts checked, ${counts.skipped.length} commands not run:`);
  for (const { where, command, reason } of counts.skipped) console.log(`  ${where}: ${command} (needs ${reason})`);
});

/** Commands of a block for the shell, without comments. */
function commands(text) {
  const lines = text.replace(/<<'(\w+)'[^]*?\n\1\n/g, "\n").replace(/\\\n\s*/g, " ").split("\n");
  return lines.map((line) => line.replace(/(^|\s)#.*$/, "").trim()).filter((line) => /^[a-z(]/i.test(line));
}

/** What can be said of commands that are not run: targets of make, names of cargo, and files of the project have to be there. */
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
      assert.equal(status, 0, `there is no ${path}`);
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

/** One block; `shown` is the text block right behind it, if there is one. */
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
      if (block.marker === "fails") assert.notEqual(status, 0, `it succeeds:\n${output}`);
      else assert.equal(status, 0, output);
      if (expected !== undefined && !matches(expected, output)) assert.fail(`it prints\n${output}\nand the document shows\n${expected}`);
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
            assert.ok(rule in KINDS, `there is no rule for blocks of ${language || "no language"}`);
            assert.ok(KINDS[rule].includes(marker), `${marker ?? "no comment"} is no way to treat a block of ${language}`);
            assert.equal(["needs", "saved", "library", "file"].includes(marker), block.argument !== null, "the comment has too much or too little");
            if (rule === "text") {
              assert.ok(SHELL.includes(found[index - 1]?.language), "a text is the output of the block for the shell before it");
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

test("links lead to files and headings", async () => {
  const broken = [];
  for (const [file, text] of documents) {
    for (const link of links(text).filter((found) => !/^\w+:/.test(found))) {
      const [path, anchor] = link.split("#");
      const other = path ? relative(root, resolve(root, dirname(file), path)) : file;
      const there = documents.get(other);
      if (anchor !== undefined && there !== undefined && !anchors(there).has(anchor)) broken.push(`${file}: ${link}`);
      else if (there === undefined && !(await access(join(root, other)).then(() => true, () => false))) broken.push(`${file}: ${link}`);
    }
  }
  assert.deepEqual(broken, []);
});
