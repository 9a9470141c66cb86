// A real browser. CHROMIUM names one that is not /usr/bin/chromium.

import { existsSync } from "node:fs";

import { chromium } from "playwright-core";

import { directory } from "./support.js";

const BROWSER = process.env.CHROMIUM ?? "/usr/bin/chromium";
const QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];
const ALONE = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", ...QUIET];

/** Why there are no tests with a browser; false if there are. */
export const without = !existsSync(BROWSER) && !process.env.CI && "there is no Chromium";

/**
 * A page of a browser that is closed after the test.
 * @param {import("node:test").TestContext} t
 * @param {{ javaScriptEnabled?: boolean }} [options]
 */
export async function open(t, options) {
  /** @type {import("playwright-core").BrowserContext | undefined} */
  let browser;
  // Before its profile is removed.
  t.after(() => browser?.close());
  const profile = await directory(t);
  browser = await chromium.launchPersistentContext(profile, {
    executablePath: BROWSER,
    args: ALONE,
    ...options,
  });
  return browser.newPage();
}
