import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { reportSchema } from "../../protocol/report.ts";
import { requires } from "../support/requires.ts";
import { SystemdMachine } from "./support/systemd-machine.ts";

const { systemd } = requires;
/** nobody, who may write to the place and not to the guard's. */
const RUNNER = "65534";
const AS_RUNNER = ["setpriv", "--reuid", RUNNER, "--regid", RUNNER, "--clear-groups"];
const TRUE = realpathSync("/bin/true");
const LONG_MS = 120_000;
const SHOWN = ["ActiveState", "ExecMainStatus", "NRestarts", "Result"];
/** As the vendors document the variables of their jobs. */
const FOREIGN_JOBS = [
  {
    variables: ["GITLAB_CI=true", "CI_JOB_STAGE=test", "CI_JOB_NAME=unit", "CI_PIPELINE_ID=77"],
    step: { job: "unit", step: "test" },
  },
  {
    variables: [
      "JENKINS_URL=https://jenkins.example.com/",
      "BUILD_TAG=jenkins-shop-153",
      "BUILD_NUMBER=153",
      "JOB_NAME=shop",
      "JOB_BASE_NAME=shop",
    ],
    step: { job: "shop", step: "shop" },
  },
];
/** What GitHub's worker does around the steps of a job. */
const WORKER = `
export GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=$PWD/summary.md
bash -e /opt/runner-guard/deploy/hooks/job-started.sh >started 2>&1 || exit 3
cp /run/runner-guard/ready ready
GITHUB_ACTION=__run GITHUB_JOB=build GITHUB_REPOSITORY=octo/cat GITHUB_RUN_ID=7 sh step.sh
bash -e /opt/runner-guard/deploy/hooks/job-completed.sh >completed 2>&1
cat /var/log/runner-guard-job/report.json >report.json
exit 0
`;
/** Tries what a job may not do to the guard, and asks for another one. Its variables are read from a process that is there for a moment. */
const STEP = `
: >/run/runner-guard-wanted/start
mkdir /run/runner-guard-wanted/more
sh -c 'kill -9 "$0" && echo >killed' "$(sed 's/.*"pid":\\([0-9]*\\),.*/\\1/' ready)"
rm -rf /run/runner-guard /var/log/runner-guard-job 2>/dev/null
sh -c true forbidden
sleep 1
`;

describe.skipIf(!systemd.available)(`the units, under systemd${systemd.note}`, () => {
  let place: string;
  let machine: SystemdMachine;

  beforeAll(async () => {
    place = mkdtempSync(join(tmpdir(), "systemd-"));
    const settings = mkdtempSync(join(place, "settings-"));
    writeFileSync(join(settings, "policy.yml"), "version: 1\negress: { mode: block }\n");
    // Nothing answers there: names are nothing that is asked here.
    writeFileSync(join(settings, "watch.env"), "RUNNER_GUARD_RESOLVER=127.0.0.9\n");
    for (const name of ["Runner.Listener", "Runner.Worker"]) copyFileSync("/bin/dash", at(name));
    writeFileSync(at("worker.sh"), WORKER);
    writeFileSync(at("step.sh"), STEP);
    chmodSync(place, 0o777);
    machine = new SystemdMachine(settings);
    await machine.boot();
  }, LONG_MS);

  afterAll(async () => {
    await machine[Symbol.asyncDispose]();
    rmSync(place, { recursive: true });
  }, LONG_MS);

  test(
    "the hooks have a job guarded by a guard of its own, which it cannot end, and which ends with the worker",
    async () => {
      expect(machine.run(["systemctl", "start", "runner-guard-job.path"], LONG_MS).status).toBe(0);
      const { said, ready, report, summary } = runJob();

      expect(said).toEqual([
        expect.stringMatching(/^Runner Guard is in force \(pid \d+\)\.\n$/),
        expect.stringContaining("the report is written, and guarding goes on"),
      ]);
      expect(ready).toMatchObject({ mode: { effective: "block" } });
      expect(report.enforcement?.mechanism).toBe("nftables");
      expect(report.sensors.find(({ name }) => name === "kernel")?.eventsDropped).toBe(0);
      expect(report.run.ci).toMatchObject({ repository: "octo/cat", job: "build", runId: "7" });
      expect(
        report.processes.filter(({ args }) => args.includes("forbidden")).map(({ step }) => step),
      ).toEqual([{ job: "build", step: "__run" }]);
      expect(summary).toContain("Runner Guard in block mode");
      // The job asked for a guard beside its own: it came when that one had ended, found no job and went.
      expect(() => readFileSync(at("killed"))).toThrow(/ENOENT/);
      const list = () => machine.run(["ls", "-A", "/run/runner-guard-wanted"]).stdout;
      await expect.poll(list).toBe("");
      const stopped = ["systemctl", "stop", "runner-guard-job.path"];
      expect(machine.run(stopped, LONG_MS).status).toBe(0);
    },
    LONG_MS,
  );

  test(
    "the guard of a machine is started when it is in force, comes again when it is killed, has few capabilities, and ends with a report",
    async () => {
      const started = machine.run(["systemctl", "start", "runner-guard.service"], LONG_MS);
      const readReady = () => machine.run(["cat", "/run/runner-guard/ready"]).stdout;
      const before = pidOf(readReady());
      const killed = machine.run(["systemctl", "kill", "--signal=KILL", "runner-guard.service"]);
      await expect.poll(() => ["", before].includes(pidOf(readReady()))).toBe(false);
      const ready = readReady();
      const jobs = FOREIGN_JOBS.map(({ variables }) => {
        const work = "sleep 1; exec env -i /bin/true";
        const asked = `sh /opt/runner-guard/deploy/hooks/job-started.sh && ${work}`;
        return machine.run(["env", ...variables, ...AS_RUNNER, "sh", "-c", asked], LONG_MS);
      });
      const { stdout: status } = machine.run(["sh", "-c", `cat /proc/${pidOf(ready)}/status`]);
      const stopped = machine.run(["systemctl", "stop", "runner-guard.service"], LONG_MS);
      const report = machine.run(["cat", "/var/log/runner-guard/report.json"]).stdout;

      expect([started, killed, stopped].map((it) => it.status)).toEqual([0, 0, 0]);
      expect(JSON.parse(ready)).toMatchObject({ mode: { effective: "block" } });
      // NET_ADMIN 12, KILL 5, FOWNER 3, FSETID 4, DAC_READ_SEARCH 2, SYS_PTRACE 19, PERFMON 38, BPF 39.
      expect(/^CapBnd:\s+(\w+)$/m.exec(status)?.[1]).toBe("000000c00008103c");
      expect(/^NoNewPrivs:\s+(\d)$/m.exec(status)?.[1]).toBe("1");
      const { run, processes } = reportSchema.parse(JSON.parse(report));
      expect(run).toMatchObject({ exitCode: 0, ci: { provider: "jenkins", runId: "153" } });
      for (const [index, { step }] of FOREIGN_JOBS.entries()) {
        expect(jobs[index]).toMatchObject({
          status: 0,
          stdout: expect.stringContaining("is in force"),
        });
        expect(processes).toContainEqual(expect.objectContaining({ executable: TRUE, step }));
      }
      const result = machine.run(["systemctl", "show", "-p", "Result", "runner-guard.service"]);
      expect(result.stdout).toBe("Result=success\n");
      expect(machine.run(["ls", "/run/runner-guard"]).status).not.toBe(0);
    },
    LONG_MS,
  );

  test(
    "the guard of a machine that has no policy is told of at once, and is not tried again and again",
    async () => {
      const unit = "runner-guard.service";
      const policy = "/etc/runner-guard/policy.yml";
      machine.run(["mv", policy, `${policy}.away`]);
      const started = machine.run(["systemctl", "start", unit], LONG_MS);
      const said = machine.run(["systemctl", "show", "-p", SHOWN.join(","), unit]).stdout;
      machine.run(["mv", `${policy}.away`, policy]);

      expect(started.status).toBe(1);
      expect(said.trim().split("\n").toSorted()).toEqual(
        ["ActiveState=failed", "ExecMainStatus=2", "NRestarts=0", "Result=exit-code"].toSorted(),
      );
    },
    LONG_MS,
  );

  test(
    "the collector has a directory of its own, and leaves that alone where a guard notes what it has to give back",
    () => {
      // What comes of the program is no matter: where the checkout is in a place that the unit hides, it is not found.
      machine.run(["systemctl", "start", "runner-guard-collector.service"], LONG_MS);
      const { stdout } = machine.run(["sh", "-c", "ls -d /var/lib/runner-guard*"]);
      const stopped = machine.run(["systemctl", "stop", "runner-guard-collector.service"], LONG_MS);

      expect(stopped.status).toBe(0);
      expect(stdout).toBe("/var/lib/runner-guard-collector\n");
    },
    LONG_MS,
  );

  function at(name: string): string {
    return join(place, name);
  }

  function runJob() {
    writeFileSync(at("summary.md"), "");
    chmodSync(at("summary.md"), 0o666);
    const listen = `cd ${place} && ./Runner.Worker worker.sh; exit $?`;
    const job = [...AS_RUNNER, at("Runner.Listener"), "-c", listen];
    expect(machine.run(job, LONG_MS).status).toBe(0);
    return {
      said: [read("started"), read("completed")],
      ready: JSON.parse(read("ready")),
      report: reportSchema.parse(JSON.parse(read("report.json"))),
      summary: read("summary.md"),
    };
  }

  function read(name: string): string {
    return readFileSync(at(name), "utf8");
  }
});

function pidOf(ready: string): string {
  return /"pid":(\d+),/.exec(ready)?.[1] ?? "";
}
