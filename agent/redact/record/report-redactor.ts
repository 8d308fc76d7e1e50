/** The last net: whatever a report holds when it is written has been looked at, with all values that are known by then. */
import type { Report } from "../../../protocol/report.ts";
import { createRecordRedactor } from "./record-redactor.ts";
import {
  CI_CONTEXT,
  CI_STEP,
  DESTINATION,
  ENFORCEMENT,
  LIST_OF_TEXTS,
  MODE,
  PRELOAD,
  REPEATS,
  SENSOR_STATUS,
} from "./shared-treatments.ts";

const OF_PROCESS = { processId: "fixed" } as const;

export const redactReport = createRecordRedactor<Report>({
  members: {
    version: "fixed",
    run: {
      members: {
        id: "fixed",
        startedAt: "fixed",
        endedAt: "fixed",
        command: "command-line",
        workingDirectory: "text",
        exitCode: "fixed",
        signal: "fixed",
        failures: LIST_OF_TEXTS,
        ci: CI_CONTEXT,
        labels: "whole",
      },
    },
    mode: MODE,
    enforcement: {
      members: {
        ...ENFORCEMENT.members,
        scope: "fixed",
        packetsRefused: "fixed",
        namesRefused: "fixed",
        restored: "fixed",
        withheld: "fixed",
      },
    },
    sensors: { each: SENSOR_STATUS },
    processes: {
      each: {
        members: {
          id: "fixed",
          parentId: "fixed",
          pid: "fixed",
          executed: "fixed",
          executable: "text",
          args: "command-line",
          argsTruncated: "fixed",
          script: "text",
          workingDirectory: "text",
          userId: "fixed",
          groupId: "fixed",
          image: "fixed",
          cgroup: "text",
          stdin: "fixed",
          stdout: "fixed",
          stderr: "fixed",
          preload: PRELOAD,
          step: CI_STEP,
          startedAt: "fixed",
          endedAt: "fixed",
          exitCode: "fixed",
          signal: "fixed",
          earlierPrograms: { each: { members: { executable: "text", args: "command-line" } } },
        },
      },
    },
    connections: {
      each: {
        members: {
          ...OF_PROCESS,
          ...REPEATS,
          network: "fixed",
          destination: DESTINATION,
          verdict: "fixed",
          rule: "fixed",
          results: "fixed",
          bytesSent: "fixed",
          bytesReceived: "fixed",
          packetsRefused: "fixed",
        },
      },
    },
    dnsQueries: {
      each: {
        members: {
          ...OF_PROCESS,
          ...REPEATS,
          name: "text",
          type: "fixed",
          verdict: "fixed",
          rule: "fixed",
          answers: LIST_OF_TEXTS,
          failure: "text",
        },
      },
    },
    files: {
      each: {
        members: {
          ...OF_PROCESS,
          ...REPEATS,
          path: "text",
          operation: "fixed",
          originalPath: "text",
          mode: "fixed",
        },
      },
    },
    fileReads: { each: { members: { ...OF_PROCESS, ...REPEATS, path: "text" } } },
    memoryAccesses: "fixed",
    privilegedOperations: {
      each: {
        members: {
          ...OF_PROCESS,
          ...REPEATS,
          operation: "fixed",
          detail: "text",
          succeeded: "fixed",
        },
      },
    },
    findings: {
      each: {
        members: {
          ...OF_PROCESS,
          id: "fixed",
          rule: "fixed",
          severity: "fixed",
          technique: "fixed",
          message: "text",
          evidence: "whole",
          response: "fixed",
        },
      },
    },
    secrets: {
      members: {
        redacted: "fixed",
        found: {
          each: {
            members: {
              ...REPEATS,
              rule: "fixed",
              fingerprint: "fixed",
              where: "text",
              encodings: "fixed",
              confidence: "fixed",
              line: "fixed",
              source: "text",
              step: CI_STEP,
            },
          },
        },
      },
    },
    resources: "fixed",
    totals: "fixed",
    dropped: "fixed",
  },
});
