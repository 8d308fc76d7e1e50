/** The runner's image of examples/runner-image: its hooks, and the guard that is in it. A make-believe runner goes through the job. */
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { reportSchema } from "../../protocol/index.ts";
import { type Ended, runContainer, startContainer } from "./support/container.ts";
import { expectHealthy, toGuard } from "./support/guard.ts";
import { image } from "./support/image.ts";
import { type Pod, startPod } from "./support/pod.ts";

/** Of the stand-in's `runner`. */
const RUNNER_USER = 1001;
const WRITABLE_BY_OTHERS = 0o022;
/** `timeout` says so. */
const WAITS = 124;
/** The listener has a worker, and that has the hooks around the job, as GitHub's has. */
const RUN_JOB =
  'bin=/home/runner/bin; "$bin/Runner.Listener" -c \'"$0" -c "$@"; exit\' "$bin/Runner.Worker" "$@"; exit';
const JOB = `
  "$ACTIONS_RUNNER_HOOK_JOB_STARTED" || exit
  for port in 80 443; do
    (exec 3<>"/dev/tcp/$0/$port") 2>&1 | sed -n "1s/^.*: /$port: /p"
  done
  "$ACTIONS_RUNNER_HOOK_JOB_COMPLETED"
`;
const WAIT_SHORTLY = 'timeout 2 "$ACTIONS_RUNNER_HOOK_JOB_STARTED"';

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "runner-guard-runner-image-"));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

test("the hook lets a job begin once the pod's guard is in force, which blocks and reports what the job does", async () => {
  await using pod = await startPod();
  await using guard = startContainer(toGuard(pod, place));
  await expectHealthy(guard, "the guard is ready");

  const job = await runAsRunner(pod, ["/bin/sh", "-c", RUN_JOB, "sh", JOB, pod.neighbour]);

  expect(job.stdout).toMatch(
    /^Runner Guard is in force \(pid \d+\)\.\n80: Connection refused\n443: No route to host\n/,
  );
  expect(job).toMatchObject({ status: 0, stderr: "" });
  expect(await guard.stop()).toMatchObject({ status: 0 });
  const report = reportSchema.parse(
    JSON.parse(readFileSync(join(place, "report/report.json"), "utf8")),
  );
  expect(report.connections).toContainEqual(
    expect.objectContaining({
      verdict: "blocked",
      destination: expect.objectContaining({ ip: pod.neighbour, port: 80 }),
    }),
  );
});

test("the hook has a job wait where the pod has no guard", async () => {
  await using pod = await startPod();
  mkdirSync(join(place, "state"));

  expect(await runAsRunner(pod, ["/bin/sh", "-c", WAIT_SHORTLY])).toMatchObject({ status: WAITS });
});

test("a command is guarded by the runner's image alone as well as a container without rights can do it, which is told", async () => {
  await using pod = await startPod();
  mkdirSync(join(place, "state"));
  const report = "/tmp/report.json";
  const command = ["runner-guard", "run", `--report=${report}`, "--", "sh", "-c", "sleep 1"];
  const ended = await runAsRunner(pod, ["/bin/sh", "-c", '"$@"; cat "$0"', report, ...command]);

  const found = reportSchema.parse(JSON.parse(ended.stdout));
  const { kernel, proc } = Object.fromEntries(found.sensors.map((one) => [one.name, one]));
  expect(kernel).toMatchObject({ status: "unavailable", reason: expect.stringContaining("BPF") });
  expect(proc).toMatchObject({ status: "active" });
  expect(found.processes.length).toBeGreaterThan(0);
});

test("what guards jobs there is root's, and the image is the runner's own otherwise", () => {
  const folder = join(image.runnerFolder, "opt/runner-guard");
  const changeable = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => {
    const { uid, mode } = lstatSync(join(folder, path));
    return uid !== 0 || (mode & WRITABLE_BY_OTHERS) !== 0;
  });

  expect(changeable).toEqual([]);
  expect(image.runnerConfig.User).toBe("runner");
});

function runAsRunner(pod: Pod, command: readonly string[]): Promise<Ended> {
  const environment = image.runnerConfig.Env.map((entry): [string, string] => {
    const at = entry.indexOf("=");
    return [entry.slice(0, at), entry.slice(at + 1)];
  });
  return runContainer({
    rootFolder: image.runnerFolder,
    command,
    userId: RUNNER_USER,
    capabilities: [],
    pod,
    environment: Object.fromEntries(environment),
    readOnlyVolumes: { "/run/runner-guard": join(place, "state") },
  });
}
