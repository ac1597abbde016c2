// The example ERP in a separate process, with private data; both are removed after the tests.
import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const root = resolve(import.meta.dirname, "../../..");
const target = process.env.CARGO_TARGET_DIR ? resolve(root, process.env.CARGO_TARGET_DIR) : join(root, "target");
const profile = process.env.PROFILE ?? "debug";

/** Starts the ERP and waits until it prints its address. */
export async function startErp() {
  const folder = await mkdtemp(join(tmpdir(), "iota-scripts-browser-"));
  const program = join(target, profile, "erp-host");
  const database = `sqlite://${join(folder, "erp.db")}`;
  const child = spawn(program, ["--listen", "127.0.0.1:0", "--database-url", database], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let settle;
  const url = new Promise((found, failed) => {
    settle = { found, failed };
  });
  const read = (chunk) => {
    output += chunk;
    const match = /ERP\s+(http:\/\/\S+)/.exec(output);
    if (match) settle.found(match[1]);
  };
  child.stdout.setEncoding("utf8").on("data", read);
  child.stderr.setEncoding("utf8").on("data", read);
  child.on("error", (error) => settle.failed(new Error(`${program} does not start (make build): ${error.message}`)));
  const gone = new Promise((done) => child.on("exit", done));
  child.on("exit", () => settle.failed(new Error(`the ERP ended before it was ready:\n${output}`)));
  return {
    url: await url,
    /** The output of the ERP so far. */
    log: () => output,
    /** Changes the plugin's database directly. */
    tamper: (sql) => promisify(execFile)(join(target, profile, "tamper"), [`sqlite://${join(folder, "erp-scripts.db")}`, sql]),
    async stop() {
      child.kill("SIGTERM");
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A request of the JSON API as a user of the ERP, by their token. */
export async function api(erp, token, method, path, body) {
  const response = await fetch(`${erp.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === "" ? null : JSON.parse(text);
}
