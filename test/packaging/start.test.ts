import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { finish, SandboxCheckout } from "../support/sandbox-checkout.ts";

const NOBODY = 65_534;

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

test("where a command runs is said, with how to guard it elsewhere", async () => {
  using checkout = await createCheckout();
  const { stderr } = await finish(startScript(checkout, "start.mjs", ["npm", "ci"]));

  expect(stderr).toContain(
    `npm start runs this in ${checkout.root}, the guard's own checkout; elsewhere: cd there, and ${checkout.root}/bin/runner-guard run -- npm ci\n`,
  );
});

test.each([["--report", "r.json", "true"], ["run", "--", "true"], ["--onse"]])(
  "options are refused before anything is done: %s",
  async (...args) => {
    using checkout = new SandboxCheckout();
    const { status, stderr } = await finish(startScript(checkout, "start.mjs", args));

    expect(status).toBe(2);
    expect(stderr).toContain("npm start takes a command only:\n");
    expect(stderr).toContain("npm start -- --once");
    expect(checkout.exists(".node24")).toBe(false);
  },
);

test.each(["--help", "-h"])("what it can do is told before anything is done: %s", async (asked) => {
  using checkout = new SandboxCheckout();
  const child = startScript(checkout, "start.mjs", [asked]);
  let told = "";
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => (told += chunk));
  const { status } = await finish(child);

  expect(status).toBe(0);
  expect(told).toContain("npm start -- --once");
  expect(checkout.exists(".node24")).toBe(false);
});

test.each([
  { script: "start.mjs", says: "the set-up cannot go on: EACCES: " },
  { script: "test.mjs", says: "npm test cannot write its report: EACCES: " },
])("who does not own the checkout is told who is to run $script", async ({ script, says }) => {
  using checkout = new SandboxCheckout();
  chmodSync(checkout.root, 0o555);
  const { status, stderr } = await finish(startScript(checkout, script, [], ordinaryUser()));

  expect(status).toBe(1);
  expect(stderr).toContain(says);
  expect(stderr).toContain(
    "; run it as the owner of the checkout, once; then any user may use bin/runner-guard\n",
  );
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

/** Hears what the script itself says. */
function startScript(
  checkout: SandboxCheckout,
  script: string,
  args: readonly string[],
  user: { readonly uid?: number; readonly gid?: number } = {},
): ChildProcess {
  return spawn(process.execPath, [join(checkout.root, "scripts", script), ...args], {
    env: { PATH: checkout.tools },
    stdio: ["ignore", "pipe", "pipe"],
    ...user,
  });
}

/** Root may write everywhere; everybody else is ordinary already. */
function ordinaryUser(): { uid?: number; gid?: number } {
  return process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
}

function nextOutput({ stdout }: ChildProcess): Promise<unknown[]> {
  if (stdout === null) throw new Error("stdout is not a pipe");
  return once(stdout, "data");
}
