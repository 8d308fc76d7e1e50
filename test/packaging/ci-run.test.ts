import { spawnSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { SandboxCheckout } from "../support/sandbox-checkout.ts";

interface TestFile {
  readonly status: string;
  readonly assertionResults: readonly {
    readonly status: string;
    readonly fullName: string;
    readonly failureMessages: readonly string[];
  }[];
}

const PASSED = { status: "passed", fullName: "sees a fork", failureMessages: [] };
const FAILED = { status: "failed", fullName: "sees an exec", failureMessages: [] };
const SKIPPED = {
  status: "skipped",
  fullName: "the kernel sensor (skipped: needs root) sees",
  failureMessages: [],
};
const UNSTEADY = { ...PASSED, failureMessages: ["Error: too late\n    at here", "Error: again"] };
const TODO = { status: "todo", fullName: "sees an exit", failureMessages: [] };

test.each<{ what: string; success: boolean; files: TestFile[]; line: string; status: number }>([
  {
    what: "all that passed",
    success: true,
    files: [{ status: "passed", assertionResults: [PASSED, PASSED] }],
    line: "2 passed, 0 failed",
    status: 0,
  },
  {
    what: "what was skipped",
    success: true,
    files: [{ status: "passed", assertionResults: [PASSED, SKIPPED, TODO] }],
    line: "1 passed, 0 failed, 2 skipped",
    status: 0,
  },
  {
    what: "failures",
    success: false,
    files: [{ status: "failed", assertionResults: [PASSED, FAILED, FAILED] }],
    line: "1 passed, 2 failed",
    status: 1,
  },
  {
    what: "a file that could not be loaded",
    success: false,
    files: [
      { status: "passed", assertionResults: [PASSED] },
      { status: "failed", assertionResults: [] },
    ],
    line: "1 passed, 1 failed",
    status: 1,
  },
  {
    what: "an error outside of every test",
    success: false,
    files: [{ status: "passed", assertionResults: [PASSED] }],
    line: "1 passed, 1 failed",
    status: 1,
  },
  { what: "no test at all", success: true, files: [], line: "0 passed, 0 failed", status: 1 },
])("the last line counts $what", ({ success, files, line, status }) => {
  using checkout = createCheckout({ success, testResults: files });
  const run = runCi(checkout);

  expect(run.lastLine).toBe(line);
  expect(run.status).toBe(status);
});

test("what was skipped is named with its reason", () => {
  using checkout = createCheckout({
    success: true,
    testResults: [{ status: "passed", assertionResults: [PASSED, SKIPPED] }],
  });

  expect(runCi(checkout).stdout).toContain(
    "skipped: the kernel sensor (skipped: needs root) sees\n1 passed, 0 failed, 1 skipped\n",
  );
});

test("what passed only when it was tried again counts as passed, and is named with what was wrong at first", () => {
  using checkout = createCheckout({
    success: true,
    testResults: [{ status: "passed", assertionResults: [UNSTEADY, PASSED] }],
  });

  expect(runCi(checkout).stdout).toContain(
    "unsteady: sees a fork: Error: too late\n2 passed, 0 failed\n",
  );
});

test("a run of tests that leaves no report is a failure", () => {
  using checkout = createCheckout();

  expect(runCi(checkout)).toMatchObject({ status: 1, lastLine: "0 passed, 1 failed" });
});

test.each(["lint", "typecheck", "knip", "test:kubernetes"])(
  "a failing %s fails the run, which goes on",
  (script) => {
    using checkout = createCheckout(
      { success: true, testResults: [{ status: "passed", assertionResults: [PASSED] }] },
      `[ "$3" != ${script} ]`,
    );
    const { status, stdout, lastLine } = runCi(checkout);

    expect(new Set(checkout.calls("npm").map((call) => call.split(" ").at(-1)))).toEqual(
      new Set(["test", "lint", "typecheck", "knip", "test:kubernetes"]),
    );
    expect(stdout).toContain(`failed: npm run --silent ${script}`);
    expect(lastLine).toBe("1 passed, 0 failed");
    expect(status).toBe(1);
  },
);

test("tests have no stdin and know that this is CI", () => {
  using checkout = createCheckout(undefined, 'echo "CI=$CI stdin=$(/usr/bin/wc -c)"');

  expect(runCi(checkout).stdout).toContain("CI=true stdin=0");
});

test("what runs beside the tests is waited for, and told after them under its name", () => {
  using checkout = createCheckout(undefined, '[ "$1" = test ] || /bin/sleep 0.2; echo "says $*"');
  const checks = ["lint", "lint", "types", "typecheck", "unused", "knip"];
  const parts = ["tests", "test", ...checks, "kubernetes", "test:kubernetes"];
  const told = runCi(checkout).stdout.matchAll(/^(?:== |says (?:run --silent )?)(.*)$/gm);

  expect(Array.from(told, ([, part]) => part).slice(-parts.length)).toEqual(parts);
});

/** A checkout whose npm leaves this report when it is asked to test; `ends` is the shell code that it ends with. */
function createCheckout(report?: unknown, ends = ""): SandboxCheckout {
  const checkout = new SandboxCheckout();
  const path = join(checkout.root, "report.json");
  checkout.write("report.json", JSON.stringify(report ?? null));
  const leaveReport = `[ "$1" != test ] || { mkdir -p .cache; cp ${path} .cache/test-report.json; }`;
  checkout.addTool("npm", `${report === undefined ? "" : leaveReport}\n${ends}`);
  checkout.write("scripts/setup.mjs", "");
  symlinkSync(process.execPath, join(checkout.tools, "node"));
  return checkout;
}

function runCi(checkout: SandboxCheckout) {
  const { status, stdout } = spawnSync(join(checkout.root, ".ci/run"), [], {
    cwd: "/",
    env: { PATH: `${checkout.tools}:/usr/bin:/bin` },
    input: "something on stdin\n",
    encoding: "utf8",
  });
  return { status, stdout, lastLine: stdout.trimEnd().split("\n").at(-1) };
}
