/** Phases of the action where something is missing: no guard, no place, no `pre`, no room for what they write. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { requires } from "../support/requires.ts";

const { mounts: needed } = requires;
const CHECKOUT = resolve(import.meta.dirname, "../..");
/** Where the checkout is found inside: it may lie below a place that is hidden there. */
const INSIDE = "/mnt/checkout";
const OWN_PLACES = ["--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"];
const INPUTS = [
  "egress-policy",
  "allowed-endpoints",
  "fail-on",
  "lockdown",
  "summary",
  "secrets",
  "policy-file",
  "report-artifact-path",
  "collector-url",
  "token",
];
const folder = mkdtempSync(join(tmpdir(), "action-without-"));
mkdirSync(join(folder, "checkout"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!needed.available)(`the action${needed.note}`, () => {
  test("says that nobody watched where there was no pre", () => {
    const told = run("post", {});
    expect(told).toMatchObject({ status: 0, stderr: "" });
    expect(told.stdout).toMatch(/^::warning title=Runner Guard is degraded::.*pre\) did not end/m);
    expect(told.summary).toContain("pre) did not end");
    expect(told.outputs).toContain("effective-mode");
    expect(run("main", {}).stdout).toContain("This job is not guarded: no guard is running");
  });

  test("fails where that was asked for, and takes what a step says in its state for a text", () => {
    const { status, stdout, summary } = run("post", {
      "INPUT_FAIL-ON": "degraded",
      STATE_degraded: "x\n::error::forged\n<script>alert(1)</script>",
    });

    expect(status).toBe(1);
    expect(stdout).not.toMatch(/^::error::forged/m);
    // In a code span it is text.
    expect(summary.replaceAll(/`[^`\n]*`/g, "")).not.toContain("<script>");
  });

  test("goes on where nothing can be written, and says so", () => {
    const full = { GITHUB_STEP_SUMMARY: "/dev/full", GITHUB_OUTPUT: "/dev/full" };
    const { status, stdout, stderr } = run("post", full);

    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("The summary cannot be written: ENOSPC.");
    expect(stdout).toContain("The outputs cannot be told: ENOSPC.");
  });

  test("ends though pipes are in the place of its files, and says so", () => {
    const pipes = "for name in summary output; do mkfifo /run/$name; done";
    const { status, stdout, stderr } = run(
      "post",
      {
        GITHUB_STEP_SUMMARY: "/run/summary",
        GITHUB_OUTPUT: "/run/output",
        "INPUT_FAIL-ON": "degraded",
      },
      pipes,
    );

    expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
    expect(stdout).toContain("The summary cannot be written: ENXIO.");
    expect(stdout).toContain("The outputs cannot be told: ENXIO.");
  });

  test("fails by what pre noted of a policy file's fail-on", () => {
    const noted = { STATE_degraded: "no root", "STATE_fail-on": "violation degraded what-not" };
    const { status, stdout } = run("post", noted);

    expect(status).toBe(1);
    expect(stdout).toMatch(/^::error title=Runner Guard::Failed: no root$/m);
    expect(run("post", { ...noted, "STATE_fail-on": "violation" }).status).toBe(0);
  });

  test.each([
    ["", 1, "degraded"],
    ["violation", 1, "violation degraded"],
  ])("fails before the job where inputs %j and a policy file say so", (given, status, noted) => {
    const nowhere =
      "mkdir /mnt/etc; echo '{version: 1, fail-on: [degraded]}' > /mnt/etc/policy.yml; for place in /run /var/lib /tmp; do mount -o remount,ro none $place; done";
    const told = run(
      "pre",
      {
        "INPUT_EGRESS-POLICY": "audit",
        "INPUT_FAIL-ON": given,
        "INPUT_POLICY-FILE": "/mnt/etc/policy.yml",
      },
      nowhere,
    );

    expect(told.stdout).toMatch(/^::error title=Runner Guard::Degraded: no guard is running/m);
    expect(told.status).toBe(status);
    expect(told.state).toMatch(new RegExp(`^fail-on<<\\S+\n${noted}\n`, "m"));
  });

  test("begins the job without a guard where there is no place for one, unless that is not to be", () => {
    const nowhere = "for place in /run /var/lib /tmp; do mount -o remount,ro none $place; done";
    const { status, stdout } = run("pre", { "INPUT_EGRESS-POLICY": "audit" }, nowhere);

    expect(status).toBe(0);
    expect(stdout).toMatch(/^::warning title=Runner Guard::Degraded: no guard is running: .*/m);
    expect(run("pre", { "INPUT_FAIL-ON": "degraded" }, nowhere).status).toBe(1);
  });

  test.each(["main", "post"])("takes inputs with commands in them for texts in %s too", (phase) => {
    const hostile = "\n::stop-commands::x\n::error::forged\r\n##[error]forged";
    const given = INPUTS.map((name) => [`INPUT_${name.toUpperCase()}`, hostile] as const);
    const { status, stdout, stderr, outputs } = run(phase, Object.fromEntries(given));

    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).not.toMatch(/forged|stop-commands/);
    expect(outputs).not.toContain("forged");
  });

  test("refuses wrong inputs, all of them, before anything is started", () => {
    const { status, stdout } = run("pre", {
      "INPUT_EGRESS-POLICY": "x\n::stop-commands::y",
      "INPUT_DISABLE-SUDO": "?",
    });

    expect(status).toBe(1);
    expect(stdout.trimEnd().split("\n")).toEqual([
      expect.stringMatching(
        /^::error title=Runner Guard::egress-policy: is "x\\n::stop-commands::y"/,
      ),
      expect.stringMatching(/^::error title=Runner Guard::disable-sudo: is "\?"/),
    ]);
  });
});

interface Told {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly summary: string;
  readonly outputs: string;
  readonly state: string;
}

/** As root, with places of its own that are empty. */
function run(phase: string, environment: Readonly<Record<string, string>>, before = "true"): Told {
  for (const file of ["summary", "output", "state"]) writeFileSync(join(folder, file), "");
  const own =
    "mount --bind $FOLDER /mnt; mount --bind $CHECKOUT $INSIDE; for place in /run /var/lib /tmp; do mount -t tmpfs none $place; done";
  const script = `${own}; ${before}; exec env "$@"`;
  // Not by the shell, which drops names with a hyphen.
  const variables = Object.entries({
    GITHUB_ACTIONS: "true",
    GITHUB_STATE: "/mnt/state",
    GITHUB_STEP_SUMMARY: "/mnt/summary",
    GITHUB_OUTPUT: "/mnt/output",
    ...environment,
  }).map(([name, value]) => `${name}=${value}`);
  const node = process.execPath.replace(`${CHECKOUT}/`, `${INSIDE}/`);
  const command = [node, "--disable-warning=ExperimentalWarning"];
  const { status, stdout, stderr } = spawnSync(
    "unshare",
    [
      ...OWN_PLACES,
      "sh",
      "-c",
      script,
      "sh",
      ...variables,
      ...command,
      join(INSIDE, "action", `${phase}.ts`),
    ],
    {
      encoding: "utf8",
      env: {
        PATH: process.env["PATH"],
        FOLDER: folder,
        CHECKOUT,
        INSIDE,
      },
    },
  );
  const read = (name: string): string => readFileSync(join(folder, name), "utf8");
  return {
    status,
    stdout,
    stderr,
    summary: read("summary"),
    outputs: read("output"),
    state: read("state"),
  };
}
