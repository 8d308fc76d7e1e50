import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { ProcessLookup } from "../../../agent/events/assembler-options.ts";
import { createBegunFlows } from "../../../agent/events/begun-flows.ts";
import { createCoalescer } from "../../../agent/events/coalescer.ts";
import { createEventAssembler } from "../../../agent/events/event-assembler.ts";
import { createEventStream } from "../../../agent/events/event-stream.ts";
import { createPacketMatcher } from "../../../agent/events/packet-matcher.ts";
import { createTamperFindings } from "../../../agent/events/tamper-findings.ts";
import { createUnsentDatagrams } from "../../../agent/events/unsent-datagrams.ts";
import type {
  ConnectObservation,
  ExecObservation,
  FileObservation,
  FlowAddress,
  MemoryAccessObservation,
  Observation,
} from "../../../agent/observation.ts";
import { toProcessId } from "../../../agent/process/process-id.ts";
import { createProcessTree } from "../../../agent/process/process-tree.ts";
import { type GuardEvent, guardEventSchema } from "../../../protocol/index.ts";
import { anyObservation } from "./any-observation.ts";

const AT = 1_769_860_800_000_001;
const OBSERVED = "2026-01-31T12:00:00.000001Z";
const parent = { pid: 10, startTicks: 36 };
const process = { pid: 20, startTicks: 72 };

const shell: ExecObservation = {
  kind: "exec",
  at: AT,
  process,
  parent,
  executable: "/bin/sh",
  args: ["sh", "-c", "make"],
  argsTruncated: false,
  workingDirectory: "/work",
  userId: 1000,
  groupId: 100,
  image: "file",
  environment: { GITHUB_ACTION: "build" },
  origin: "live",
};
const once = { count: 1, firstSeen: OBSERVED, lastSeen: OBSERVED };
const server: FlowAddress = { transport: "tcp", family: "ipv4", ip: "192.0.2.1", port: 443 };
const connect: ConnectObservation = {
  kind: "connect",
  at: AT,
  process,
  address: server,
  origin: "live",
};
const file: FileObservation = { kind: "file", at: AT, process, path: "/a", operation: "write" };
const access: MemoryAccessObservation = {
  kind: "memory-access",
  at: AT,
  process,
  method: "proc-mem",
  targetPid: 20,
  succeeded: true,
};

describe("a process that starts", () => {
  test("with its own program is told whole", () => {
    const observation: ExecObservation = {
      ...shell,
      script: "/work/build.sh",
      image: "memfd",
      cgroup: "/job",
      stdin: { type: "terminal" },
      stdout: { type: "pipe", inode: 7 },
      stderr: { type: "file", inode: 8 },
      environment: { GITHUB_ACTION: "build", LD_PRELOAD: "/tmp/a.so", LD_AUDIT: "/tmp/b.so" },
    };

    expect(assemble(observation)).toStrictEqual([
      {
        seq: 1,
        observedAt: OBSERVED,
        kind: "process-started",
        process: "20-20",
        parent: "10-10",
        pid: 20,
        executed: true,
        executable: "/bin/sh",
        args: ["sh", "-c", "make"],
        argsTruncated: false,
        script: "/work/build.sh",
        workingDirectory: "/work",
        userId: 1000,
        groupId: 100,
        image: "memfd",
        cgroup: "/job",
        stdin: { type: "terminal" },
        stdout: { type: "pipe", inode: 7 },
        stderr: { type: "file", inode: 8 },
        preload: { LD_PRELOAD: "/tmp/a.so", LD_AUDIT: "/tmp/b.so" },
        step: { step: "build" },
      },
    ]);
  });

  test("has no members for what is not known of it", () => {
    const [event] = assemble({ ...shell, environment: {} });

    expect(Object.keys(event ?? {}).toSorted()).toEqual(
      [
        "seq",
        "observedAt",
        "kind",
        "process",
        "parent",
        "pid",
        "executed",
        "executable",
        "args",
        "argsTruncated",
        "workingDirectory",
        "userId",
        "groupId",
        "image",
      ].toSorted(),
    );
  });

  test.each([
    [{ LD_PRELOAD: "/tmp/a.so" }, { LD_PRELOAD: "/tmp/a.so" }],
    [{ LD_AUDIT: "/tmp/b.so" }, { LD_AUDIT: "/tmp/b.so" }],
    [{ LD_PRELOAD: "" }, undefined],
    [{ SECRET_TOKEN: "x" }, undefined],
  ])("with %j in its environment is told to be preloaded with %j", (environment, preload) => {
    const [event] = assemble({ ...shell, environment });

    expect(event && "preload" in event ? event.preload : undefined).toEqual(preload);
    expect(JSON.stringify(event)).not.toContain("SECRET_TOKEN");
  });

  test("as a fork runs its parent's program in its parent's step", () => {
    const fork: Observation = {
      kind: "fork",
      at: AT,
      process: { pid: 21, startTicks: 73 },
      parent: process,
    };

    expect(assemble(shell, fork)[1]).toStrictEqual({
      seq: 2,
      observedAt: OBSERVED,
      kind: "process-started",
      process: "21-21",
      parent: "20-20",
      pid: 21,
      executed: false,
      executable: "/bin/sh",
      args: ["sh", "-c", "make"],
      argsTruncated: false,
      workingDirectory: "/work",
      userId: 1000,
      groupId: 100,
      image: "file",
      step: { step: "build" },
    });
  });

  test("as a fork of an unknown parent has no program", () => {
    expect(assemble({ kind: "fork", at: AT, process, parent })).toMatchObject([
      { process: "20-20", parent: "10-10", executable: "", args: [], workingDirectory: null },
    ]);
  });
});

test("a process that exits is told, and its pid is nobody's from then on", () => {
  const exit: Observation = { kind: "exit", at: AT, process, exitCode: null, signal: "SIGKILL" };
  const events = assemble(shell, exit, { ...access, process: parent });

  expect(events).toMatchObject([
    { kind: "process-started" },
    { kind: "process-exited", process: "20-20", exitCode: null, signal: "SIGKILL" },
    { kind: "memory-access", target: { pid: 20 } },
  ]);
  expect(events[2]).not.toHaveProperty("target.process");
});

describe("a connection", () => {
  test("is told with its destination, name, verdict and rule", () => {
    expect(assemble(connect)).toStrictEqual([
      {
        seq: 1,
        observedAt: OBSERVED,
        kind: "connection",
        process: "20-20",
        network: { transport: "tcp", family: "ipv4" },
        destination: { ip: "192.0.2.1", port: 443, domain: "example.test" },
        verdict: "would-block",
        rule: "default",
        ...once,
        results: {},
        bytesSent: 0,
        bytesReceived: 0,
      },
    ]);
  });

  test("is one event with how it came out and what it carried", () => {
    const flow = { kind: "flow", at: AT + 5, process, address: server } as const;
    const events = assemble(
      connect,
      { ...flow, result: "established", bytesSent: 0, bytesReceived: 0 },
      { ...flow, bytesSent: 100, bytesReceived: 2_000 },
    );

    expect(events).toMatchObject([
      {
        count: 1,
        results: { established: 1 },
        bytesSent: 100,
        bytesReceived: 2_000,
        lastSeen: "2026-01-31T12:00:00.000006Z",
      },
    ]);
  });

  test("to a Unix socket has a path and a result at once", () => {
    const address: FlowAddress = { transport: "unix", family: "unix", path: "@abstract" };

    expect(assemble({ ...connect, address, result: "refused" })).toMatchObject([
      { destination: { path: "@abstract" }, results: { refused: 1 } },
    ]);
  });

  test.each<[string, Partial<FlowAddress>]>([
    ["address", { ip: "192.0.2.2" }],
    ["port", { port: 444 }],
    ["transport", { transport: "udp" }],
    ["path", { path: "/run/x" }],
  ])("to another %s is another event", (_, other) => {
    expect(assemble(connect, { ...connect, address: { ...server, ...other } })).toHaveLength(2);
  });
});

describe("a file", () => {
  test("that was renamed or linked is told with the path it had", () => {
    expect(
      assemble({ ...file, operation: "rename", path: "/b", originalPath: "/a" }),
    ).toStrictEqual([
      {
        seq: 1,
        observedAt: OBSERVED,
        kind: "file-written",
        process: "20-20",
        path: "/b",
        operation: "rename",
        originalPath: "/a",
        ...once,
      },
    ]);
  });

  test("that was written again and again is one event", () => {
    expect(assemble(file, file, file)).toMatchObject([{ path: "/a", count: 3 }]);
  });

  test("whose permissions change twice is two events: neither hides the other", () => {
    const chmod = { ...file, operation: "chmod" as const };

    expect(assemble({ ...chmod, mode: 0o600 }, { ...chmod, mode: 0o4755 })).toMatchObject([
      { mode: 0o600, count: 1 },
      { mode: 0o4755, count: 1 },
    ]);
  });

  test.each<[string, Partial<FileObservation>]>([
    ["process", { process: parent }],
    ["path", { path: "/b" }],
    ["operation", { operation: "create" }],
    ["former path", { originalPath: "/c" }],
  ])("with another %s is another event", (_, other) => {
    expect(assemble(file, { ...file, ...other })).toHaveLength(2);
  });

  test("that nobody can be named for has no process", () => {
    const change: Observation = { kind: "anonymous-file", at: AT, path: "/a", operation: "delete" };

    expect(assemble(change, file, change)).toMatchObject([
      { process: null, path: "/a", operation: "delete", count: 2 },
      { process: "20-20", path: "/a", operation: "write", count: 1 },
    ]);
  });

  test("that was read is told as read", () => {
    const read: Observation = { kind: "file-read", at: AT, process, path: "/root/.netrc" };

    expect(assemble(read, read)).toStrictEqual([
      {
        seq: 1,
        observedAt: OBSERVED,
        kind: "file-read",
        process: "20-20",
        path: "/root/.netrc",
        count: 2,
        firstSeen: OBSERVED,
        lastSeen: OBSERVED,
      },
    ]);
  });
});

describe("memory that is read", () => {
  test("is that of the process the kernel had at hand", () => {
    const target = { pid: 20, startTicks: 40 };

    expect(assemble(shell, { ...access, process: parent, target })[1]).toMatchObject({
      kind: "memory-access",
      process: "10-10",
      method: "proc-mem",
      target: { pid: 20, process: "20-14" },
      succeeded: true,
      count: 1,
    });
  });

  test("is that of the process which has the pid, where the kernel did not say", () => {
    expect(assemble(shell, { ...access, process: parent })[1]).toMatchObject({
      target: { pid: 20, process: "20-20" },
    });
  });

  test("of a process that took over the pid of another is another event", () => {
    const former = { ...access, target: { pid: 20, startTicks: 40 } };
    const latter = { ...access, target: { pid: 20, startTicks: 41 } };

    expect(assemble(former, latter, latter)).toMatchObject([{ count: 1 }, { count: 2 }]);
  });

  test("and memory that was not to be had are two events", () => {
    expect(assemble(access, { ...access, succeeded: false })).toMatchObject([
      { succeeded: true },
      { succeeded: false },
    ]);
  });

  test("was not to be had for whoever was killed for it", () => {
    expect(assemble({ ...access, killed: true })).toMatchObject([{ succeeded: false }]);
  });
});

test("a privileged operation is told with its detail", () => {
  const mount: Observation = {
    kind: "privileged",
    at: AT,
    process,
    operation: "mount",
    detail: "/dev/sda1 on /mnt",
    succeeded: false,
  };

  expect(assemble(mount, mount, { ...mount, succeeded: true })).toMatchObject([
    { kind: "privileged-operation", process: "20-20", operation: "mount", count: 2 },
    { detail: "/dev/sda1 on /mnt", succeeded: true, count: 1 },
  ]);
});

test("a resource sample is passed on", () => {
  const sample = {
    cpuPercent: 12.5,
    memoryUsedBytes: 1,
    memoryTotalBytes: 2,
    diskReadBytesPerSecond: null,
    diskWriteBytesPerSecond: 3,
    networkReceiveBytesPerSecond: 4,
    networkTransmitBytesPerSecond: null,
  };

  expect(assemble({ kind: "resources", at: AT, ...sample })).toStrictEqual([
    { seq: 1, observedAt: OBSERVED, kind: "resource-sample", ...sample },
  ]);
});

test.each([
  [{}, {}],
  [{ lost: "exec" }, { eventKind: "exec" }],
])("a loss %j is told with its count and reason", (observed, told) => {
  const loss = { sensor: "kernel", reason: "kernel-ring-full", count: 17 } as const;

  expect(assemble({ kind: "loss", at: AT, ...loss, ...observed })).toStrictEqual([
    { seq: 1, observedAt: OBSERVED, kind: "events-dropped", ...loss, ...told },
  ]);
});

test("every event that leaves is what the protocol says, whatever was observed", () => {
  fc.assert(
    fc.property(fc.array(anyObservation, { maxLength: 40 }), (observations) => {
      const events = assemble(...observations);

      for (const [index, event] of events.entries()) {
        expect(guardEventSchema.safeParse(event).error).toBeUndefined();
        expect(guardEventSchema.parse(event)).toEqual(event);
        expect(event.seq).toBe(index + 1);
      }
    }),
    { numRuns: 500 },
  );
});

/** All events of these observations, each held against the protocol. */
function assemble(...observations: readonly Observation[]): GuardEvent[] {
  const events: GuardEvent[] = [];
  const stream = createEventStream([(event) => events.push(guardEventSchema.parse(event))]);
  const coalescer = createCoalescer(stream, { maxPending: 100, turns: 1 });
  const tree = createProcessTree({ maxProcesses: 100, maxCharacters: 100_000 });
  const processes: ProcessLookup = {
    fork: (observation) => tree.fork(observation),
    exec: (observation) => tree.exec(observation),
    exit: (observation) => tree.exit(observation),
    withPid: (pid) => tree.withPid(pid),
    lastWithPid: (pid) => tree.lastWithPid(pid),
    toId: toProcessId,
  };
  const tampering = createTamperFindings(
    { processes, flag: () => undefined },
    { maxWaiting: 8, maxPidsOfOne: 8 },
  );
  const observe = createEventAssembler({
    processes,
    judge: () => ({ verdict: "would-block", rule: "default", domain: "example.test" }),
    coalescer,
    packets: createPacketMatcher({ maxFlows: 100, maxSenders: 100 }),
    unsent: createUnsentDatagrams({ maxKeys: 100 }),
    begun: createBegunFlows({ maxKeys: 100 }),
    tampering,
    stream,
  });
  for (const observation of observations) observe(observation);
  tampering.settle("all");
  coalescer.flush();
  return events;
}
