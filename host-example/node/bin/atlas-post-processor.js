#!/usr/bin/env node

/** The statuses that shells have for programs that were stopped. */
const STOPPED = { SIGINT: 130, SIGTERM: 143 };

// Before anything is loaded. Nothing is left behind: an archive has no name, and a checkpoint is always whole.
for (const [signal, status] of Object.entries(STOPPED)) {
  process.once(signal, () => process.exit(status));
}

const { main } = await import("../src/cli/main.js");
process.exitCode = await main(process.argv.slice(2));
