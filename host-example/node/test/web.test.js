// The page, in a real browser. CHROMIUM names one that is not /usr/bin/chromium.

import assert from "node:assert/strict";
import { test } from "node:test";

import { build, serve } from "../../web/serve.js";
import { open, without } from "./browser.js";

test("checks a template as it is typed", {
  skip: without,
}, async (t) => {
  await build();
  const { url, close } = await serve(0);
  t.after(close);
  const page = await open(t);
  /** @type {string[]} */
  const faults = [];
  page.on("pageerror", ({ message }) => faults.push(message));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  page.on("request", (request) => request.url().startsWith(url) || faults.push(request.url()));
  await page.setViewportSize({ width: 320, height: 700 });
  await page.goto(url);
  const verdict = page.locator("#verdict");
  await verdict.filter({ hasText: "The template is valid" }).waitFor();

  const purposes = await page.locator(".purpose").allTextContents();
  assert.deepEqual(purposes, [
    "verify the token",
    "find artifact hashicorp/foobar",
    "create artifact hashicorp/foobar",
    "make a new version of hashicorp/foobar/aws.ami",
    "find hashicorp/foobar/aws.ami/1",
  ]);
  const requests = (await page.locator("#requests").textContent()) ?? "";
  assert.match(requests, /"region.us-east-1": "ami-4f8fae26"/);
  assert.doesNotMatch(requests, /an-example-token/);

  const editor = page.locator("#template textarea");
  await editor.fill((await editor.inputValue()).replace('"artifact":', '"artefact":'));
  await verdict.filter({ hasText: "2 errors" }).waitFor();
  assert.deepEqual(await page.locator("#template .wavy.error").allTextContents(), ["{", '"artefact"']);
  const finding = page.locator("#findings .finding", { hasText: "did you mean artifact?" });
  assert.equal(await finding.locator(".place").textContent(), "30:9");
  await finding.focus();
  await page.keyboard.press("Enter");
  const selected = await editor.evaluate((/** @type {HTMLTextAreaElement} */ area) =>
    area.value.slice(area.selectionStart, area.selectionEnd),
  );
  assert.equal(selected, '"artefact"');
  assert.equal(await page.locator(".request").count(), 0);

  await page.keyboard.type('"artifact"');
  await verdict.filter({ hasText: "The template is valid" }).waitFor();
  await page.locator("#artifact textarea").fill('{"builder-id": "b", "id": "i", "files": ["/a", "/b.gz"]}');
  await page.locator(".note", { hasText: "Pack /a, /b.gz" }).waitFor();
  await page.locator(".request", { hasText: "the archive" }).waitFor();
  assert.doesNotMatch((await page.locator("#requests").textContent()) ?? "", /made-up/);

  // The component looks into boxes; what is uploaded is what is found.
  const box = { "builder-id": "b", id: "i", files: ["/a.box"], metadata: { provider: "p" } };
  await editor.fill((await editor.inputValue()).replace('"aws.ami"', '"vagrant.box"'));
  await page.locator("#artifact textarea").fill(JSON.stringify(box));
  await page.locator(".request", { hasText: "of the file /a.box" }).waitFor();
  await page.locator(".note.end", { hasText: "hashicorp/foobar/vagrant.box (v1)" }).waitFor();

  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
  assert.deepEqual(faults, []);
});
