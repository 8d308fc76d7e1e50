import type { Report, ReportedProcess } from "../../protocol/report.ts";

const at = "2026-01-31T12:00:00.000001Z";

/** A report of a run in which nothing happened but what is given. */
export function reportOf(
  content: Partial<Pick<Report, "processes" | "connections" | "files">>,
): Report {
  return {
    version: 1,
    run: {
      id: "run",
      startedAt: at,
      endedAt: at,
      command: ["true"],
      workingDirectory: "/",
      exitCode: 0,
      signal: null,
      failures: [],
      ci: null,
    },
    mode: { requested: "audit", effective: "audit", reasons: [] },
    sensors: [],
    processes: [],
    connections: [],
    dnsQueries: [],
    files: [],
    fileReads: [],
    memoryAccesses: [],
    privilegedOperations: [],
    findings: [],
    secrets: { redacted: 0, found: [] },
    resources: [],
    totals: {
      processes: 0,
      executions: 0,
      connections: 0,
      dnsQueries: 0,
      files: 0,
      fileReads: 0,
      memoryAccesses: 0,
      privilegedOperations: 0,
      findings: 0,
    },
    dropped: { byReason: {}, byKind: {}, notListed: {} },
    ...content,
  };
}

export function reportedProcess(
  process: Pick<ReportedProcess, "id" | "pid"> & Partial<ReportedProcess>,
): ReportedProcess {
  return {
    parentId: null,
    executed: true,
    executable: "/usr/bin/true",
    args: ["true"],
    argsTruncated: false,
    workingDirectory: "/",
    userId: 0,
    groupId: 0,
    image: "file",
    startedAt: at,
    endedAt: at,
    exitCode: 0,
    signal: null,
    ...process,
  };
}

export function reportedConnection(
  processId: string,
  flow: { ip: string; port: number; count: number },
): Report["connections"][number] {
  return {
    processId,
    network: { transport: "tcp", family: "ipv4" },
    destination: { ip: flow.ip, port: flow.port },
    verdict: "allowed",
    rule: "loopback",
    count: flow.count,
    firstSeen: at,
    lastSeen: at,
    results: {},
    bytesSent: 0,
    bytesReceived: 0,
  };
}

export function reportedFile(
  processId: string,
  change: Pick<Report["files"][number], "operation" | "path"> & { originalPath?: string },
): Report["files"][number] {
  return { processId, count: 1, firstSeen: at, lastSeen: at, ...change };
}
