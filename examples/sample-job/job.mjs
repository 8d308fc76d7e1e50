#!/usr/bin/env node
/**
 * A little CI job to try Runner Guard on. It builds a real program and a real package in a temporary directory, talks
 * to servers of its own on this machine, and does two things that look like an attack and harm nobody.
 * It needs Node 20, makes use of gcc, make and npm where they are, and never leaves the machine.
 */
import { rmSync } from "node:fs";
import { cp, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { compileProgram } from "./steps/compile-program.mjs";
import { lookSuspicious } from "./steps/look-suspicious.mjs";
import { publishFiles } from "./steps/publish-files.mjs";
import { runPackageScript } from "./steps/run-package-script.mjs";
import { sendDatagrams } from "./steps/send-datagrams.mjs";
import { talkToServer } from "./steps/talk-to-server.mjs";

const project = fileURLToPath(new URL("project", import.meta.url));

const steps = [
  { title: "Compile a C program", run: compileProgram },
  { title: "Run the package's build script", run: runPackageScript },
  { title: "Talk to a local HTTP server", run: talkToServer },
  { title: "Send metrics over UDP", run: sendDatagrams },
  { title: "Publish the files", run: publishFiles },
  { title: "Look suspicious, harmlessly", run: lookSuspicious },
];

const directory = await realpath(await mkdtemp(join(tmpdir(), "sample-job-")));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.once(signal, () => {
    rmSync(directory, { recursive: true, force: true });
    process.kill(process.pid, signal);
  });
}
try {
  await cp(project, directory, { recursive: true });
  for (const { title, run } of steps) {
    process.stdout.write(`\n${title}\n`);
    await run({ directory, say: (line) => process.stdout.write(`  ${line}\n`) });
  }
  process.stdout.write("\nThe sample job is done.\n");
} finally {
  await rm(directory, { recursive: true, force: true });
}
