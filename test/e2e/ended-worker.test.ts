/** Where a guard watches what somebody else started, a job is ended with its runner's worker: that is how the runner learns of it. */
import { copyFileSync, existsSync, readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { requires } from "../support/requires.ts";
import { type Ended, end, GUARD, readReport, Workplace } from "./guard.ts";
import { waitFor } from "./wait-for.ts";

const { bpf, netns } = requires;
const IN_A_POD = ["--pid", "--net", "--fork", "--mount-proc", "--kill-child", "sh", "-c"];
const POLICY = `
version: 1
rules:
  forbidden-tool:
    title: A tool that is not used here
    on: process
    when: { process.name: "forbidden-*" }
    response: kill-job
`;
/** The worker starts a step when it is told to, and tells its listener how that went. */
const WORK = "until [ -e go ]; do sleep 0.05; done; sh step.sh; exit 0";
const LISTENER = "./Runner.Worker work.sh; echo $? > told";
const STEP =
  "sleep 60 & cp /bin/true forbidden-tool; ./forbidden-tool; sleep 60; echo on > went-on";

describe.skipIf(!bpf.available || !netns.available)(`a job in a pod${bpf.note}`, () => {
  test.each([
    { when: "before the guard", before: `sh listen.sh & `, after: [] },
    { when: "when the guard is there", before: "", after: ["sh", "listen.sh"] },
  ])(
    "is ended with its worker, which began $when, and with nobody else",
    async ({ before, after }) => {
      using place = prepare();
      const flags = ["--enforcement", "none", "--policy", "policy.yml", "--report", "report.json"];
      const start = `${before}sleep 60 & echo $! > bystander; exec "$0" "$@"`;
      const child = place.start(
        [...IN_A_POD, start, GUARD, "watch", "--state-dir", "state", ...flags],
        { program: "unshare", env: { GITHUB_ACTIONS: "" } },
      );
      const ended = end(child);
      const pid = await waitFor("the guard", () => readReady(place, child.pid));
      const entered = after.length > 0 ? enter(place, pid, after) : undefined;
      place.write("go");
      await expect.poll(() => existsSync(place.path("told")), { timeout: 20_000 }).toBe(true);
      const bystander = readFileSync(place.path("bystander"), "utf8").trim();
      const living = await enter(place, pid, ["ps", "-o", "stat=,pid=,comm=", "-A"]);
      process.kill(pid, "SIGTERM");
      const { status } = await ended;
      await entered;

      // 128 and the number of SIGKILL, as a shell has it.
      expect(readFileSync(place.path("told"), "utf8")).toBe("137\n");
      expect(existsSync(place.path("went-on"))).toBe(false);
      expect(listLiving(living, "sleep")).toEqual([bystander]);
      expect(status).toBe(86);
      expect(readReport(place.path("report.json")).findings).toContainEqual(
        expect.objectContaining({
          rule: { id: "forbidden-tool", name: "A tool that is not used here" },
          response: "kill-job",
        }),
      );
    },
  );
});

function prepare(): Workplace {
  const place = new Workplace();
  place.write("policy.yml", POLICY);
  place.write("work.sh", WORK);
  place.write("listen.sh", LISTENER);
  place.write("step.sh", STEP);
  copyFileSync("/bin/dash", place.path("Runner.Worker"));
  return place;
}

/** The guard's number on this machine, when it is ready. */
function readReady(place: Workplace, outer: number | undefined): number | undefined {
  if (!existsSync(place.path("state/ready"))) return undefined;
  const [first] = readFileSync(`/proc/${outer}/task/${outer}/children`, "latin1").split(" ");
  return Number(first);
}

function enter(place: Workplace, pid: number, command: readonly string[]): Promise<Ended> {
  return place.run(
    ["--target", String(pid), "--pid", "--net", "--mount", `--wd=${place.folder}`, ...command],
    {
      program: "nsenter",
    },
  );
}

/** Numbers of those that are not dead; nobody waits for the guard's orphans. */
function listLiving({ stdout }: Ended, name: string): string[] {
  return stdout
    .toString()
    .split("\n")
    .map((line) => line.trim().split(/ +/))
    .filter(([state, , command]) => command === name && state?.startsWith("Z") === false)
    .map(([, pid = ""]) => pid);
}
