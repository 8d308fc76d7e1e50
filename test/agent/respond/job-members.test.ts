import { expect, test } from "vitest";

import type { ExecObservation, ForkObservation, ProcessRef } from "../../../agent/observation.ts";
import { createJobMembers, type JobMembersOptions } from "../../../agent/respond/job-members.ts";

const ref = (pid: number): ProcessRef => ({ pid, startTicks: pid * 10 });
const OUTSIDE = ref(1);

const fork = (pid: number, parent: ProcessRef): ForkObservation => ({
  kind: "fork",
  at: 0,
  process: ref(pid),
  parent,
});

const exec = (pid: number, executable: string, parent: ProcessRef): ExecObservation => ({
  kind: "exec",
  at: 0,
  process: ref(pid),
  parent,
  executable,
  args: [],
  argsTruncated: false,
  workingDirectory: "/",
  userId: 0,
  groupId: 0,
  image: "file",
  environment: {},
  origin: "live",
});

const inScope = (scope: JobMembersOptions["scope"]) =>
  createJobMembers({ scope, guardPid: 2, maxProcesses: 100 });

const pids = (refs: readonly ProcessRef[]): number[] => refs.map(({ pid }) => pid);

test("a command is all that its sensor tells of", () => {
  const members = inScope("command");
  members.observe(fork(10, ref(2)));
  members.observe(fork(11, ref(10)));
  members.observe({ kind: "exit", at: 0, process: ref(10), exitCode: 0, signal: null });
  expect(pids(members.list())).toEqual([11]);
  expect(members.has({ pid: 11, startTicks: 1 })).toBe(false);
});

test.for(["pod", "host"] as const)("in a %s it is what the runner has started", (scope) => {
  const members = inScope(scope);
  members.observe(exec(10, "/home/runner/bin/Runner.Listener", OUTSIDE));
  members.observe(fork(11, ref(10)));
  members.observe(exec(11, "/home/runner/bin/Runner.Worker", ref(10)));
  members.observe(fork(12, ref(11)));
  members.observe(exec(12, "/bin/bash", ref(11)));
  members.observe(fork(13, ref(12)));
  members.observe(fork(20, OUTSIDE));
  expect(pids(members.list())).toEqual([12, 13]);
});

test("a program of the job's that is called like the runner's is the job's", () => {
  const members = inScope("pod");
  members.observe(exec(10, "/home/runner/bin/Runner.Worker", OUTSIDE));
  members.observe(fork(11, ref(10)));
  members.observe(exec(11, "/tmp/Runner.Worker", ref(10)));
  members.observe(fork(12, ref(11)));
  members.observe(exec(12, "/tmp/Runner.Listener", ref(11)));
  expect(pids(members.list())).toEqual([11, 12]);
});

const inEnvironment = (observation: ExecObservation, environment: Record<string, string>) => ({
  ...observation,
  environment,
});
const OF_JOB = { CI_JOB_STAGE: "test" };
const isOfCiJob: JobMembersOptions["isOfCiJob"] = (environment) =>
  environment["CI_JOB_STAGE"] !== undefined;

test("where no runner is to be seen it is what was started with a job's variables, and what comes from that", () => {
  const members = createJobMembers({ scope: "pod", guardPid: 2, maxProcesses: 100, isOfCiJob });
  members.observe(exec(10, "/usr/bin/java", OUTSIDE));
  members.observe(fork(11, ref(10)));
  members.observe(inEnvironment(exec(11, "/bin/sh", ref(10)), OF_JOB));
  members.observe(fork(12, ref(11)));
  members.observe(exec(12, "/usr/bin/make", ref(11)));
  members.observe(fork(20, OUTSIDE));
  expect(pids(members.list())).toEqual([11, 12]);
});

test("the guard, its helpers and a runner are not the job's for having its variables", () => {
  const members = createJobMembers({ scope: "pod", guardPid: 2, maxProcesses: 100, isOfCiJob });
  members.observe(inEnvironment(exec(2, "/usr/bin/node", OUTSIDE), OF_JOB));
  members.observe(inEnvironment(exec(3, "/usr/sbin/nft", ref(2)), OF_JOB));
  members.observe(inEnvironment(exec(10, "/home/runner/bin/Runner.Worker", OUTSIDE), OF_JOB));
  expect(members.list()).toEqual([]);
});

test("more than it may keep are not kept", () => {
  const members = createJobMembers({ scope: "command", guardPid: 2, maxProcesses: 2 });
  for (const pid of [10, 11, 12]) members.observe(fork(pid, ref(2)));
  expect(pids(members.list())).toEqual([10, 11]);
});
