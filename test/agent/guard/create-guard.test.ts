import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { getPriority, tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { type Report, reportSchema } from "../../../protocol/index.ts";
import { requires } from "../../support/requires.ts";
import type { GuardCommandOptions } from "./guard-command.ts";

const GUARD_COMMAND = join(import.meta.dirname, "guard-command.ts");
const NAMESPACE = ["unshare", "--pid", "--fork", "--mount-proc"];
const NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
const PATH = "PATH=/usr/bin:/bin";
const { bpf, netns, root } = requires;

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "agent-"));
  chmodSync(directory, 0o777);
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe("samples of /proc", () => {
  test("become a report of the command and its children, without the guard", () => {
    const { report, guardPid } = guard({ choice: "proc", environment: [PATH] }, [
      "sh",
      "-c",
      "sleep 0.6; exit 3",
    ]);
    const shell = processOf(report, "sh");
    const sleep = processOf(report, "sleep");

    expect(report.run).toMatchObject({
      id: "run-1",
      command: ["sh", "-c", "sleep 0.6; exit 3"],
      exitCode: 3,
      signal: null,
      ci: { provider: "gitlab-ci", job: "unit" },
    });
    expect(report.run.startedAt < report.run.endedAt).toBe(true);
    expect(shell?.parentId).toBeNull();
    expect(sleep?.parentId).toBe(shell?.id);
    expect(sleep?.args).toEqual(["sleep", "0.6"]);
    expect(report.processes.map(({ pid }) => pid)).not.toContain(guardPid);
    expect(report.sensors.map(({ name }) => name)).toEqual(["proc", "host"]);
    expect(report.resources.length).toBeGreaterThan(0);
  });
});

/** Exits with 0 when its parent is to come first; it looks for as long as the guard may take to begin. */
const LOOK_AT_PARENT =
  'for _ in $(seq 600); do set -- $(cat /proc/$PPID/stat); [ "${19}" = -10 ] && exit "$(nice)"; sleep 0.05; done; exit 99';

test.skipIf(!root.available)(
  `the guard gets a processor before its command, which runs as it would${root.note}`,
  () => {
    const { report } = guard({ choice: "proc", environment: [PATH] }, ["sh", "-c", LOOK_AT_PARENT]);

    expect(report.run.exitCode).toBe(getPriority());
  },
);

describe("a sensor that is not to be had", () => {
  test.skipIf(!root.available)(`is an error where it was asked for by name${root.note}`, () => {
    expect(guardRaw({ choice: "kernel" }, ["true"], NOBODY)).toEqual({
      error: expect.stringMatching(
        /^AgentError: the kernel sensor is not to be had: .+; runner-guard doctor tells what is missing, --sensor auto takes what there is$/,
      ),
    });
  });

  test.skipIf(!root.available)(`is said to be missing where another does${root.note}`, () => {
    const { report } = guard({ choice: "auto", environment: [PATH] }, ["true"], NOBODY);

    expect(report.sensors).toMatchObject([
      { name: "kernel", status: "unavailable", reason: expect.stringMatching(/./) },
      { name: "proc" },
      { name: "host" },
    ]);
  });
});

describe.skipIf(!bpf.available)(`what the kernel tells${bpf.note}`, () => {
  test("becomes a report of every process, in the step that the first of them named", () => {
    const script = "GITHUB_ACTION=forged GITHUB_JOB=forged sh -c 'cat /dev/null; true'; exit 3";
    const environment = [PATH, "GITHUB_ACTION=build", "GITHUB_JOB=test", "TOKEN=s3cret"];
    const { report, guardPid } = guard({ choice: "kernel", environment }, ["sh", "-c", script]);
    const shell = report.processes.find(({ args }) => args[2] === script);
    const cat = processOf(report, "cat");

    expect(report.run.exitCode).toBe(3);
    expect(shell).toMatchObject({ parentId: null, exitCode: 3, step: { step: "build" } });
    expect(cat?.args).toEqual(["cat", "/dev/null"]);
    expect(new Set(report.processes.map(({ step }) => JSON.stringify(step)))).toEqual(
      new Set([JSON.stringify({ job: "test", step: "build" })]),
    );
    const ids = new Set(report.processes.map(({ id }) => id));
    expect(report.processes.filter((it) => it !== shell && !ids.has(it.parentId ?? ""))).toEqual(
      [],
    );
    expect(report.processes.map(({ pid }) => pid)).not.toContain(guardPid);
    expect(JSON.stringify(report.processes)).not.toContain("s3cret");
    expect(report.dropped.byReason).toEqual({});
  });

  test("of a process that the guard adopts as pid 1 names the parent that it had", () => {
    // The subshell ends, its child is pid 1's, and then executes.
    const script = "sh -c '(sleep 0.3; exec cat /dev/null) & exit' ; sleep 0.9";
    const run = guard({ choice: "kernel", environment: [PATH] }, ["sh", "-c", script], NAMESPACE);
    const orphan = processOf(run.report, "cat");
    const starter = run.report.processes.find(({ id }) => id === orphan?.parentId);

    expect(run.guardPid).toBe(1);
    expect(orphan).toBeDefined();
    expect(starter?.args.join(" ")).toContain("exec cat /dev/null");
    expect(run.report.processes.filter(({ parentId }) => parentId === null)).toHaveLength(1);
  });

  test.skipIf(!netns.available)(`of connections is judged by the policy${netns.note}`, () => {
    // In a network namespace without a way out.
    const script =
      "exec 3<>/dev/tcp/192.0.2.1/443; exec 3<>/dev/tcp/192.0.2.2/443; exec 3<>/dev/tcp/127.0.0.1/9";
    const { report } = guard(
      { choice: "kernel", environment: [PATH], allow: ["192.0.2.1:443"] },
      ["bash", "-c", script],
      ["unshare", "--net"],
    );
    const judged = report.connections
      .filter(({ network }) => network.transport === "tcp")
      .map(({ destination, verdict, rule }) => [destination.ip, verdict, rule]);

    expect(judged).toEqual([
      ["192.0.2.1", "allowed", "egress.allow: 192.0.2.1:443"],
      ["192.0.2.2", "would-block", "default"],
      ["127.0.0.1", "allowed", "loopback"],
    ]);
  });
});

function processOf(report: Report, name: string) {
  return (
    report.processes.find(({ executable }) => new RegExp(`/${name}$`).test(executable)) ??
    report.processes.find(({ args }) => args[0] === name)
  );
}

function guard(
  options: GuardCommandOptions,
  command: readonly string[],
  prefix: readonly string[] = [],
): { report: Report; guardPid: number } {
  const outcome = guardRaw(options, command, prefix);
  return { report: reportSchema.parse(outcome["report"]), guardPid: Number(outcome["guardPid"]) };
}

function guardRaw(
  options: GuardCommandOptions,
  command: readonly string[],
  prefix: readonly string[] = [],
): Record<string, unknown> {
  const file = join(directory, "outcome.json");
  const argv = [...prefix, process.execPath, GUARD_COMMAND, file, JSON.stringify(options)];
  const [program = "", ...args] = [...argv, ...command];
  const { status, stderr } = spawnSync(program, args, { encoding: "utf8", timeout: 12_000 });
  if (status !== 0) throw new Error(`the guard ended with ${status}: ${stderr}`);
  return JSON.parse(readFileSync(file, "utf8"));
}
