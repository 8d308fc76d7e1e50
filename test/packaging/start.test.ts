import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { symlinkSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { SandboxCheckout } from "../support/sandbox-checkout.ts";

/** Says what it was given, then ends as it is told: at once with a status, or on a signal. */
const MAIN = `
  const [how] = process.argv.slice(-1);
  process.on("SIGINT", () => { console.log("interrupted"); process.exit(3); });
  if (how === "wait") setInterval(() => {}, 1000);
  else process.exitCode = Number(how) || 0;
  console.log(JSON.stringify(process.argv.slice(2)));
`;

test("without a command the sample job is guarded", async () => {
  using checkout = await createCheckout();
  const started = start(checkout, []);
  const [line] = await nextOutput(started);
  await once(started, "close");

  expect(JSON.parse(String(line))).toEqual([
    "run",
    "--",
    join(checkout.root, ".node24/node"),
    join(checkout.root, "examples/sample-job/job.mjs"),
  ]);
});

test("a command is guarded as it was given, and its exit status is passed on", async () => {
  using checkout = await createCheckout();
  const started = start(checkout, ["make", "-j 2", "", "5"]);
  const [line] = await nextOutput(started);
  const [status] = await once(started, "close");

  expect(JSON.parse(String(line))).toEqual(["run", "--", "make", "-j 2", "", "5"]);
  expect(status).toBe(5);
});

test("a signal reaches the guard, and its end is ours", async () => {
  using checkout = await createCheckout();
  const started = start(checkout, ["wait"]);
  await nextOutput(started);
  started.kill("SIGINT");
  const [line] = await nextOutput(started);
  const [status] = await once(started, "close");

  expect(String(line)).toBe("interrupted\n");
  expect(status).toBe(3);
});

test("a guard that a signal ended ends us by the same signal", async () => {
  using checkout = await createCheckout();
  const started = start(checkout, ["wait"]);
  await nextOutput(started);
  started.kill("SIGTERM");
  const [status, signal] = await once(started, "close");

  expect([status, signal]).toEqual([null, "SIGTERM"]);
});

test("nothing is guarded when the set-up fails", async () => {
  using checkout = await createCheckout();
  checkout.write("package-lock.json", "{}");
  checkout.addTool("npm", "exit 1");
  const started = start(checkout, ["0"]);
  const [status] = await once(started, "close");

  expect(status).toBe(1);
  expect(started.stdout?.read()).toBeNull();
});

async function createCheckout(): Promise<SandboxCheckout> {
  const checkout = new SandboxCheckout();
  checkout.write("agent/start.mjs", MAIN);
  symlinkSync("/usr/bin/readlink", join(checkout.tools, "readlink"));
  await checkout.setUp();
  return checkout;
}

function start(checkout: SandboxCheckout, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [join(checkout.root, "scripts/start.mjs"), ...args], {
    env: { PATH: checkout.tools },
    stdio: ["ignore", "pipe", "ignore"],
  });
}

function nextOutput({ stdout }: ChildProcess): Promise<unknown[]> {
  if (stdout === null) throw new Error("stdout is not a pipe");
  return once(stdout, "data");
}
