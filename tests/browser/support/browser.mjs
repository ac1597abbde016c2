// Debian's Chromium, driven by playwright-core, which does not include a browser.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const places = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** A headless browser. If Chromium is missing, the error names the package to install. */
export async function openBrowser() {
  const executablePath = places.find((place) => place && existsSync(place));
  if (!executablePath) throw new Error("There is no Chromium here: install it (Debian: apt-get install chromium) or name it in CHROMIUM.");
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

/** A page in a separate session: signed in, with all errors of the page collected in `complaints`. */
export async function signIn(browser, erp, person, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, baseURL: erp.url, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`console: ${message.text()}`);
  });
  await page.goto("/login");
  await logIn(page, person);
  return { page, context, complaints };
}

/** Fills the ERP's sign-in form. Users are identified by their token: `acme-admin` is admin@acme.localhost. */
export async function logIn(page, person) {
  const [tenant, role] = person.split("-");
  await page.fill('input[name="email"]', `${role}@${tenant}.localhost`);
  await page.fill('input[name="password"]', person);
  await page.click('form[action="/login"] button');
  await page.waitForURL((url) => url.pathname !== "/login");
}
