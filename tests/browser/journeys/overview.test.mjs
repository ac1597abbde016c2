// The overview and the pause of all schedules: scripts that need attention, numbers that link to their lists, a banner on every page.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openBrowser, signIn } from "../support/browser.mjs";
import { api, startErp } from "../support/erp.mjs";
import { finished } from "../support/sample.mjs";

const API = "/scripts/api/v1";

describe("the overview", { concurrency: false }, () => {
  let erp, browser, page, complaints, nightly;
  const call = (method, path, body) => api(erp, "acme-admin", method, API + path, body);
  const run = async (script, input) => finished(call, (await call("POST", `/scripts/${script.id}/run`, input)).execution_id);

  before(async () => {
    erp = await startErp();
    browser = await openBrowser();
    ({ page, complaints } = await signIn(browser, erp, "acme-admin"));
    const content = "function main(input) { if (input) throw new Error('no stock for ' + input); return 1; }";
    nightly = await call("POST", "/scripts", { name: "Nightly", type: "cron", cron_expression: "0 3 * * *", content });
  });
  after(async () => {
    await browser?.close();
    await erp?.stop();
  });

  test("shows no runs, then success, then what needs attention", async () => {
    await page.goto("/scripts/dashboard");
    assert.equal(await page.locator(".is-verdict").innerText(), "No runs in the last 24 hours.");
    await run(nightly, {});
    await page.reload();
    assert.match(await page.locator(".is-verdict").innerText(), /^No problems: 1 run succeeded/);
    for (const input of ["nails", "glue"]) await run(nightly, { input });
    await run(nightly, { input: "tape", dry_run: true });
    await page.reload();
    assert.equal(await page.locator(".is-verdict").innerText(), "1 script needs attention.");
    const rows = page.locator(".is-attention tbody tr");
    assert.equal(await rows.count(), 1);
    assert.match(await rows.innerText(), /Nightly[^]*failed 2 times[^]*last success[^]*no stock for glue/);
    await rows.locator("a:has-text('Last failed run')").click();
    await page.waitForURL("**/scripts/runs/*");
    await page.locator("body").getByText("no stock for glue").first().waitFor();
  });

  test("links each number to exactly its list", async () => {
    await page.goto("/scripts/dashboard");
    const links = await page.locator(".is-tiles a, .is-attention .is-whole a").evaluateAll((found) => found.map((a) => [a.href, Number(/\d+/.exec(a.innerText)?.[0])]));
    assert.ok(links.length >= 6, JSON.stringify(links));
    for (const [href, count] of links) {
      await page.goto(href);
      const pager = page.locator(".is-pager > span").first();
      const total = (await pager.count()) === 0 ? 0 : Number(/(\d+) entr/.exec(await pager.innerText())[1]);
      assert.equal(total, count, href);
    }
  });

  test("keeps a time in the filters when another filter changes", async () => {
    await page.goto("/scripts/dashboard");
    await page.click(".is-tile a:has-text('Failed')");
    const from = await page.inputValue('input[name="from"]');
    assert.match(from, /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/);
    await page.selectOption('select[name="trials"]', "");
    await page.waitForURL((url) => url.searchParams.get("trials") === "" && url.searchParams.get("from").includes("T"));
    await page.locator(".is-pager").getByText("3 entries").waitFor();
  });

  test("pauses all schedules, shown on every page, and resumes them", async () => {
    await page.goto("/scripts/dashboard");
    await page.click('a:has-text("Pause all schedules")');
    await page.fill('input[name="reason"]', "Moving the <warehouse>");
    await page.fill('input[name="until"]', "2020-01-01T09:00");
    await page.click('form[action="/scripts/pause"] button');
    await page.locator('[data-error-for="until"]:not(:empty)').waitFor();
    assert.equal(await page.inputValue('input[name="reason"]'), "Moving the <warehouse>");
    await page.fill('input[name="until"]', "2999-01-01T09:00");
    await page.click('form[action="/scripts/pause"] button');
    await page.locator(".is-notice").getByText("No script was changed").waitFor();
    for (const path of ["/scripts", "/scripts/runs", "/scripts/occurrences", `/scripts/${nightly.id}`, "/scripts/00000000-0000-0000-0000-000000000000", "/"]) {
      await page.goto(path);
      await page.locator(".is-paused").getByText(/Schedules paused by Dilnoza Karimova since .*, until 2999-01-01 09:00: Moving the <warehouse>/).waitFor();
    }
    assert.equal((await call("GET", `/scripts/${nightly.id}`)).is_active, true);
    const { page: author, context } = await signIn(browser, erp, "acme-author");
    await author.goto("/scripts");
    await author.locator(".is-paused").waitFor();
    assert.equal(await author.locator('form[action="/scripts/resume"]').count(), 0);
    await context.close();
    await page.goto("/");
    await page.click('form[action="/scripts/resume"] button');
    await page.locator(".is-notice").getByText("Schedules resumed").waitFor();
    assert.equal(await page.locator(".is-paused").count(), 0);
    assert.deepEqual(complaints.filter((complaint) => !/status of (404|422)/.test(complaint)), []);
  });

  test("confirms a bulk activation, and skips broken drafts", async () => {
    const off = (name, content) => call("POST", "/scripts", { name, type: "one_off", content, is_active: false });
    await off("Archive", "function main() {}");
    await off("Draft", "function main( {");
    await page.goto("/scripts?active=off");
    await page.check("[data-select-all]");
    await page.click('button[value="activate"]');
    const row = (name) => page.locator(`tbody tr:has-text("${name}")`);
    await row("Archive").getByText("will be activated").waitFor();
    await row("Draft").getByText("stays inactive: does not compile").waitFor();
    await page.click('button:has-text("Activate 1 script")');
    await page.locator(".is-notice").getByText("1 script activated").waitFor();
    assert.deepEqual((await call("GET", "/scripts?is_active=false")).items.map((script) => script.name), ["Draft"]);
  });
});
