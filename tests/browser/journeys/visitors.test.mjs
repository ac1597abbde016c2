// What each user sees: a viewer, an author without the permission for endpoints, another company; and script output never becomes markup.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openBrowser, signIn } from "../support/browser.mjs";
import { Editor } from "../support/editor.mjs";
import { api, startErp } from "../support/erp.mjs";
import { finished } from "../support/sample.mjs";

const API = "/scripts/api/v1";
const HOSTILE = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;

describe("visitors", { concurrency: false }, () => {
  let erp, browser, script, run;
  const call = (method, path, body) => api(erp, "acme-admin", method, API + path, body);

  before(async () => {
    erp = await startErp();
    browser = await openBrowser();
    const quoted = JSON.stringify(HOSTILE);
    script = await call("POST", "/scripts", {
      name: `Report ${HOSTILE}`,
      description: HOSTILE,
      type: "one_off",
      content: `function main(input) { console.log(${quoted}); if (input?.fail) throw new Error(${quoted}); return ${quoted}; }\n// ${HOSTILE}`,
      change_summary: HOSTILE,
    });
    for (const input of [{}, { fail: true, why: HOSTILE }]) {
      const started = await call("POST", `/scripts/${script.id}/run`, { input });
      run = await finished(call, started.execution_id);
    }
  });
  after(async () => {
    await browser?.close();
    await erp?.stop();
  });

  test("a viewer reads everything and has no buttons to change it", async () => {
    const { page, complaints } = await signIn(browser, erp, "acme-viewer");
    await page.goto("/scripts");
    assert.equal(await page.locator('input[name="id"], [data-bulk], a:has-text("New script")').count(), 0);
    await page.goto(`/scripts/${script.id}`);
    const editor = new Editor(page);
    await editor.ready();
    assert.equal(await page.locator("[data-save], [data-run-test], button:has-text('Restore'), button:has-text('Delete')").count(), 0);
    await editor.moveTo(1, 1);
    await page.keyboard.type("x");
    assert.match(await editor.text(), /^function main/);
    for (const [path, form] of [
      [`/scripts/${script.id}/deactivate`, {}],
      [`/scripts/${script.id}/delete`, {}],
      ["/scripts/bulk", { action: "delete", id: script.id }],
      [`/scripts/${script.id}`, { name: "Mine", type: "one_off", content: "1", base_version: "1" }],
    ]) {
      const answer = await page.request.post(path, { form, headers: { origin: erp.url } });
      assert.equal(answer.status(), 403, path);
      assert.match(await answer.text(), /Permission denied/);
    }
    const refused = await page.goto("/scripts/new");
    assert.equal(refused.status(), 403);
    assert.equal((await call("GET", `/scripts/${script.id}`)).is_active, true);
    assert.deepEqual(complaints.filter((complaint) => !/status of 403/.test(complaint)), []);
    await page.context().close();
  });

  test("an author has no endpoint form, and a request is refused", async () => {
    const { page } = await signIn(browser, erp, "acme-author");
    await page.goto("/scripts/new");
    assert.equal(await page.locator('input[value="webhook"]').count(), 0);
    const id = await page.inputValue('input[name="id"]');
    const form = { id, name: "A hook", starter: "webhook" };
    const answer = await page.request.post("/scripts/new", { form, headers: { origin: erp.url } });
    assert.equal(answer.status(), 403);
    await page.context().close();
  });

  test("another company does not see it, in lists or by address", async () => {
    const { page } = await signIn(browser, erp, "globex-admin");
    await page.goto("/scripts");
    await page.locator(".is-empty").waitFor();
    await page.goto("/scripts/runs");
    assert.equal(await page.locator("tbody tr").count(), 0);
    for (const path of [`/scripts/${script.id}`, `/scripts/runs/${run.id}`]) {
      assert.equal((await page.goto(path)).status(), 404, path);
    }
    const answer = await page.request.post(`/scripts/${script.id}/delete`, { form: {}, headers: { origin: erp.url } });
    assert.ok(answer.ok(), "deleting what is not there changes nothing");
    assert.equal((await call("GET", `/scripts/${script.id}`)).id, script.id);
    await page.context().close();
  });

  test("an anonymous visitor is redirected to sign in and back", async () => {
    const context = await browser.newContext({ baseURL: erp.url });
    const page = await context.newPage();
    await page.goto("/scripts/runs?status=failed");
    assert.equal(new URL(page.url()).searchParams.get("next"), "/scripts/runs?status=failed");
    const answer = await page.request.post("/scripts/new", { form: { name: "typed" }, headers: { accept: "text/html" } });
    assert.equal(answer.status(), 401);
    assert.match(await answer.text(), /reload this page[^]*обновите эту страницу[^]*sahifani yangilang/);
    await context.close();
  });

  test("another site cannot submit a form", async () => {
    const { page } = await signIn(browser, erp, "acme-admin");
    const answer = await page.request.post(`/scripts/${script.id}/delete`, { form: {}, headers: { origin: "http://evil.example" } });
    assert.equal(answer.status(), 403);
    await page.context().close();
  });

  test("every page fits a narrow screen, in every language", async () => {
    const { page } = await signIn(browser, erp, "acme-admin", { viewport: { width: 400, height: 800 } });
    const pages = ["/", "/scripts", "/scripts/new", "/scripts/dashboard", "/scripts/runs", "/scripts/occurrences", "/scripts/templates", "/scripts/templates/edit", "/scripts/http-hosts", `/scripts/${script.id}`, `/scripts/runs/${run.id}`];
    for (const locale of ["en", "ru", "uz"]) {
      await page.goto("/");
      await page.click(`button[name="locale"][value="${locale}"]`);
      await page.locator(`html[lang=${locale}]`).waitFor();
      for (const path of pages) {
        await page.goto(path);
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(width <= 400, `${path} is ${width} pixels wide in ${locale}`);
      }
    }
    await page.context().close();
  });

  test("script output is text on every page", async () => {
    const { page, complaints } = await signIn(browser, erp, "acme-admin");
    const pages = ["/", "/scripts", "/scripts/dashboard", "/scripts/runs", "/scripts/occurrences", "/scripts/templates", "/scripts/templates/edit", "/scripts/http-hosts", `/scripts/${script.id}`, `/scripts/runs/${run.id}`];
    for (const path of pages) {
      await page.goto(path);
      await page.waitForLoadState("networkidle");
      assert.equal(await page.locator('img[src="x"]').count(), 0, path);
      assert.doesNotMatch(await page.title(), /^owned/, path);
    }
    assert.match(await page.locator(".is-fault").innerText(), /onerror/);
    await page.goto(`/scripts/${script.id}`);
    await new Editor(page).ready();
    await page.fill('textarea[name="test_input"]', JSON.stringify({ fail: true }));
    await page.click("[data-run-test]");
    await page.locator("[data-test-result]").getByText("onerror").first().waitFor();
    assert.equal(await page.locator('img[src="x"]').count(), 0);
    assert.deepEqual(complaints, []);
    await page.context().close();
  });
});
