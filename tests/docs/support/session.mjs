// The reader's place: a temporary folder with a copy of the project, a shell there for the commands of one document, and the servers that
// the document starts. Everything ends with `stop`.
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, delimiter, join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../../..");
export const target = process.env.CARGO_TARGET_DIR ? resolve(root, process.env.CARGO_TARGET_DIR) : join(root, "target");
export const programs = join(target, process.env.PROFILE ?? "debug");

const BUILT = new Set([".git", "target", "data", "node_modules", "dist", "run-make-build-first"]);
const SECONDS = 60;

/** A copy of the project without what was built; the documents' folders link to it, so that no command changes the sources. */
export async function copyProject() {
  const copy = await mkdtemp(join(tmpdir(), "iota-scripts-docs-"));
  await cp(root, copy, { recursive: true, filter: (path) => path === root || !BUILT.has(basename(path)) });
  return copy;
}

/** A port of loopback that nothing listens on. */
export async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** Ends a process and all that it started. */
async function end(child, gone) {
  for (const signal of ["SIGTERM", "SIGKILL"]) {
    try {
      process.kill(-child.pid, signal);
    } catch {
      break;
    }
    if (await Promise.race([gone.then(() => true), new Promise((done) => setTimeout(done, 10_000, false))])) break;
  }
  await gone;
}

export class Session {
  #servers = [];

  /** `ports` says which port stands for each that the documents name. */
  static async start(copy, ports) {
    const session = new Session();
    session.folder = await mkdtemp(join(tmpdir(), "iota-scripts-docs-"));
    for (const entry of await readdir(copy)) await symlink(join(copy, entry), join(session.folder, entry));
    await symlink(target, join(session.folder, "target"));
    const path = join(session.folder, ".bin");
    await mkdir(path);
    for (const program of ["iota-scripts", "erp-host"]) await symlink(join(programs, program), join(path, program));
    const { MAKEFLAGS: _, MAKELEVEL: __, MFLAGS: ___, NODE_TEST_CONTEXT: ____, ...inherited } = process.env;
    session.environment = {
      ...inherited,
      CARGO_TARGET_DIR: target,
      TMPDIR: session.folder,
      PATH: [join(import.meta.dirname, "../bin"), path, inherited.PATH].join(delimiter),
      DOCS_TEST_PATH: inherited.PATH,
      DOCS_TEST_ROOT: root,
      DOCS_TEST_PROGRAMS: programs,
      DOCS_TEST_PORTS: [...ports].map(([from, to]) => `s/127\\.0\\.0\\.1:${from}\\b/127.0.0.1:${to}/g`).join(";"),
    };
    session.shell = session.#spawn("exec 2>&1; set -E -o pipefail; trap '__failed=$?' ERR; while read -r block; do __failed=0; . \"$block\" < /dev/null; printf '\\n\\001%s\\n' \"$__failed\"; done");
    return session;
  }

  #spawn(command, more = {}) {
    const child = spawn("bash", ["--noprofile", "--norc", "-c", command], {
      cwd: this.folder,
      env: { ...this.environment, ...more },
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
    const started = { child, output: "", heard: () => {} };
    started.gone = new Promise((done) => child.on("close", (code) => done((started.code = code))));
    started.gone.then(() => started.heard());
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk) => {
        started.output += chunk;
        started.heard();
      });
    }
    return started;
  }

  /** Waits until `ready` gives something; rejects when the process ends first or takes too long. */
  #until(started, what, ready) {
    return new Promise((done, failed) => {
      const late = setTimeout(() => failed(new Error(`${what} takes more than ${SECONDS} s; so far:\n${started.output}`)), SECONDS * 1000);
      started.heard = () => {
        const found = ready();
        if (found === null && started.code === undefined) return;
        clearTimeout(late);
        if (found === null) failed(new Error(`${what} ended with ${started.code}:\n${started.output}`));
        else done(found);
      };
      started.heard();
    });
  }

  /** Runs a block in the document's shell, whose variables and folder last; the status is that of the first command that failed. */
  async run(text) {
    const file = join(this.folder, ".block.sh");
    await writeFile(file, text);
    this.shell.output = "";
    this.shell.child.stdin.write(`${file}\n`);
    const [, output, status] = await this.#until(this.shell, "the block", () => /^([^]*)\n\x01(\d+)\n$/.exec(this.shell.output));
    return { output, status: Number(status) };
  }

  /** Starts a block in the background; resolves when its first address of loopback answers and `printed` likes what it has printed. */
  async serve(text, printed = () => true) {
    const address = /127\.0\.0\.1:\d+/.exec(text)?.[0];
    if (!address) throw new Error("a server's block names the address 127.0.0.1:PORT that it answers at");
    const server = this.#spawn(text, { DOCS_TEST_SERVER: "1" });
    this.#servers.push(server);
    await this.#until(server, "the server", () => (printed(server.output) ? true : null));
    for (let attempt = 0; ; attempt++) {
      try {
        await fetch(`http://${address}/`, { redirect: "manual" });
        return server.output;
      } catch (error) {
        if (attempt === SECONDS * 10 || server.code !== undefined) throw new Error(`${address} does not answer: ${error.message}\n${server.output}`);
        await new Promise((done) => setTimeout(done, 100));
      }
    }
  }

  async save(name, text) {
    await writeFile(join(this.folder, name), text);
  }

  async stop() {
    this.shell.child.stdin.end();
    for (const { child, gone } of [...this.#servers, this.shell]) await end(child, gone);
    await rm(this.folder, { recursive: true, force: true });
  }
}
