// The page: checks what is in the editors whenever it changes.

import { check, environmentOf, secrecy } from "./check.js";
import { Editor } from "./editor.js";
import { showFindings } from "./findings.js";
import { Given } from "./given.js";
import { showRequests } from "./requests.js";

/** @import { Result } from "./check.js" */

/** How long it waits, in milliseconds, for the next key. */
const PAUSE = 120;
const ARTIFACT = {
  "builder-id": "mitchellh.amazonebs",
  id: "us-east-1:ami-4f8fae26",
};

/** @param {string} id */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

const template = new Editor(byId("template"), "template-title", "findings", checkSoon);
const artifact = new Editor(byId("artifact"), "artifact-title", "artifact-findings", checkSoon);
const given = new Given(byId("given"), checkSoon, await secrecy());

let timer = 0;
/** Counts checks: of two that overlap, the later one is shown. */
let latest = 0;

function checkSoon() {
  clearTimeout(timer);
  timer = window.setTimeout(checkNow, PAUSE);
}

async function checkNow() {
  const mine = ++latest;
  try {
    given.fit(template.text, await environmentOf(template.text));
    const result = await check({
      template: template.text,
      artifact: artifact.text,
      build: given.build,
      variables: given.variables,
      environment: given.environment,
    });
    if (mine === latest) {
      show(result);
    }
  } catch (error) {
    say("verdict", `The component failed: ${error instanceof Error ? error.message : error}`, false);
  }
}

/** @param {Result} result */
function show(result) {
  const ofArtifact = result.findings.filter(({ source }) => source === "artifact");
  const others = result.findings.filter(({ source }) => source !== "artifact");
  template.show(others);
  artifact.show(ofArtifact);
  showFindings(byId("findings"), others, template);
  showFindings(byId("artifact-findings"), ofArtifact, artifact);
  say("verdict", result.verdict, result.isValid);
  showRequests(byId("requests"), result.rehearsal);
  const requests = result.rehearsal.filter(({ tag }) => tag === "request").length;
  const sent = `${requests} requests, as a new Atlas would answer them`;
  say("requests-verdict", requests > 0 ? sent : "Nothing would be sent");
}

/**
 * @param {string} id
 * @param {string} text
 * @param {boolean} [right]
 */
function say(id, text, right) {
  const element = byId(id);
  element.className = right === undefined ? "verdict" : `verdict ${right ? "right" : "wrong"}`;
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

template.text = (await (await fetch("example.json")).text()).trimEnd();
artifact.text = JSON.stringify(ARTIFACT, null, 4);
await checkNow();
