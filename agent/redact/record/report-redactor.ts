/** The last net: whatever a report holds when it is written has been looked at, with all values that are known by then. */
import type { Report } from "../../../protocol/report.ts";
import { createRecordRedactor } from "./record-redactor.ts";
import {
  CI_CONTEXT,
  CONNECTION,
  DNS_QUERY,
  ENFORCEMENT,
  FILE_WRITTEN,
  FINDING,
  LIST_OF_TEXTS,
  LOCKDOWN,
  MODE,
  POSTURE_CHECK,
  PRIVILEGED_OPERATION,
  PROCESS,
  REPEATS,
  SECRET_FOUND,
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
    lockdown: LOCKDOWN,
    collector: {
      members: {
        requested: "fixed",
        address: "fixed",
        effective: "fixed",
        spool: "fixed",
        reason: "text",
        runId: "fixed",
        told: "fixed",
        stored: "fixed",
        waiting: "fixed",
        dropped: "fixed",
      },
    },
    sensors: { each: SENSOR_STATUS },
    posture: { members: { score: "fixed", failed: { each: { members: POSTURE_CHECK } } } },
    processes: {
      each: {
        members: {
          id: "fixed",
          parentId: "fixed",
          pid: "fixed",
          ...PROCESS,
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
          ...CONNECTION,
        },
      },
    },
    dnsQueries: {
      each: {
        members: {
          ...OF_PROCESS,
          ...REPEATS,
          ...DNS_QUERY,
        },
      },
    },
    files: {
      each: {
        members: {
          ...OF_PROCESS,
          ...REPEATS,
          ...FILE_WRITTEN,
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
          ...PRIVILEGED_OPERATION,
        },
      },
    },
    findings: {
      each: {
        members: {
          ...OF_PROCESS,
          ...FINDING,
        },
      },
    },
    secrets: {
      members: {
        redacted: "fixed",
        refused: "fixed",
        found: {
          each: {
            members: {
              ...REPEATS,
              ...SECRET_FOUND,
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
