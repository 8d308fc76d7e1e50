/** Observations of every kind, with what a hostile job can put into them. */
import * as fc from "fast-check";

import type { Observation } from "../../../agent/observation.ts";

const HOSTILE = [
  "",
  "\0",
  "\u001b[2J",
  "a\nb\r\n::set-output name=x::y",
  "<script>alert(1)</script>",
  "${{ secrets.TOKEN }}",
  "\ud800",
  "\u202e",
  "__proto__",
  "x".repeat(10_000),
];
const text = fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom(...HOSTILE));
const at = fc.integer({ min: 0, max: 8_000_000_000_000_000 });
const ref = fc.record({
  pid: fc.integer({ min: 1, max: 30 }),
  startTicks: fc.integer({ min: 0, max: 40 }),
});
const bytes = fc.nat({ max: 2 ** 48 });
const rate = fc.option(fc.double({ min: 0, max: 1e12, noNaN: true }));
const operation = fc.constantFrom("create", "write", "rename", "delete", "chmod");
const descriptor = fc.record(
  {
    type: fc.constantFrom("terminal", "file", "pipe", "socket", "device", "closed", "other"),
    inode: fc.maxSafeNat(),
  },
  { requiredKeys: ["type"] },
);
const result = fc.constantFrom(
  "established",
  "refused",
  "timed-out",
  "unreachable",
  "denied",
  "in-progress",
  "failed",
);
const address = fc.record(
  {
    transport: fc.constantFrom("tcp", "udp", "icmp", "raw", "packet", "unix", "other"),
    family: fc.constantFrom("ipv4", "ipv6", "unix", "packet"),
    ip: fc.oneof(fc.ipV4(), fc.ipV6()),
    port: fc.nat({ max: 65_535 }),
    path: text,
  },
  { requiredKeys: ["transport", "family"] },
);

export const anyObservation: fc.Arbitrary<Observation> = fc.oneof(
  fc.record({ kind: fc.constant("fork"), at, process: ref, parent: ref }),
  fc.record(
    {
      kind: fc.constant("exec"),
      at,
      process: ref,
      parent: ref,
      executable: text,
      args: fc.array(text, { maxLength: 5 }),
      argsTruncated: fc.boolean(),
      script: text,
      workingDirectory: fc.option(text),
      userId: fc.nat({ max: 2 ** 32 - 1 }),
      groupId: fc.nat({ max: 2 ** 32 - 1 }),
      image: fc.constantFrom("file", "memfd", "deleted"),
      cgroup: text,
      stdin: descriptor,
      stdout: descriptor,
      stderr: descriptor,
      environment: fc.dictionary(
        fc.constantFrom("LD_PRELOAD", "LD_AUDIT", "GITHUB_ACTION", "GITHUB_JOB", "STAGE_NAME"),
        text,
      ),
      environmentTruncated: fc.constant(true),
      origin: fc.constantFrom("live", "snapshot"),
    },
    {
      requiredKeys: [
        "kind",
        "at",
        "process",
        "parent",
        "executable",
        "args",
        "argsTruncated",
        "workingDirectory",
        "userId",
        "groupId",
        "image",
        "environment",
        "origin",
      ],
    },
  ),
  fc.record({
    kind: fc.constant("exit"),
    at,
    process: ref,
    exitCode: fc.option(fc.nat({ max: 255 })),
    signal: fc.option(fc.constantFrom("SIGKILL", "SIGSEGV", "SIGRT_3")),
  }),
  fc.record(
    {
      kind: fc.constant("connect"),
      at,
      process: ref,
      address,
      result,
      origin: fc.constant("live"),
    },
    { requiredKeys: ["kind", "at", "process", "address", "origin"] },
  ),
  fc.record(
    {
      kind: fc.constant("flow"),
      at,
      process: ref,
      address,
      result,
      bytesSent: bytes,
      bytesReceived: bytes,
    },
    { requiredKeys: ["kind", "at", "process", "address", "bytesSent", "bytesReceived"] },
  ),
  fc.record(
    {
      kind: fc.constant("file"),
      at,
      process: ref,
      path: text,
      operation,
      originalPath: text,
      mode: fc.nat({ max: 0o7777 }),
    },
    { requiredKeys: ["kind", "at", "process", "path", "operation"] },
  ),
  fc.record({ kind: fc.constant("anonymous-file"), at, path: text, operation }),
  fc.record({ kind: fc.constant("file-read"), at, process: ref, path: text }),
  fc.record(
    {
      kind: fc.constant("memory-access"),
      at,
      process: ref,
      method: fc.constantFrom(
        "proc-mem",
        "proc-maps",
        "proc-environ",
        "proc-map-files",
        "ptrace",
        "process-vm-readv",
        "process-vm-writev",
      ),
      targetPid: fc.nat({ max: 2 ** 32 - 1 }),
      target: ref,
      succeeded: fc.boolean(),
    },
    { requiredKeys: ["kind", "at", "process", "method", "targetPid", "succeeded"] },
  ),
  fc.record({
    kind: fc.constant("privileged"),
    at,
    process: ref,
    operation: fc.constantFrom("setns", "mount", "bpf", "raw-socket", "signal-guard"),
    detail: text,
    succeeded: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("resources"),
    at,
    cpuPercent: fc.double({ min: 0, max: 100, noNaN: true }),
    memoryUsedBytes: bytes,
    memoryTotalBytes: bytes,
    diskReadBytesPerSecond: rate,
    diskWriteBytesPerSecond: rate,
    networkReceiveBytesPerSecond: rate,
    networkTransmitBytesPerSecond: rate,
  }),
  fc.record(
    {
      kind: fc.constant("loss"),
      at,
      sensor: fc.constantFrom("kernel", "proc", "host", "log"),
      reason: text,
      lost: text,
      count: fc.nat(),
    },
    { requiredKeys: ["kind", "at", "sensor", "reason", "count"] },
  ),
);
