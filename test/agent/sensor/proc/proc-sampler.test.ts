import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, onTestFinished, test } from "vitest";

import type { Observation } from "../../../../agent/observation.ts";
import { DEFAULT_PROC_BOUNDS } from "../../../../agent/sensor/proc/proc-bounds.ts";
import { createProcSampler } from "../../../../agent/sensor/proc/proc-sampler.ts";
import type { ProcSamplerOptions } from "../../../../agent/sensor/proc/proc-sampler.ts";
import { createFixtureProc, toSocketLine } from "./fixture-proc.ts";

describe("the command's descendants", () => {
  test("are reported parents first, and others are not", () => {
    const { proc, look, sampler } = open();
    proc.put({ pid: 1, parentPid: 0 });
    proc.put({ pid: 50, parentPid: 1, startTicks: 10 });
    proc.put({ pid: 20, parentPid: 30 });
    proc.put({ pid: 30, parentPid: 50 });
    proc.put({ pid: 60, parentPid: 1 });
    sampler.setRoot({ pid: 50, startTicks: 10 });

    expect(look().map(summary)).toEqual(["exec 50", "exec 30", "exec 20"]);
  });

  test("stay when their parents have gone, and so do their later children", () => {
    const { proc, look, sampler } = open();
    proc.put({ pid: 50, parentPid: 1, startTicks: 10 });
    proc.put({ pid: 60, parentPid: 50 });
    sampler.setRoot({ pid: 50, startTicks: 10 });
    look();
    proc.remove(50);
    proc.put({ pid: 60, parentPid: 1 });
    proc.put({ pid: 70, parentPid: 60 });

    expect(look().map(summary)).toEqual(["exit 50", "exec 70"]);
  });

  test("are known by the session they began when no parent is left to tell", () => {
    const { proc, look, sampler } = open();
    proc.put({ pid: 50, parentPid: 1, startTicks: 10 });
    proc.put({ pid: 60, parentPid: 50, session: 60, processGroup: 60 });
    sampler.setRoot({ pid: 50, startTicks: 10 });
    look();
    proc.put({ pid: 90, parentPid: 1, session: 60, processGroup: 88 });
    proc.put({ pid: 91, parentPid: 1, session: 1, processGroup: 1 });

    expect(look().map(summary)).toEqual(["exec 90"]);
  });

  test("do not include a process that got the root's pid later", () => {
    const { proc, look, sampler } = open();
    proc.put({ pid: 50, parentPid: 1, startTicks: 10 });
    sampler.setRoot({ pid: 50, startTicks: 10 });
    look();
    proc.put({ pid: 50, parentPid: 1, startTicks: 999 });

    expect(look().map(summary)).toEqual(["exit 50"]);
  });
});

describe("the whole host", () => {
  const host = { scope: { type: "host" } } as const;

  test("reports a pid that was used again as another process", () => {
    const { proc, look } = open(host);
    proc.put({ pid: 5, startTicks: 10 });
    look();
    proc.put({ pid: 5, startTicks: 20 });

    const observations = look();

    expect(observations).toMatchObject([
      { kind: "exit", process: { pid: 5, startTicks: 10 }, exitCode: null, signal: null },
      { kind: "exec", process: { pid: 5, startTicks: 20 } },
    ]);
  });

  test("reports an exec when the program's layout changes, and nothing when it does not", () => {
    const { proc, look } = open(host);
    proc.put({ pid: 5, stack: 1, args: ["sh"] });
    look();
    const unchanged = look();
    proc.put({ pid: 5, stack: 2, args: ["curl", "x"], executable: "/usr/bin/curl" });

    expect(unchanged).toEqual([]);
    expect(look()).toMatchObject([
      { kind: "exec", origin: "live", args: ["curl", "x"], executable: "/usr/bin/curl" },
    ]);
  });

  test("goes by the arguments where the layout is hidden", () => {
    const { proc, look } = open(host);
    proc.put({ pid: 5, stack: 0, args: ["sh"] });
    look();
    proc.put({ pid: 5, stack: 0, args: ["curl"] });

    expect(look()).toMatchObject([{ kind: "exec", args: ["curl"] }]);
  });

  test("reports a copy of its parent as a fork, and its own program when that comes", () => {
    const { proc, look } = open(host);
    proc.put({ pid: 5, stack: 1, startTicks: 10 });
    look();
    proc.put({ pid: 6, stack: 1, parentPid: 5, startTicks: 11 });
    const forked = look();
    proc.put({ pid: 6, stack: 2, parentPid: 5, startTicks: 11 });

    expect(forked).toMatchObject([{ kind: "fork", process: { pid: 6 }, parent: { pid: 5 } }]);
    expect(look()).toMatchObject([{ kind: "exec", process: { pid: 6 }, parent: { pid: 5 } }]);
  });

  test("reports a process that waits to be collected as ended, once", () => {
    const { proc, look } = open(host);
    proc.put({ pid: 5 });
    look();
    proc.put({ pid: 5, state: "Z", stack: 0 });
    const ended = look();
    proc.remove(5);

    expect(ended.map(summary)).toEqual(["exit 5"]);
    expect(look()).toEqual([]);
  });

  test("reports one that was met only after its end as started and ended", () => {
    const { proc, look } = open(host);
    proc.put({ pid: 5, state: "Z", stack: 0, comm: "quick", args: [], without: ["exe"] });

    const observations = look();

    expect(observations.map(summary)).toEqual(["exec 5", "exit 5"]);
    expect(observations[0]).toMatchObject({ executable: "quick", args: [] });
  });

  test("does not take an entry that cannot be read this time for an end", () => {
    const { proc, look } = open(host);
    proc.put({ pid: 5 });
    look();
    proc.put({ pid: 5, without: ["stat"] });
    mkdirSync(join(proc.root, "5", "stat"));

    expect(look()).toEqual([]);
  });

  test("counts a process that vanished while it was read", () => {
    const { proc, look } = open(host);
    proc.put({ pid: 5, without: ["status"] });

    expect(look()).toMatchObject([
      { kind: "loss", reason: "proc-process-vanished", lost: "exec", count: 1 },
    ]);
  });

  test("leaves kernel threads and the guard's own processes out", () => {
    const { proc, look } = open({ ...host, isIgnored: (pid) => pid === 6 });
    proc.put({ pid: 2, flags: 0x00200000 });
    proc.put({ pid: 6 });
    proc.put({ pid: 7, parentPid: 6 });

    expect(look().map(summary)).toEqual(["exec 7"]);
  });

  test("ends on a table whose parents go round in a circle", () => {
    const { proc, look } = open(host);
    proc.put({ pid: 5, parentPid: 6 });
    proc.put({ pid: 6, parentPid: 5 });
    proc.put({ pid: 7, parentPid: 7 });

    expect(look().map(summary).toSorted()).toEqual(["exec 5", "exec 6", "exec 7"]);
  });

  test("holds no more processes than it may, and counts each that found no room once", () => {
    const { proc, look } = open({ ...host, bounds: { ...DEFAULT_PROC_BOUNDS, maxProcesses: 2 } });
    for (const pid of [11, 12, 13, 14]) proc.put({ pid });
    const first = look();
    const second = look();
    proc.put({ pid: 15 });

    expect(first.map(({ kind }) => kind)).toEqual(["exec", "exec", "loss"]);
    expect(first.at(-1)).toMatchObject({ reason: "proc-table-full", lost: "exec", count: 2 });
    expect(second).toEqual([]);
    expect(look()).toMatchObject([{ kind: "loss", reason: "proc-table-full", count: 1 }]);
  });
});

describe("one pod", () => {
  test("is the pid namespace and what its processes started", () => {
    const { proc, look } = open({ scope: { type: "pod", pidNamespaceInode: 77 } });
    proc.put({ pid: 1, parentPid: 0 });
    proc.put({ pid: 5, parentPid: 1, pidNamespace: 77 });
    proc.put({ pid: 6, parentPid: 5, pidNamespace: 78 });
    proc.put({ pid: 7, parentPid: 1, pidNamespace: 79 });

    expect(look().map(summary)).toEqual(["exec 5", "exec 6"]);
  });
});

describe("sockets", () => {
  const host = { scope: { type: "host" } } as const;

  test("that wait for an answer are reported, and again when it comes, and when they go", () => {
    const { proc, look } = open(host);
    proc.put({ pid: 5, sockets: [900] });
    proc.putNetwork("tcp", [toSocketLine({ inode: 900, state: "02" })]);
    const begun = look();
    proc.putNetwork("tcp", [toSocketLine({ inode: 900, state: "01" })]);
    const answered = look();
    proc.putNetwork("tcp", []);

    const address = { transport: "tcp", family: "ipv4", ip: "127.0.0.1", port: 8080 };
    expect(begun.slice(1)).toMatchObject([{ kind: "connect", address, result: "in-progress" }]);
    expect(answered).toMatchObject([{ kind: "flow", address, result: "established" }]);
    expect(look()).toMatchObject([{ kind: "flow", address, bytesSent: 0 }]);
  });

  test("go without a result when they waited to the end", () => {
    const { proc, look } = open(host);
    proc.put({ pid: 5, sockets: [900] });
    proc.putNetwork("tcp", [toSocketLine({ inode: 900, state: "02" })]);
    look();
    proc.putNetwork("tcp", []);

    const [flow] = look();

    expect(flow).toMatchObject({ kind: "flow", process: { pid: 5 } });
    expect(flow).not.toHaveProperty("result");
  });

  test("belong to the oldest of the processes that hold them", () => {
    const { proc, look } = open(host);
    proc.put({ pid: 5, startTicks: 200, sockets: [900] });
    proc.put({ pid: 6, startTicks: 100, sockets: [900] });
    proc.putNetwork("udp", [toSocketLine({ inode: 900 })]);

    expect(look().filter(({ kind }) => kind === "connect")).toMatchObject([
      { process: { pid: 6 }, address: { transport: "udp" } },
    ]);
  });

  test("that are raw are privileged operations", () => {
    const { proc, look } = open(host);
    proc.put({ pid: 5, sockets: [900, 901] });
    proc.putNetwork("raw", [
      toSocketLine({ inode: 900, local: "00000000:0001", remote: "00000000:0000" }),
    ]);
    proc.putNetwork("packet", ["ffff888003d4d800 3      3    0003   2     1 0      0      901"]);

    expect(look().slice(1)).toMatchObject([
      { kind: "privileged", operation: "raw-socket", detail: "ipv4, IP protocol 1" },
      { kind: "privileged", operation: "packet-socket", detail: "Ethernet type 0x0003" },
    ]);
  });

  test("that were accepted are the other end's to report", () => {
    const { proc, look } = open(host);
    proc.put({ pid: 5, sockets: [900] });
    proc.put({ pid: 6, sockets: [901, 902] });
    proc.putNetwork("tcp", [
      toSocketLine({ inode: 901, local: "00000000:1F90", remote: "00000000:0000", state: "0A" }),
      toSocketLine({ inode: 900, local: "0100007F:9C40", remote: "0100007F:1F90" }),
      toSocketLine({ inode: 902, local: "0100007F:1F90", remote: "0100007F:9C40" }),
    ]);

    expect(look().filter(({ kind }) => kind === "connect")).toMatchObject([
      { process: { pid: 5 } },
    ]);
  });

  test("are not left out at both ends when somebody listens on both ports", () => {
    const { proc, look } = open(host);
    proc.put({ pid: 5, sockets: [900] });
    proc.put({ pid: 6, sockets: [901] });
    proc.putNetwork("tcp", [
      toSocketLine({ inode: 903, local: "00000000:1F90", remote: "00000000:0000", state: "0A" }),
      toSocketLine({ inode: 904, local: "00000000:9C40", remote: "00000000:0000", state: "0A" }),
      toSocketLine({ inode: 900, local: "0100007F:9C40", remote: "0100007F:1F90" }),
      toSocketLine({ inode: 901, local: "0100007F:1F90", remote: "0100007F:9C40" }),
    ]);

    expect(look().filter(({ kind }) => kind === "connect")).toHaveLength(2);
  });

  test("cannot hide by listening on the port they connect from", () => {
    const { proc, look } = open(host);
    proc.put({ pid: 5, sockets: [900, 901] });
    proc.putNetwork("tcp", [
      toSocketLine({ inode: 901, local: "00000000:9C40", remote: "00000000:0000", state: "0A" }),
      toSocketLine({ inode: 900, local: "0200000A:9C40", remote: "08080808:01BB" }),
    ]);

    expect(look().filter(({ kind }) => kind === "connect")).toMatchObject([
      { address: { ip: "8.8.8.8", port: 443 } },
    ]);
  });

  test("without an owner are looked for three times, then counted once", () => {
    const { proc, look } = open(host);
    proc.put({ pid: 5 });
    proc.putNetwork("tcp", [toSocketLine({ inode: 900 })]);
    const losses = [look(), look(), look(), look()].map((seen) =>
      seen.filter(({ kind }) => kind === "loss"),
    );

    expect(losses).toMatchObject([
      [],
      [],
      [{ reason: "proc-socket-without-owner", lost: "connection", count: 1 }],
      [],
    ]);
  });

  test("of others are no loss when only one command is watched", () => {
    const { proc, look, sampler } = open();
    proc.put({ pid: 50, startTicks: 10 });
    sampler.setRoot({ pid: 50, startTicks: 10 });
    proc.putNetwork("tcp", [toSocketLine({ inode: 900 })]);

    expect([look(), look(), look(), look()].flat().map(summary)).toEqual(["exec 50"]);
  });

  test("with an address that is not new but another are a new connection", () => {
    const { proc, look } = open(host);
    proc.put({ pid: 5, sockets: [900] });
    proc.putNetwork("udp", [toSocketLine({ inode: 900, remote: "01010101:0035" })]);
    look();
    proc.putNetwork("udp", [toSocketLine({ inode: 900, remote: "08080808:0035" })]);

    expect(look()).toMatchObject([
      { kind: "flow", address: { ip: "1.1.1.1" } },
      { kind: "connect", address: { ip: "8.8.8.8" } },
    ]);
  });

  test("of which there are too many are counted", () => {
    const { proc, look } = open({ ...host, bounds: { ...DEFAULT_PROC_BOUNDS, maxSockets: 1 } });
    proc.put({ pid: 5, sockets: [900, 901, 902] });
    proc.putNetwork(
      "tcp",
      [900, 901, 902].map((inode) => toSocketLine({ inode })),
    );

    const observations = [...look(), ...look()];

    expect(observations.map(summary)).toEqual(["exec 5", "loss 2", "connect 5"]);
  });

  test("do not end because their table cannot be read for once", () => {
    const { proc, look } = open(host);
    proc.put({ pid: 5, sockets: [900] });
    proc.putNetwork("udp", [toSocketLine({ inode: 900 })]);
    look();
    proc.putNetwork("udp", []);
    mkdirSync(join(proc.root, "net", "tcp"));

    expect(look()).toEqual([]);
  });

  test("of the guard are nobody's business", () => {
    const { proc, look } = open({ ...host, isIgnored: (pid) => pid === 6 });
    proc.put({ pid: 5 });
    proc.put({ pid: 6, sockets: [900] });
    proc.putNetwork("tcp", [toSocketLine({ inode: 900 })]);

    expect([look(), look(), look()].flat().map(summary)).toEqual(["exec 5"]);
  });
});

function open(options: Partial<ProcSamplerOptions> = {}) {
  const proc = createFixtureProc();
  onTestFinished(() => proc[Symbol.dispose]());
  const observations: Observation[] = [];
  const sampler = createProcSampler({
    root: proc.root,
    scope: { type: "command" },
    bounds: DEFAULT_PROC_BOUNDS,
    watchedEnvironment: [],
    isIgnored: () => false,
    ...options,
    observe: (observation) => observations.push(observation),
  });
  const look = (): readonly Observation[] => {
    sampler.sample({ at: 1_000_000, origin: "live" });
    return observations.splice(0);
  };
  return { proc, sampler, look };
}

function summary(observation: Observation): string {
  if (observation.kind === "loss") return `loss ${observation.count}`;
  const pid = "process" in observation ? observation.process.pid : "nobody";
  return `${observation.kind} ${pid}`;
}
