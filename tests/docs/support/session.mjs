// The environment of one document: a temporary folder with a copy of the project, a shell for its commands, and the servers that it
// starts. `stop` ends all of them.
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

/** Copies the project without build results; the documents' folders link to the copy, so that no command changes the sources. */
export async function copyProject() {
  const copy = await mkdtemp(join(tmpdir(), "iota-scripts-docs-"));
  await cp(root, copy, { recursive: true, filter: (path) => path === root || !BUILT.has(basename(path)) });
  return copy;
}

/** A free port on loopback. */
export async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** Process groups to kill when this process exits for any reason. */
const running = new Set();
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));
process.on("exit", () => {
  for (const pid of running) {
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // Already gone.
    }
  }
});

/** Ends a process group. */
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
  running.delete(child.pid);
}

export class Session {
  #servers = [];

  /** `ports` maps ports in the documents to free ones. */
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
    running.add(child.pid);
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

  /** Resolves with the first non-null result of `ready`; rejects if the process ends before or takes too long. */
  #until(started, what, ready) {
    return new Promise((done, failed) => {
      const late = setTimeout(() => failed(new Error(`${what} took more than ${SECONDS} s; output:\n${started.output}`)), SECONDS * 1000);
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

  /** Runs a block in the document's shell, which keeps variables and folder; the status is that of the last command that failed, or 0. */
  async run(text) {
    const file = join(this.folder, ".block.sh");
    await writeFile(file, text);
    this.shell.output = "";
    this.shell.child.stdin.write(`${file}\n`);
    const [, output, status] = await this.#until(this.shell, "the block", () => /^([^]*)\n\x01(\d+)\n$/.exec(this.shell.output));
    return { output, status: Number(status) };
  }

  /** Starts a block in the background; resolves when `printed` accepts its output and its first loopback address responds. */
  async serve(text, printed = () => true) {
    const address = /127\.0\.0\.1:\d+/.exec(text)?.[0];
    if (!address) throw new Error("a server block must contain the address 127.0.0.1:PORT that it serves");
    const server = this.#spawn(text, { DOCS_TEST_SERVER: "1" });
    this.#servers.push(server);
    await this.#until(server, "the server", () => (printed(server.output) ? true : null));
    for (let attempt = 0; ; attempt++) {
      try {
        await fetch(`http://${address}/`, { redirect: "manual" });
        return server.output;
      } catch (error) {
        if (attempt === SECONDS * 10 || server.code !== undefined) throw new Error(`${address} does not respond: ${error.message}\n${server.output}`);
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
