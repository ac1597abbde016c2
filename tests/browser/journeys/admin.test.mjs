// An admin's tasks: run now and later, follow a run live and cancel it, act on several scripts at once; and all of it without JavaScript.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openBrowser, signIn } from "../support/browser.mjs";
import { Editor } from "../support/editor.mjs";
import { api, startErp } from "../support/erp.mjs";

const API = "/scripts/api/v1";
/** Logs immediately, then runs until its time limit. */
const SLOW = `async function main(input) {
    console.log('first line', input?.n ?? 0);
    for (;;) JSON.stringify(Array.from({ length: 10000 }, (_, i) => i));
}
`;

describe("an admin", { concurrency: false }, () => {
  let erp, browser, page, complaints, slow;
  const call = (method, path, body) => api(erp, "acme-admin", method, API + path, body);

  before(async () => {
    erp = await startErp();
    browser = await openBrowser();
    ({ page, complaints } = await signIn(browser, erp, "acme-admin"));
    slow = await call("POST", "/scripts", { name: "Slow", type: "one_off", content: SLOW, timeout_seconds: 60 });
    for (const name of ["One", "Two", "Three"]) await call("POST", "/scripts", { name, type: "one_off", content: "function main() { return 1; }" });
  });
  after(async () => {
    await browser?.close();
    await erp?.stop();
  });

  test("starts a run, reads its first line meanwhile, and cancels it", async () => {
    await page.goto(`/scripts/${slow.id}`);
    await page.fill('textarea[name="input"]', '{"n": 7}');
    await page.locator('form[action$="/run"] button').click();
    await page.waitForURL("**/scripts/runs/*");
    await page.locator("[data-live-run]").getByText("first line 7").waitFor();
    assert.equal(await page.locator("[data-run-status]").innerText(), "Running");
    await page.click('button:has-text("Cancel")');
    await page.locator(".is-status-cancelled[data-run-status]").waitFor();
    await page.locator(".is-log").getByText("first line 7").waitFor();
  });

  test("sees errors of input and time, and keeps the entered values", async () => {
    await page.goto(`/scripts/${slow.id}`);
    await page.fill('textarea[name="input"]', '{"n": ');
    await page.locator('form[action$="/run"] button').click();
    await page.locator('[data-error-for="input"]:not(:empty)').waitFor();
    assert.equal(await page.inputValue('textarea[name="input"]'), '{"n": ');
    await page.fill('textarea[name="input"]', '{"n": 8}');
    await page.fill('input[name="at"]', "2020-01-01T09:00");
    await page.locator('form[action$="/run"] button').click();
    await page.locator('[data-error-for="at"]').getByText("this time has passed").waitFor();
    assert.equal(await page.inputValue('textarea[name="input"]'), '{"n": 8}');
  });

  test("requests a later run and cancels it", async () => {
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    await page.goto(`/scripts/${slow.id}`);
    await page.fill('input[name="at"]', `${tomorrow}T09:30`);
    await page.locator('form[action$="/run"] button').click();
    await page.waitForURL("**/scripts/occurrences?*");
    const row = page.locator("tbody tr");
    assert.match(await row.innerText(), new RegExp(`${tomorrow} 09:30[^]*Deferred run[^]*Pending`));
    page.once("dialog", (dialog) => dialog.accept());
    await row.locator('button:has-text("Cancel")').click();
    await page.locator("tbody .is-state-cancelled").waitFor();
  });

  test("sets the user of a schedule, and is told of an unknown one", async () => {
    const nightly = await call("POST", "/scripts", { name: "Nightly", type: "cron", cron_expression: "0 3 * * *", content: "function main() {}" });
    await page.goto(`/scripts/${nightly.id}`);
    const me = await page.locator("datalist#users option").first().getAttribute("value");
    assert.equal(await page.inputValue('input[name="run_as"]'), me, "the user who activated it");
    await page.locator("[data-runs-as]").getByText("Runs as Dilnoza Karimova").waitFor();
    await page.fill('input[name="run_as"]', "unknown-user");
    await page.click("[data-save]");
    await page.locator('[data-error-for="run_as"]').getByText('user "unknown-user" not found').waitFor();
    await page.fill('input[name="run_as"]', me);
    await page.fill('textarea[name="description"]', "As myself");
    await page.click("[data-save]");
    await page.locator("[data-version-label]").getByText("2").waitFor();
    await page.reload();
    assert.equal(await page.inputValue('input[name="run_as"]'), me);
    await page.locator('label:has(input[name="run_as"]) strong').getByText("Dilnoza Karimova").waitFor();
    assert.equal((await call("GET", `/scripts/${nightly.id}`)).run_as, me);

    const { page: author, context } = await signIn(browser, erp, "acme-author");
    await author.goto(`/scripts/${nightly.id}`);
    assert.equal(await author.locator("[data-save]").count(), 0, "who could change it would act with the admin's rights");
    await context.close();
    await call("DELETE", `/scripts/${nightly.id}`);
  });

  test("finds scripts while typing, and activates several at once", async () => {
    await page.goto("/scripts");
    await page.fill('input[type="search"]', "t");
    await page.waitForURL("**/scripts?search=t*");
    assert.deepEqual(await page.locator(".is-name").allInnerTexts(), ["Three", "Two"]);
    await page.locator('button[value="deactivate"]:disabled').waitFor();
    await page.check("[data-select-all]");
    await page.click('button[value="deactivate"]');
    await page.locator(".is-notice").getByText("2 scripts deactivated").waitFor();
    assert.equal(await page.inputValue('input[type="search"]'), "t", "the filter stays");
    assert.equal((await call("GET", "/scripts?is_active=false")).total, 2);
    await page.selectOption('select[name="active"]', "off");
    await page.waitForURL("**active=off*");
    await page.check("[data-select-all]");
    await page.click('button[value="activate"]');
    await page.locator("h1").getByText("Activate the selected scripts?").waitFor();
    assert.equal((await call("GET", "/scripts?is_active=false")).total, 2, "nothing happens before it is confirmed");
    await page.click('a:has-text("Cancel")');
    await page.check("[data-select-all]");
    page.once("dialog", (dialog) => dialog.accept());
    await page.click('button[value="delete"]');
    await page.locator(".is-notice").getByText("2 scripts deleted").waitFor();
    assert.equal((await call("GET", "/scripts")).total, 2);
  });

  test("filters the history by failed runs", async () => {
    const broken = await call("POST", "/scripts", { name: "Broken", type: "one_off", content: "function main() { throw new Error('no'); }" });
    await call("POST", `/scripts/${broken.id}/run`, {});
    await page.goto("/scripts/runs");
    await page.selectOption('select[name="status"]', "unsuccessful");
    await page.waitForURL("**status=unsuccessful*");
    for (let tries = 0; tries < 100 && (await page.locator("tbody tr").count()) !== 1; tries += 1) await page.reload();
    assert.match(await page.locator("tbody tr").innerText(), /Failed\s+Broken[^]*no/);
    await page.click(".is-tabs a:has-text('Overview')");
    assert.match(await page.locator(".is-tile-bad").innerText(), /Failed\s+1/);
    assert.deepEqual(complaints.filter((complaint) => !/status of 422/.test(complaint)), []);
  });

  test("sees path errors at the field, and keeps the form", async () => {
    const endpoint = (name, path) => ({ name, type: "endpoint", endpoint_method: "GET", endpoint_path: path, content: "function handleRequest() {}" });
    await call("POST", "/scripts", endpoint("First", "/orders/:id"));
    const second = await call("POST", "/scripts", endpoint("Second", "/second"));
    await page.goto(`/scripts/${second.id}`);
    const editor = new Editor(page);
    await editor.ready();
    await editor.fill("function handleRequest() { return 'kept'; }");
    for (const [path, said] of [
      ["/orders/:number", "another script already handles this method and path"],
      ["/a/../b", ".."],
      ["/openapi.json", "this path is reserved for the description of all endpoints"],
    ]) {
      await page.fill('input[name="endpoint_path"]', path);
      await page.click("[data-save]");
      await page.locator('[data-error-for="endpoint_path"]').getByText(said).waitFor();
      assert.equal(await page.inputValue('input[name="endpoint_path"]'), path);
      assert.match(await editor.text(), /kept/);
    }
    await page.fill('input[name="endpoint_path"]', "/third");
    await page.click("[data-save]");
    await page.locator("[data-notice]").getByText("Saved as version 2").waitFor();
    assert.equal(await page.locator('[data-error-for="endpoint_path"]').innerText(), "");
  });

  test("does the same without JavaScript", async () => {
    const { page: plain } = await signIn(browser, erp, "acme-admin", { javaScriptEnabled: false });
    await plain.goto("/scripts/new");
    await plain.fill('input[name="name"]', "Slow");
    await plain.check('input[value="step_by_step"]');
    await plain.click('button:has-text("Create")');
    await plain.locator('[data-error-for="name"]').getByText("Another script already has this name").waitFor();
    assert.ok(await plain.isChecked('input[value="step_by_step"]'), "the choice stays");
    await plain.fill('input[name="name"]', "Plain");
    await plain.click('button:has-text("Create")');
    await plain.fill('textarea[name="content"]', "function main() {\n    return 'plain';\n}\n");
    await plain.click("[data-save]");
    await plain.locator(".is-notice").getByText("Saved.").waitFor();
    await plain.fill('input[name="name"]', "");
    await plain.fill('textarea[name="content"]', "// kept\n");
    await plain.click("[data-save]");
    await plain.locator('[data-error-for="name"]:not(:empty)').waitFor();
    assert.equal(await plain.inputValue('textarea[name="content"]'), "// kept\n");
    const address = plain.url();
    const id = new URL(address).pathname.split("/").pop();
    await plain.goto(`/scripts/${id}`);
    await plain.fill('textarea[name="content"]', "// mine\n");
    const current = await call("GET", `/scripts/${id}`);
    await call("PUT", `/scripts/${id}`, { name: "Plain", type: "one_off", content: "// theirs\n", base_version: current.version });
    await plain.click("[data-save]");
    await plain.locator("[data-notice]").getByText("Someone else saved version").waitFor();
    assert.equal(await plain.inputValue('textarea[name="content"]'), "// mine\n", "the text stays");
    await plain.context().close();
  });

  test("returns from the sign-in page to the filtered list", async () => {
    await page.goto("/scripts");
    await page.context().clearCookies();
    await page.selectOption('select[name="type"]', "one_off");
    await page.waitForURL((url) => url.pathname === "/login");
    assert.match(new URL(page.url()).searchParams.get("next"), /^\/scripts\?.*type=one_off/);
  });
});
