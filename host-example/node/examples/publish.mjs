// Publishes an AMI that Packer built, and shows what it does: node publish.mjs template.json
//
// The token comes from ATLAS_TOKEN, if the template does not say it.

import { publish } from "atlas-post-processor";

const job = {
  template: process.argv[2],
  artifact: { "builder-id": "mitchellh.amazonebs", id: "us-east-1:ami-4f8fae26" },
  variables: { region: "us-east-1" },
  // Run it again after a crash: it goes on from there.
  checkpoint: "atlas-checkpoint",
};

const stop = new AbortController();
process.once("SIGINT", () => stop.abort());

const report = await publish(job, { onLine: console.error, signal: stop.signal });
console.log(report.lines.join("\n"));
console.error(report.messages.join("\n"));
process.exitCode = report.exitStatus;
