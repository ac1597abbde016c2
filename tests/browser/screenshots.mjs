// Takes the pictures of docs/images: every page, light and dark, wide and narrow. `node screenshots.mjs FOLDER` writes all of them
// to another folder; without a folder, only those that the documents show are kept.
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { openBrowser, signIn } from "./support/browser.mjs";
import { Editor } from "./support/editor.mjs";
import { api, startErp } from "./support/erp.mjs";
import { fill, spread } from "./support/sample.mjs";

const SHOWN = { "editor-light-1400": "scripts-editor.png", "overview-dark-1400": "scripts-overview.png", "runs-light-1400": "scripts-runs.png" };
const everything = process.argv[2];
const folder = resolve(everything ?? join(import.meta.dirname, "../../docs/images"));
await mkdir(folder, { recursive: true });

const erp = await startErp();
const browser = await openBrowser();
try {
  const scripts = await fill(erp);
  await spread(erp);
  const failed = await api(erp, "acme-admin", "GET", "/scripts/api/v1/executions?status=failed&per_page=1");
  const pages = {
    overview: "/scripts/dashboard",
    list: "/scripts",
    new: "/scripts/new",
    editor: `/scripts/${scripts["Inactive client reminder"].id}`,
    endpoint: `/scripts/${scripts["Order report"].id}`,
    runs: "/scripts/runs",
    run: `/scripts/runs/${failed.items[0].id}`,
    "scheduled-runs": "/scripts/occurrences",
    letters: "/scripts/dead-letters",
    templates: "/scripts/templates",
    template: "/scripts/templates/edit",
    hosts: "/scripts/http-hosts",
    home: "/",
    refusal: "/scripts/00000000-0000-0000-0000-000000000000",
  };
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1400, 400]) {
      const { page, context } = await signIn(browser, erp, "acme-admin", { viewport: { width, height: 1000 }, colorScheme });
      for (const [name, path] of Object.entries(pages)) {
        const picture = `${name}-${colorScheme}-${width}`;
        const file = everything === undefined ? SHOWN[picture] : `${picture}.png`;
        if (file === undefined) continue;
        await page.goto(path);
        if (name === "editor" || name === "endpoint") await tested(page);
        await page.waitForLoadState("networkidle");
        await page.screenshot({ path: join(folder, file), fullPage: everything !== undefined });
        console.log(file);
      }
      await context.close();
    }
  }
} finally {
  await browser.close();
  await erp.stop();
}

/** Runs a test in the editor, so that the picture shows its result. */
async function tested(page) {
  await new Editor(page).ready();
  await page.click("[data-run-test]");
  await page.locator("[data-test-result] .is-result-head").waitFor();
}
