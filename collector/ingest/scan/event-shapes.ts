/** Written by scripts/generate-event-validator.ts from protocol/events.ts: `npm run schema` writes it anew. */
import type { ScannedKind, ScannedObject, ScannedShape } from "./scanned-shape.ts";

const OF_STDIN_STDOUT_STDERR: ScannedShape = {
  type: "object",
  members: [
    {
      name: "type",
      isRequired: true,
      of: {
        type: "word",
        words: ["terminal", "file", "pipe", "socket", "device", "closed", "other"],
      },
    },
    { name: "inode", isRequired: false, of: { type: "integer", min: 0 } },
    {
      name: "family",
      isRequired: false,
      of: { type: "word", words: ["ipv4", "ipv6", "unix", "other"] },
    },
    { name: "connected", isRequired: false, of: { type: "flag" } },
  ],
};
const OF_VERDICT: ScannedShape = { type: "word", words: ["allowed", "blocked", "would-block"] };

/** Without the members that every event begins with. */
export const EVENT_SHAPES: Readonly<Record<ScannedKind, ScannedObject>> = {
  "process-started": {
    type: "object",
    members: [
      { name: "process", isRequired: true, of: { type: "process-id" } },
      { name: "parent", isRequired: true, of: { isNullable: true, type: "process-id" } },
      { name: "pid", isRequired: true, of: { type: "integer", min: 1 } },
      { name: "executed", isRequired: true, of: { type: "flag" } },
      { name: "executable", isRequired: true, of: { type: "text" } },
      { name: "args", isRequired: true, of: { type: "list", of: { type: "text" } } },
      { name: "argsTruncated", isRequired: true, of: { type: "flag" } },
      { name: "script", isRequired: false, of: { type: "text" } },
      { name: "workingDirectory", isRequired: true, of: { isNullable: true, type: "text" } },
      { name: "userId", isRequired: true, of: { isNullable: true, type: "integer", min: 0 } },
      { name: "groupId", isRequired: true, of: { isNullable: true, type: "integer", min: 0 } },
      {
        name: "image",
        isRequired: true,
        of: { isNullable: true, type: "word", words: ["file", "memfd", "deleted"] },
      },
      { name: "cgroup", isRequired: false, of: { type: "text" } },
      { name: "stdin", isRequired: false, of: OF_STDIN_STDOUT_STDERR },
      { name: "stdout", isRequired: false, of: OF_STDIN_STDOUT_STDERR },
      { name: "stderr", isRequired: false, of: OF_STDIN_STDOUT_STDERR },
      {
        name: "preload",
        isRequired: false,
        of: { type: "record", names: ["LD_PRELOAD", "LD_AUDIT"], of: { type: "text" } },
      },
      {
        name: "step",
        isRequired: false,
        of: {
          type: "object",
          members: [
            { name: "job", isRequired: false, of: { type: "text" } },
            { name: "step", isRequired: true, of: { type: "text" } },
            { name: "action", isRequired: false, of: { type: "text" } },
          ],
        },
      },
    ],
  },
  "process-exited": {
    type: "object",
    members: [
      { name: "process", isRequired: true, of: { type: "process-id" } },
      { name: "exitCode", isRequired: true, of: { isNullable: true, type: "integer" } },
      { name: "signal", isRequired: true, of: { isNullable: true, type: "text" } },
    ],
  },
  connection: {
    type: "object",
    members: [
      { name: "process", isRequired: true, of: { isNullable: true, type: "process-id" } },
      {
        name: "network",
        isRequired: true,
        of: {
          type: "object",
          members: [
            {
              name: "transport",
              isRequired: true,
              of: { type: "word", words: ["tcp", "udp", "icmp", "raw", "packet", "unix", "other"] },
            },
            {
              name: "family",
              isRequired: true,
              of: { type: "word", words: ["ipv4", "ipv6", "unix", "packet"] },
            },
          ],
        },
      },
      {
        name: "destination",
        isRequired: true,
        of: {
          type: "object",
          members: [
            { name: "ip", isRequired: false, of: { type: "text" } },
            { name: "port", isRequired: false, of: { type: "integer", min: 0, max: 65535 } },
            { name: "domain", isRequired: false, of: { type: "text" } },
            { name: "path", isRequired: false, of: { type: "text" } },
          ],
        },
      },
      { name: "verdict", isRequired: true, of: OF_VERDICT },
      { name: "rule", isRequired: true, of: { type: "text" } },
      { name: "count", isRequired: true, of: { type: "integer", min: 0 } },
      { name: "firstSeen", isRequired: true, of: { type: "timestamp" } },
      { name: "lastSeen", isRequired: true, of: { type: "timestamp" } },
      {
        name: "results",
        isRequired: true,
        of: {
          type: "record",
          names: [
            "established",
            "refused",
            "timed-out",
            "unreachable",
            "denied",
            "in-progress",
            "abandoned",
            "failed",
          ],
          of: { type: "integer", min: 0 },
        },
      },
      { name: "bytesSent", isRequired: true, of: { type: "integer", min: 0 } },
      { name: "bytesReceived", isRequired: true, of: { type: "integer", min: 0 } },
      { name: "packetsRefused", isRequired: false, of: { type: "integer", min: 0 } },
    ],
  },
  "dns-query": {
    type: "object",
    members: [
      { name: "process", isRequired: true, of: { isNullable: true, type: "process-id" } },
      { name: "name", isRequired: true, of: { type: "text" } },
      { name: "type", isRequired: true, of: { type: "text" } },
      { name: "verdict", isRequired: true, of: OF_VERDICT },
      { name: "rule", isRequired: false, of: { type: "text" } },
      { name: "answers", isRequired: true, of: { type: "list", of: { type: "text" } } },
      { name: "failure", isRequired: false, of: { type: "text" } },
      { name: "count", isRequired: true, of: { type: "integer", min: 0 } },
      { name: "firstSeen", isRequired: true, of: { type: "timestamp" } },
      { name: "lastSeen", isRequired: true, of: { type: "timestamp" } },
    ],
  },
  "file-written": {
    type: "object",
    members: [
      { name: "process", isRequired: true, of: { isNullable: true, type: "process-id" } },
      { name: "path", isRequired: true, of: { type: "text" } },
      {
        name: "operation",
        isRequired: true,
        of: { type: "word", words: ["create", "write", "rename", "delete", "chmod"] },
      },
      { name: "originalPath", isRequired: false, of: { type: "text" } },
      { name: "mode", isRequired: false, of: { type: "integer" } },
      { name: "count", isRequired: true, of: { type: "integer", min: 0 } },
      { name: "firstSeen", isRequired: true, of: { type: "timestamp" } },
      { name: "lastSeen", isRequired: true, of: { type: "timestamp" } },
    ],
  },
  "file-read": {
    type: "object",
    members: [
      { name: "process", isRequired: true, of: { type: "process-id" } },
      { name: "path", isRequired: true, of: { type: "text" } },
      { name: "count", isRequired: true, of: { type: "integer", min: 0 } },
      { name: "firstSeen", isRequired: true, of: { type: "timestamp" } },
      { name: "lastSeen", isRequired: true, of: { type: "timestamp" } },
    ],
  },
};
