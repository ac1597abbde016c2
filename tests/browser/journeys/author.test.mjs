// An author's tasks: from an example to a script that runs on a schedule, with a mistake on the way.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openBrowser, signIn } from "../support/browser.mjs";
import { Editor } from "../support/editor.mjs";
import { api, startErp } from "../support/erp.mjs";

const SOURCE = `async function main(input) {
    console.log('counting for', input?.who ?? 'everybody');
    const clients = await services.clients.list({ limit: 3 });
    console.log('found', clients.length);
    return { clients: clients.length };
}
`;

describe("an author", { concurrency: false }, () => {
  let erp, browser, page, complaints, editor, scriptPath;

  before(async () => {
    erp = await startErp();
    browser = await openBrowser();
    ({ page, complaints } = await signIn(browser, erp, "acme-admin"));
    editor = new Editor(page);
  });
  after(async () => {
    await browser?.close();
    await erp?.stop();
  });

  test("finds the pages in the application's navigation", async () => {
    await page.click('header nav a:has-text("Scripts")');
    await page.waitForURL("**/scripts");
    await page.locator(".is-empty").getByText("No scripts yet").waitFor();
  });

  test("creates one script from an example, also by a double submit", async () => {
    await page.click('.is-empty a:has-text("New script")');
    await page.fill('input[name="name"]', "Count clients");
    await page.check('input[name="starter"][value="weekly_summary"]');
    const form = await page.evaluate(() => new URLSearchParams(new FormData(document.querySelector("form.is-create"))).toString());
    await page.click('button:has-text("Create")');
    await editor.ready();
    scriptPath = new URL(page.url()).pathname;
    assert.match(await page.locator("h1").innerText(), /Count clients\s+Inactive/);
    const again = await page.request.post("/scripts/new", {
      data: form,
      headers: { "content-type": "application/x-www-form-urlencoded", origin: erp.url },
    });
    assert.equal(new URL(again.url()).pathname, scriptPath, "the second form leads to the same script");
    const { total } = await api(erp, "acme-admin", "GET", "/scripts/api/v1/scripts");
    assert.equal(total, 1);
  });

  test("completes the name of a service", async () => {
    await editor.fill("async function main() {\n    return await services.cli\n}\n");
    await editor.moveTo(2, "    return await services.cli".length + 1);
    assert.ok((await editor.suggestions()).includes("clients"), "services are offered");
    await page.keyboard.press("Enter");
    assert.match(await editor.text(), /services\.clients/);
    await page.keyboard.type(".");
    const methods = await editor.suggestions(false);
    assert.ok(methods.includes("list") && methods.includes("get"), `methods are offered: ${methods}`);
    await page.keyboard.press("Escape");
  });

  test("sees a syntax error marked on its line, and corrects it", async () => {
    await editor.fill("async function main() {\n    const a = 1;\n    return a +;\n}\n");
    const [marker] = await editor.markers((found) => found.length > 0);
    assert.equal(marker.startLineNumber, 3);
    assert.notEqual(marker.message, "");
    await editor.fill(SOURCE);
    await editor.markers((found) => found.length === 0);
  });

  test("sees a missing entry point at the source", async () => {
    const hint = page.locator("[data-missing-function]");
    await editor.fill(SOURCE.replace("main", "start"));
    await hint.getByText("The source does not define the function main").waitFor();
    await editor.fill(SOURCE);
    await page.locator("[data-missing-function]:empty").waitFor({ state: "attached" });
  });

  test("tests an unsaved source, and reads its output while it runs", async () => {
    await page.fill('textarea[name="test_input"]', '{"who": "Acme"}');
    await page.click("[data-run-test]");
    await page.locator("[data-test-log]").getByText("counting for Acme").waitFor();
    await page.locator("[data-test-result]").getByText('"clients": 3').waitFor();
    const script = await api(erp, "acme-admin", "GET", scriptPath.replace("/scripts/", "/scripts/api/v1/scripts/"));
    assert.doesNotMatch(script.content, /counting for/, "testing saves nothing");
  });

  test("sees the error of a test's input at the field", async () => {
    await page.fill('textarea[name="test_input"]', "{oops");
    await page.click("[data-run-test]");
    await page.locator("[data-test-result]").getByText("Invalid JSON").waitFor();
    await page.fill('textarea[name="test_input"]', "");
  });

  test("reads a schedule in words, and an error if it never fires", async () => {
    await page.fill('input[name="cron_expression"]', "*/15 9-17 * * 1-5");
    await page.locator("[data-cron-preview]").getByText("Every 15 minutes from 09:00 to 17:45").waitFor();
    assert.equal(await page.locator("[data-cron-preview] li").count(), 10);
    for (const [field, wrong, right] of [
      ["cron_expression", "0 0 31 2 *", "*/15 9-17 * * 1-5"],
      ["timezone", "Asia/Nowhere", ""],
    ]) {
      await page.fill(`input[name="${field}"]`, wrong);
      await page.click("[data-save]");
      await page.locator(`[data-error-for="${field}"]:not(:empty)`).waitFor();
      assert.equal(await page.inputValue(`input[name="${field}"]`), wrong, "what was typed stays");
      assert.match(await editor.text(), /counting for/);
      await page.fill(`input[name="${field}"]`, right);
    }
  });

  test("saves with the keyboard, and activates the script", async () => {
    await page.fill('input[name="cron_expression"]', "* * * * *");
    await page.fill('input[name="change_summary"]', "Counts clients");
    await page.keyboard.press("Control+s");
    await page.locator("[data-notice]").getByText("Saved as version 2").waitFor();
    await page.click('button:has-text("Activate")');
    await page.locator(".is-notice").getByText("Script activated").waitFor();
    assert.match(await page.locator("h1").innerText(), /\bActive\b/);
  });

  test("keeps the text if another user has saved before", async () => {
    const id = scriptPath.split("/").pop();
    const theirs = await api(erp, "acme-admin", "GET", `/scripts/api/v1/scripts/${id}`);
    await editor.ready();
    await editor.fill(`${SOURCE}// mine\n`);
    const { name, type, content, cron_expression, version } = theirs;
    const body = { name, type, content: `${content}// theirs\n`, cron_expression, base_version: version };
    await api(erp, "acme-admin", "PUT", `/scripts/api/v1/scripts/${id}`, body);
    await page.click("[data-save]");
    await page.locator("[data-notice]").getByText(`Someone else saved version ${version + 1}`).waitFor();
    assert.match(await editor.text(), /\/\/ mine/);
    await page.click('[data-notice] button:has-text("Compare")');
    await page.locator("[data-diff] .monaco-diff-editor").waitFor();
    await page.click('[data-notice] button:has-text("Overwrite with mine")');
    await page.locator("[data-notice]").getByText("Saved as version").waitFor();
  });

  test("sees it run on schedule, and opens the run", async () => {
    await page.click('nav.is-tabs a:has-text("Scheduled runs")');
    // The next full minute is at most a minute away.
    const ran = page.locator("tr", { hasText: "Count clients" }).filter({ has: page.locator(".is-state-ran") });
    for (let tries = 0; tries < 90 && (await ran.count()) === 0; tries += 1) {
      await page.waitForTimeout(1000);
      await page.reload();
    }
    await ran.first().locator('a:has-text("Run")').click();
    await page.waitForURL("**/scripts/runs/*");
    assert.equal(await page.locator("[data-run-status]").innerText(), "Success");
    await page.locator(".is-log").getByText("counting for everybody").waitFor();
    await page.locator("[data-run-result]").getByText('"clients": 3').waitFor();
    assert.match(await page.locator(".is-facts").innerText(), /Schedule/);
  });

  test("compares a version and restores it", async () => {
    await page.goto(scriptPath);
    await editor.ready();
    await page.click('[data-compare-version="1"]');
    await page.locator("[data-diff] .monaco-diff-editor").waitFor();
    await page.locator("[data-diff]").getByText("Left: version 1").waitFor();
    page.once("dialog", (dialog) => dialog.accept());
    await page.locator("tr", { has: page.locator('[data-compare-version="1"]') }).locator('button:has-text("Restore")').click();
    await page.locator(".is-notice").getByText("Version restored").waitFor();
    await editor.ready();
    assert.match(await editor.text(), /Every Monday morning/);
  });

  test("keeps the text if the session expires during an edit", async () => {
    await editor.fill("// typed before the session ended\n");
    await page.fill('textarea[name="description"]', "described before it ended");
    const cookies = await page.context().cookies();
    await page.context().clearCookies();
    await page.click("[data-save]");
    await page.locator("[data-notice]").getByText("Your session has expired").waitFor();
    assert.match(await editor.text(), /typed before/);
    await page.context().addCookies(cookies);
    page.once("dialog", (dialog) => dialog.accept());
    await page.reload();
    await editor.ready();
    await page.click('[data-notice] button:has-text("Restore draft")');
    assert.match(await editor.text(), /typed before/);
    assert.equal(await page.inputValue('textarea[name="description"]'), "described before it ended");
    await editor.fill(SOURCE);
    await page.click("[data-save]");
    await page.locator("[data-notice]").getByText("Saved as version").waitFor();
  });

  test("previews a change in a dry run", async () => {
    await editor.fill("async function main() {\n    await storage.set('tried', 1);\n    return await storage.get('tried');\n}\n");
    await page.check('input[name="test_dry_run"]');
    await page.click("[data-run-test]");
    await page.locator("[data-test-result]").getByText('"key": "tried"').waitFor();
    await page.uncheck('input[name="test_dry_run"]');
    await editor.fill("async function main() {\n    return { kept: await storage.get('tried') };\n}\n");
    await page.click("[data-run-test]");
    await page.locator("[data-test-result]").getByText('"kept": null').waitFor();
    await editor.fill(SOURCE);
  });

  test("creates a library, and a script that imports it", async () => {
    await page.goto("/scripts/new");
    await page.fill('input[name="name"]', "tax");
    await page.check('input[name="starter"][value="validate_order"]');
    await page.click('button:has-text("Create")');
    await editor.ready();
    await editor.fill("export const vat = (amount) => amount * 0.12;\n");
    await page.check('input[name="library"]');
    await page.click("[data-save]");
    await page.locator("[data-notice]").getByText("Saved as version 2").waitFor();
    await page.reload();
    await editor.ready();
    assert.ok(await page.isChecked('input[name="library"]'));
    await page.goto(scriptPath);
    await editor.ready();
    await editor.fill("import { vat } from 'lib:tax';\nfunction main() {\n    return { vat: vat(100) };\n}\n");
    await page.click("[data-run-test]");
    await page.locator("[data-test-result]").getByText('"vat": 12').waitFor();
    await editor.fill(SOURCE);
  });

  test("reads everything in another language and theme", async () => {
    await page.click('button[name="locale"][value="ru"]');
    await page.locator("html[lang=ru]").waitFor();
    await page.goto(scriptPath);
    await editor.ready();
    await page.getByText("Сохранить", { exact: true }).waitFor();
    assert.match(await page.locator(".is-head").innerText(), /Каждую минуту|По расписанию/);
    await page.fill('input[name="cron_expression"]', "0 9 * *");
    await page.click("[data-save]");
    await page.locator('[data-error-for="cron_expression"]').getByText("пять полей").waitFor();
    await page.click('[data-theme-choice="dark"]');
    await page.locator(".monaco-editor.vs-dark").first().waitFor();
    const dark = await page.evaluate(() => getComputedStyle(document.querySelector(".is-card")).backgroundColor);
    await page.click('[data-theme-choice="light"]');
    await page.locator(".monaco-editor.vs").first().waitFor();
    const light = await page.evaluate(() => getComputedStyle(document.querySelector(".is-card")).backgroundColor);
    assert.notEqual(dark, light);
    page.once("dialog", (dialog) => dialog.accept());
    await page.goto("/scripts");
    await page.getByRole("heading", { name: "Скрипты" }).waitFor();
    await page.click('button[name="locale"][value="uz"]');
    await page.locator("html[lang=uz]").waitFor();
    await page.goto("/scripts");
    await page.getByRole("heading", { name: "Skriptlar" }).waitFor();
    await page.click('button[name="locale"][value="en"]');
  });

  test("saw no console errors except provoked ones", () => {
    const provoked = /status of (401|409|422)|Unauthorized|Conflict|Unprocessable/;
    assert.deepEqual(complaints.filter((complaint) => !provoked.test(complaint)), []);
  });
});
