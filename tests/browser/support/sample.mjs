// A tenant with activity: scripts of every kind, successful and failed runs.
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { api } from "./erp.mjs";

const root = resolve(import.meta.dirname, "../../..");
const API = "/scripts/api/v1";

const example = (name) => readFile(join(root, "examples/scripts", name), "utf8");
const starter = (name) => readFile(join(root, "plugin/presentation/starters", name), "utf8");

/** Creates the scripts and waits until their runs have ended. Resolves with the scripts by name. */
export async function fill(erp, token = "acme-admin") {
  const call = (method, path, body) => api(erp, token, method, API + path, body);
  const made = {};
  const create = async (body) => {
    made[body.name] = await call("POST", "/scripts", body);
    return made[body.name];
  };
  await create({
    name: "Inactive client reminder",
    description: "Every weekday morning, sends an SMS to clients with no activity for 30 days.",
    type: "cron",
    cron_expression: "0 9 * * 1-5",
    content: await example("inactive-client-reminder.js"),
    retries: 2,
  });
  await create({
    name: "Weekly summary",
    type: "cron",
    cron_expression: "30 6 * * 1",
    content: await starter("weekly-summary.js"),
  });
  await create({ name: "Heartbeat", type: "cron", cron_expression: "* * * * *", content: "function main() { console.log('alive'); return 'ok'; }" });
  await create({ name: "Import price list", description: "Processes a list in steps.", type: "one_off", content: await starter("step-by-step.js") });
  await create({
    name: "Recount stock",
    type: "one_off",
    content: "async function main(input) {\n    const lines = input.lines;\n    console.log('Counting', lines.length, 'lines');\n    return lines.map((line) => line.count);\n}\n",
  });
  await create({
    name: "Order report",
    type: "endpoint",
    endpoint_method: "GET",
    endpoint_path: "/reports/orders",
    content: await example("order-report.js"),
  });
  await create({
    name: "Partner webhook",
    type: "endpoint",
    endpoint_method: "POST",
    endpoint_path: "/hooks/partner",
    endpoint_access: "public",
    content: await starter("webhook.js"),
    is_active: false,
  });
  await create({ name: "validate_order", type: "embedded", content: await example("validate-order.js") });
  await create({ name: "Count events", type: "embedded", event_patterns: ["order.*", "client.*"], content: await starter("event-handler.js") });

  const reminder = "Dear {{ name }}, we have not seen you since {{ lastVisit }}. Anything we can do?";
  await call("PUT", "/templates/inactive_client_reminder", { body: reminder });

  const run = async (name, input) => {
    const started = await call("POST", `/scripts/${made[name].id}/run`, input === undefined ? {} : { input });
    return finished(call, started.execution_id);
  };
  for (const items of [["nails", "screws"], ["paint"], ["glue", "tape", "rope"]]) await run("Import price list", { items, again: true });
  await run("Recount stock", {});
  await run("Recount stock", { lines: [{ count: 3 }, { count: 14 }] });
  await run("Weekly summary");
  await run("Inactive client reminder");
  await api(erp, token, "GET", "/api/scripts/reports/orders?startDate=2026-01-01&endDate=2026-01-31");
  await call("POST", `/scripts/${made["Weekly summary"].id}/run`, { at: new Date(Date.now() + 86_400_000).toISOString() });
  return made;
}

/** Spreads the runs over a week of history: otherwise all of them would be one bar of the charts. */
export async function spread(erp, token = "acme-admin") {
  const call = (method, path, body) => api(erp, token, method, API + path, body);
  const { items } = await call("GET", "/scripts?type=one_off");
  for (let turn = 0; turn < 90; turn += 1) {
    const input = turn % 9 === 0 ? {} : { items: ["glue", "tape"], again: true, lines: [{ count: turn }] };
    const started = await call("POST", `/scripts/${items[turn % items.length].id}/run`, { input });
    await finished(call, started.execution_id);
  }
  const back = "(rowid * 48271 % CASE WHEN rowid % 2 = 0 THEN 86000 ELSE 600000 END) * 1000000";
  const columns = ["created_at", "started_at", "completed_at"].map((column) => `${column} = ${column} - ${back}`);
  await erp.tamper(`UPDATE script_executions SET ${columns.join(", ")}; ${await recount()}`);
}

/** Statements that recount runs for the charts, as the migration that created the counts does. */
async function recount() {
  const migration = await readFile(join(root, "migrations/sqlite/0020_run_counts.sql"), "utf8");
  return `DELETE FROM script_run_counts; ${migration.slice(migration.indexOf("INSERT INTO script_run_counts"))}`;
}

/** Waits for the end of a run. */
export async function finished(call, id) {
  for (;;) {
    const run = await call("GET", `/executions/${id}`);
    if (!["pending", "running"].includes(run.status)) return run;
    await new Promise((wait) => setTimeout(wait, 50));
  }
}
