// The pages of a registry, in a real browser that runs no script. The registry's own tests start one, and
// say in ATLAS_PAGES where it is and who logs in.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { open, without } from "./browser.js";

const given = process.env.ATLAS_PAGES;

test("what a person does with a registry", {
  skip: given ? without : "there is no registry",
}, async (t) => {
  const { url, user, password } = JSON.parse(given ?? "{}");
  const page = await open(t, { javaScriptEnabled: false });
  /** @type {string[]} */
  const faults = [];
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  page.on("request", (request) => request.url().startsWith(url) || faults.push(request.url()));
  await page.setViewportSize({ width: 360, height: 700 });

  // The tokens' page asks who it is, and a wrong password is not enough.
  await page.goto(`${url}/settings/tokens`);
  await page.getByRole("link", { name: "Log in" }).click();
  await page.getByLabel("User").fill(user);
  await page.getByLabel("Password").fill("wrong");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByText("The name or the password is wrong").waitFor();
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("heading", { name: "Tokens", exact: true }).waitFor();

  await page.getByLabel("Description").fill("CI of web");
  await page.getByLabel("Access").selectOption("write");
  await page.getByRole("button", { name: "Make a token" }).click();
  const token = await page.locator("#token").textContent();
  assert.match(token ?? "", /\.atlasv1\./);

  // Two versions, published with that token.
  for (const arch of ["arm", "x64"]) {
    const version = { id: "File", file: true, metadata: { provider: "libvirt", arch } };
    const answer = await fetch(`${url}/api/v1/artifacts/acme/web/vagrant.box`, {
      method: "POST",
      headers: { "X-Atlas-Token": token ?? "", "Content-Type": "application/json" },
      body: JSON.stringify({ artifact_version: version }),
    });
    assert.equal(answer.status, 200);
    const { upload_path: path } = /** @type {{ upload_path: string }} */ (await answer.json());
    assert.equal((await fetch(path, { method: "PUT", body: `a box for ${arch}` })).status, 200);
  }

  await page.getByRole("link", { name: "Atlas" }).click();
  await page.getByLabel("Metadata").fill("arch=x64");
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("link", { name: "acme/web" }).click();
  const newest = page.locator(".version", { hasText: "v2" });
  await newest.getByText("x64").waitFor();
  await newest.getByText("by ann").waitFor();

  const downloading = page.waitForEvent("download");
  await newest.getByRole("link", { name: "Download" }).click();
  const download = await downloading;
  assert.equal(download.suggestedFilename(), "web-2.box");
  assert.equal(await readFile(await download.path(), "utf8"), "a box for x64");

  const manage = async () => newest.getByText("Manage v2").click();
  await manage();
  await newest.getByLabel("Channel").fill("production");
  await newest.getByRole("button", { name: "Point it to v2" }).click();
  await page.locator(".channels", { hasText: "production → v2" }).waitFor();

  await manage();
  await newest.getByLabel("Reason").fill("CVE-2026-1 <b>");
  await newest.getByRole("button", { name: "Revoke v2" }).click();
  await page.locator(".revocation", { hasText: "CVE-2026-1 <b>" }).waitFor();
  await page.locator(".snippet", { hasText: "acme/web/vagrant.box/1" }).first().waitFor();

  await page.getByRole("button", { name: "Log out" }).click();
  await page.getByRole("link", { name: "Log in" }).waitFor();
  assert.equal((await page.goto(`${url}/acme/web`))?.status(), 401);
  // The browser itself reports this answer.
  assert.deepEqual(
    faults.filter((fault) => !fault.includes("401")),
    [],
  );
});
