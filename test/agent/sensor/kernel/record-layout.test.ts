import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import type { Observation } from "../../../../agent/observation.ts";
import { SHARED_STATE_SIZE } from "../../../../agent/sensor/kernel/counters.ts";
import { createRecordDecoder } from "../../../../agent/sensor/kernel/decode-record.ts";
import { NO_KILLS, toStops } from "../../../../agent/sensor/kernel/kills.ts";
import { toPortKey } from "../../../../agent/sensor/kernel/port-owners.ts";
import { createRecordClock } from "../../../../agent/sensor/kernel/record-clock.ts";
import {
  RECORD,
  RECORD_KINDS,
  RECORD_NAMES,
} from "../../../../agent/sensor/kernel/record-kinds.ts";
import { writeSettings } from "../../../../agent/sensor/kernel/settings.ts";
import { toName, toWatchedFileKey } from "../../../../agent/sensor/kernel/watched-files.ts";
import { compileC } from "../../../support/compile-c.ts";
import { requires } from "../../../support/requires.ts";

const { compiler } = requires;
const root = join(import.meta.dirname, "../../../..");
const LONG_NAMES = Array.from({ length: 48 }, (_, index) => `A_RATHER_LONG_NAME_${index}`);

/** Compiled from the headers that the program in the kernel is compiled from. */
function sampleRecords(...args: string[]): Buffer {
  const program = compileC(join(import.meta.dirname, "support/sample-records.c"), {
    cacheDirectory: join(root, ".cache/programs"),
    includeDirectory: join(root, "agent/sensor/kernel/bpf"),
    flags: ["-D__TARGET_ARCH_x86", "-Wno-unknown-pragmas"],
  });
  return execFileSync(program, args);
}

function decodeSamples(): (Observation | undefined)[] {
  const decode = createRecordDecoder({
    clock: createRecordClock({ timeOfDayMs: 1_000_000, monotonicNs: 1_000_000_000n }),
    watchedEnvironment: new Set(["A", "B"]),
    cgroupPath: (id) => `/group-${id}`,
  });
  const bytes = sampleRecords();
  const decoded: (Observation | undefined)[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32LE(at);
    decoded.push(decode(bytes, at + 4, length));
    at += 4 + length;
  }
  return decoded;
}

describe.skipIf(!compiler.available)(`what C writes and TypeScript reads${compiler.note}`, () => {
  const common = { at: 1_004_000_000, process: { pid: 4711, startTicks: 2 ** 33 } };

  test("is the same for records of every kind", () => {
    expect(decodeSamples()).toEqual([
      { kind: "fork", ...common, parent: { pid: 4710, startTicks: 77 } },
      {
        kind: "exec",
        ...common,
        parent: { pid: 4710, startTicks: 77 },
        executable: "/bin/sh",
        args: ["sh", "", "-c"],
        argsTruncated: true,
        script: "./run",
        workingDirectory: "/work",
        userId: 1000,
        groupId: 1001,
        image: "memfd",
        cgroup: "/group-99",
        stdin: { type: "terminal", inode: 6 },
        stdout: { type: "pipe", inode: 2 ** 40 },
        stderr: { type: "socket", inode: 9, family: "ipv4", connected: true },
        environment: { A: "first", B: "" },
        environmentTruncated: true,
        origin: "live",
      },
      expect.objectContaining({
        kind: "exec",
        ...common,
        executable: "/bin/sh",
        killed: true,
        isReverseShell: true,
      }),
      { kind: "exit", ...common, exitCode: 42, signal: null },
      {
        kind: "connect",
        ...common,
        address: { transport: "tcp", family: "ipv4", ip: "192.0.2.1", port: 443 },
        origin: "live",
      },
      {
        kind: "flow",
        ...common,
        address: { transport: "udp", family: "ipv6", ip: "2001:db8::1", port: 53 },
        result: "refused",
        bytesSent: 2 ** 34,
        bytesReceived: 12,
      },
      {
        kind: "connect",
        ...common,
        address: { transport: "unix", family: "unix", path: "@name" },
        result: "refused",
        origin: "live",
      },
      { kind: "file", ...common, path: "/b", operation: "rename", originalPath: "/c/d" },
      { kind: "file", ...common, path: "/a/b", operation: "chmod", mode: 0o4755 },
      { kind: "file-read", ...common, path: "/root/.npmrc" },
      {
        kind: "memory-access",
        ...common,
        method: "proc-environ",
        targetPid: 12,
        target: { pid: 12, startTicks: 34 },
        succeeded: false,
        killed: true,
      },
      { kind: "privileged", ...common, operation: "mount", detail: "/mnt", succeeded: false },
      {
        kind: "privileged",
        ...common,
        operation: "raw-socket",
        detail: "AF_INET6 SOCK_RAW protocol 58",
        succeeded: true,
      },
      {
        kind: "privileged",
        ...common,
        operation: "socket-outside-cgroup",
        detail: "AF_INET SOCK_STREAM protocol 6",
        succeeded: false,
      },
      {
        kind: "privileged",
        ...common,
        operation: "packet-socket",
        detail: "AF_PACKET, and the guard killed the process",
        succeeded: false,
      },
    ]);
  });

  test("covers every kind of record that there is", () => {
    const kinds = decodeSamples().map((observation) => observation?.kind);
    expect(kinds).not.toContain(undefined);
    expect(Object.values(RECORD)).toEqual([...RECORD_NAMES.keys()]);
    expect(Math.max(...Object.values(RECORD))).toBe(RECORD_KINDS - 1);
  });

  test("is the same for settings, counters and watched files", () => {
    const layout: Record<string, number> = JSON.parse(sampleRecords("layout").toString("utf8"));
    const at = (name: string): number => layout[name] ?? -1;
    const section = new ArrayBuffer(at("settings"));
    const view = Buffer.from(section);
    writeSettings(section, {
      scope: { type: "pod", pidNamespaceInode: 0xf000_0001 },
      guardPid: 7,
      guardNamespaceInode: 0xf000_0002,
      scratchSlots: 3,
      seesIoUringResults: true,
      watchesFiles: true,
      guardedCgroupId: 2n ** 40n + 1n,
      refuses: true,
      refusesPacketSockets: true,
      stops: {
        memoryReaders: true,
        guardAttackers: false,
        programs: true,
        fileOpeners: false,
        reverseShells: true,
      },
      guardedNetworkInode: 0xf000_0003,
      watchedEnvironment: ["LD_AUDIT", ...LONG_NAMES.slice(1)],
    });
    expect(view.readUInt32LE(at("scope"))).toBe(1);
    expect(view.readUInt32LE(at("scopeNamespace"))).toBe(0xf000_0001);
    expect(view.readUInt32LE(at("guardPid"))).toBe(7);
    expect(view.readUInt32LE(at("guardNamespace"))).toBe(0xf000_0002);
    expect(view.readUInt32LE(at("scratchSlots"))).toBe(3);
    expect(view.readUInt32LE(at("ioUringCompletes"))).toBe(1);
    expect(view.readUInt32LE(at("watchesFiles"))).toBe(1);
    expect(view.readUInt32LE(at("refuses"))).toBe(1);
    expect(view.readBigUInt64LE(at("guardedCgroup"))).toBe(2n ** 40n + 1n);
    expect(view.readUInt32LE(at("refusesPacketSockets"))).toBe(1);
    expect(view.readUInt32LE(at("guardedNetwork"))).toBe(0xf000_0003);
    const stops = [
      "stopsMemoryReaders",
      "stopsGuardAttackers",
      "forbidsPrograms",
      "deniesFiles",
      "stopsReverseShells",
    ];
    expect(stops.map((name) => view.readUInt32LE(at(name)))).toEqual([1, 0, 1, 0, 1]);
    expect(toName("nc")).toHaveLength(at("programName"));
    expect([at("fileTold"), at("fileDenied")]).toEqual([1, 2]);
    const text = (index: number, part: string): string =>
      view.toString(
        "latin1",
        at("watchedNames") + index * at("prefix") + at(part),
        at("watchedNames") + index * at("prefix") + at(part) + 8,
      );
    expect(at("names")).toBe(LONG_NAMES.length);
    expect([text(0, "low"), text(0, "high")]).toEqual(["LD_AUDIT", "=\0\0\0\0\0\0\0"]);
    expect([text(0, "lowMask"), text(0, "highMask")]).toEqual([
      "\u00FF".repeat(8),
      "\u00FF\0\0\0\0\0\0\0",
    ]);
    expect(text(47, "low") + text(47, "high")).toBe("A_RATHER_LONG_NA");
    expect(text(47, "highMask")).toBe("\u00FF".repeat(8));

    const portKey = toPortKey({ transport: "tcp", family: "ipv6", port: 0xabcd });
    expect(portKey).toHaveLength(at("portKey"));
    expect(portKey.readUInt16LE(at("portProtocol"))).toBe(6);
    expect(portKey.readUInt16LE(at("portFamily"))).toBe(10);
    expect(portKey.readUInt16LE(at("portNumber"))).toBe(0xabcd);
    expect([at("portOwner"), at("ownerStart"), at("ownerPid")]).toEqual([16, 0, 8]);

    expect(at("shared")).toBe(SHARED_STATE_SIZE);
    expect(at("kinds")).toBe(RECORD_KINDS);
    expect([
      at("phase"),
      at("produced"),
      at("ringFull"),
      at("scratchBusy"),
      at("untracked"),
    ]).toEqual([0, 8, 8 + 8 * RECORD_KINDS, 8 + 16 * RECORD_KINDS, 8 + 24 * RECORD_KINDS]);

    const key = toWatchedFileKey({ name: "config", parent: ".git" });
    expect(key).toHaveLength(at("watchedFile"));
    expect(key.toString("utf8", 0, 5)).toBe(".git\0");
    expect(key.toString("utf8", at("watchedFileName")).replace(/\0+$/u, "")).toBe("config");
  });
});

describe("settings that do not fit", () => {
  test("more names than there is room for are refused", () => {
    const settings = {
      scope: { type: "host" },
      guardPid: 1,
      guardNamespaceInode: 1,
      scratchSlots: 1,
      seesIoUringResults: false,
      watchesFiles: false,
      guardedCgroupId: 0n,
      refuses: false,
      refusesPacketSockets: false,
      stops: toStops(NO_KILLS),
      guardedNetworkInode: 0,
    } as const;
    const watchedEnvironment = [...LONG_NAMES, "ONE_MORE"];
    expect(() => writeSettings(new ArrayBuffer(4096), { ...settings, watchedEnvironment })).toThrow(
      "more than 48 watched names",
    );
  });

  test.for([{ name: "n".repeat(64) }, { name: "ok", parent: "ü".repeat(32) }])(
    "a file whose name has no room is refused",
    (file) => {
      expect(() => toWatchedFileKey(file)).toThrow(/longer than 63 bytes/u);
    },
  );
});
