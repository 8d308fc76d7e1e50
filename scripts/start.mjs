/**
 * `npm start`: a collector with its dashboard, and the sample job guarded, which streams into it; or `npm start -- COMMAND`: the
 * command given is guarded, and nothing else.
 */
import { once } from "node:events";
import { join } from "node:path";

import { checkoutFolder } from "./setup/checkout-folder.mjs";
import { startLocalCollector } from "./setup/local-collector.mjs";
import { runInFront } from "./setup/run-in-front.mjs";
import { setUp } from "./setup/set-up.mjs";

const HELP = `npm start                  a collector with its dashboard, and the sample job guarded; stays until Ctrl-C
npm start -- --once        the same, and it ends with the job, as without a terminal
npm start -- COMMAND ...   guards that command, and nothing else

For options of the guard: bin/runner-guard run --help`;
const COMMAND_ONLY = `npm start takes a command only:\n\n${HELP}`;
/** Ends with the job, whoever looks on. */
const ONCE = "--once";

const root = checkoutFolder();
const guard = join(root, "bin/runner-guard");
const sampleJob = [join(root, ".node24/node"), join(root, "examples/sample-job/job.mjs")];
const given = process.argv.slice(2);
const isOnce = given.length === 1 && given[0] === ONCE;

if (given[0] === "--help" || given[0] === "-h") {
  console.log(HELP);
} else if (!isOnce && isForGuard(given[0])) {
  console.error(COMMAND_ONLY);
  process.exitCode = 2;
} else if (await setUp(root, { quiet: true })) {
  if (given.length > 0 && !isOnce) {
    console.error(describePlace(given.join(" ")));
    await runInFront([guard, "run", "--", ...given]);
  } else await showSampleJob();
} else {
  process.exitCode = 1;
}

async function showSampleJob() {
  const collector = await startLocalCollector(root);
  if ("lacking" in collector) {
    console.error(`no dashboard: its collector cannot start: ${collector.lacking}`);
    await runInFront([guard, "run", "--", ...sampleJob]);
    return;
  }
  const { url, adminToken, agentToken } = collector;
  const mayStay = !isOnce && process.stdout.isTTY;
  const address = `dashboard: ${url}  sign in with ${adminToken}`;
  // Of one that ends with the job nobody could do anything with the token.
  console.error(mayStay ? address : `collector: ${url}, until the job has ended`);
  await runInFront([guard, "run", "--collector", url, "--", ...sampleJob], {
    env: { ...process.env, RUNNER_GUARD_COLLECTOR_TOKEN: agentToken },
    async beforeEnd(signal) {
      // Who pressed Ctrl-C, or is no person, does not want to stay.
      if (mayStay && signal === null) await stay(address);
      await collector.end();
    },
  });
}

/** @param {string} address */
async function stay(address) {
  console.error(`\n${address}\nthe collector stays until Ctrl-C`);
  // Something has to keep this process while it waits.
  const timer = setInterval(() => undefined, 60_000);
  await Promise.race(["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => once(process, signal)));
  clearInterval(timer);
}

/**
 * The guard's own command line, where a command was to stand.
 *
 * @param {string | undefined} first
 */
function isForGuard(first) {
  return first === "run" || first?.startsWith("-") === true;
}

/**
 * `npm ci` would install the guard's packages anew, and not somebody's own.
 *
 * @param {string} command
 */
function describePlace(command) {
  return `npm start runs this in ${root}, the guard's own checkout; elsewhere: cd there, and ${root}/bin/runner-guard run -- ${command}`;
}
