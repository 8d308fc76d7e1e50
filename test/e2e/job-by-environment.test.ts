/** Jobs that no runner of GitHub's, GitLab's or Buildkite's starts where the guard sees it: known by what their processes are started with. */
import { existsSync, readFileSync } from "node:fs";

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
/** Sheds the job's variables where it can, and names another job. */
const STEP = `env -i sleep 60 &
env CI_PROJECT_PATH=somebody/else GIT_URL=https://else.example/x STAGE_NAME=else sleep 0
cp /bin/true forbidden-tool
env -i ./forbidden-tool
sleep 60
echo on > went-on`;

/** As the vendors document the variables of a job; the agent's own are those before its command. */
const SYSTEMS = [
  {
    system: "a build of Jenkins",
    agent: "JENKINS_URL=https://jenkins.example.com/ JENKINS_AGENT_NAME=linux-1",
    job: "BUILD_TAG=jenkins-shop-main-153 BUILD_NUMBER=153 JOB_NAME=shop/main JOB_BASE_NAME=main STAGE_NAME=Test GIT_URL=https://ann:secret-word@git.example.com/shop.git GIT_BRANCH=origin/main",
    step: { job: "shop/main", step: "Test" },
    ci: {
      provider: "jenkins",
      repository: "https://git.example.com/shop.git",
      workflow: "shop/main",
      job: "Test",
      runId: "153",
      ref: "origin/main",
    },
  },
  {
    system: "a container of GitLab's Kubernetes executor",
    agent: "",
    job: "GITLAB_CI=true CI_PROJECT_PATH=group/project CI_JOB_STAGE=test CI_JOB_NAME=unit CI_PIPELINE_ID=77 CI_COMMIT_REF_NAME=main GITLAB_USER_LOGIN=ann CI_PIPELINE_SOURCE=push",
    step: { job: "unit", step: "test" },
    ci: {
      provider: "gitlab-ci",
      repository: "group/project",
      workflow: "push",
      job: "unit",
      runId: "77",
      ref: "main",
      actor: "ann",
    },
  },
];

describe.skipIf(!bpf.available || !netns.available)(`watch in a pod${bpf.note}`, () => {
  test.each(SYSTEMS)(
    "knows $system, tells of it, and ends all of it and nobody else",
    async (system) => {
      using place = new Workplace();
      place.write("policy.yml", POLICY);
      place.write("step.sh", STEP);
      place.write(
        "agent.sh",
        `until [ -e go ]; do sleep 0.05; done; env ${system.job} sh -e step.sh; echo $? > told; sleep 60`,
      );
      const flags = ["--enforcement", "none", "--policy", "policy.yml", "--report", "report.json"];
      const start = `env ${system.agent} sh agent.sh & echo $! > agent; exec "$0" "$@"`;
      const child = place.start(
        [...IN_A_POD, start, GUARD, "watch", "--state-dir", "state", ...flags],
        { program: "unshare", env: { GITHUB_ACTIONS: "" } },
      );
      const ended = end(child);
      const pid = await waitFor("the guard", () => readReady(place, child.pid));
      place.write("go");
      await expect.poll(() => existsSync(place.path("told")), { timeout: 20_000 }).toBe(true);
      const { stdout } = await list(place, pid);
      process.kill(pid, "SIGTERM");
      const { status } = await ended;
      const report = readReport(place.path("report.json"));

      // 128 and the number of SIGKILL, as a shell has it.
      expect(readFileSync(place.path("told"), "utf8")).toBe("137\n");
      expect(existsSync(place.path("went-on"))).toBe(false);
      // The agent's last sleep, and no other.
      const agent = readFileSync(place.path("agent"), "utf8").trim();
      expect(toLiving(stdout)).toEqual([agent]);
      expect(status).toBe(86);
      expect(report.run.ci).toEqual(system.ci);
      expect(report.findings.map(({ rule, response }) => [rule.id, response])).toContainEqual([
        "forbidden-tool",
        "kill-job",
      ]);
      const tool = report.processes.find(({ executable }) =>
        executable.endsWith("/forbidden-tool"),
      );
      expect(tool?.step).toEqual(system.step);
    },
  );
});

/** The guard's number on this machine, when it is ready. */
function readReady(place: Workplace, outer: number | undefined): number | undefined {
  if (!existsSync(place.path("state/ready"))) return undefined;
  const [first] = readFileSync(`/proc/${outer}/task/${outer}/children`, "latin1").split(" ");
  return Number(first);
}

function list(place: Workplace, pid: number): Promise<Ended> {
  const command = ["ps", "-o", "stat=,ppid=,comm=", "-A"];
  return place.run(["--target", String(pid), "--pid", "--mount", ...command], {
    program: "nsenter",
  });
}

/** Parents of those that sleep and are not dead; nobody waits for the guard's orphans. */
function toLiving(stdout: Buffer): string[] {
  return stdout
    .toString()
    .split("\n")
    .map((line) => line.trim().split(/ +/))
    .filter(([state, , command]) => command === "sleep" && state?.startsWith("Z") === false)
    .map(([, parent = ""]) => parent);
}
