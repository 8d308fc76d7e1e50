import type { Report } from "../../../protocol/report.ts";
import { readSampleReport } from "../report/sample-report.ts";

export type Connection = Report["connections"][number];
export type Question = Report["dnsQueries"][number];
export type ListedProcess = Report["processes"][number];

const AT = "2026-03-14T09:26:11.000000Z";
const TIMES = { count: 1, firstSeen: AT, lastSeen: AT };

/** A report of an audited run that has these in it. */
export function madeReport(parts: Partial<Report>): Report {
  const { enforcement: _, ...empty } = readSampleReport("empty-run");
  return { ...empty, ...parts };
}

/** `host:port/transport`, where host is a name, an address or `name=address`; 443 and tcp where they are left out. */
export function connectionTo(text: string, over: Partial<Connection> = {}): Connection {
  const [, host = "", port = "443", transport = "tcp"] =
    /^(\[[^\]]*\]|[^:/]*)(?::(\d+))?(?:\/(\w+))?$/.exec(text) ?? [];
  const [name, ip] = host.includes("=") ? host.split("=") : [host, host.replaceAll(/[[\]]/g, "")];
  const isAddress = /^[\d.]+$|:/.test(name ?? "");
  return {
    processId: "10-1",
    network: {
      transport: transport === "udp" || transport === "icmp" ? transport : "tcp",
      family: host.includes("[") ? "ipv6" : "ipv4",
    },
    destination: {
      ip: isAddress || host.includes("=") ? ip : "203.0.113.1",
      ...(transport === "icmp" ? {} : { port: Number(port) }),
      ...(isAddress ? {} : { domain: name }),
    },
    verdict: "allowed",
    rule: "no-policy",
    ...TIMES,
    results: {},
    bytesSent: 0,
    bytesReceived: 0,
    ...over,
  };
}

export function questionFor(name: string, over: Partial<Question> = {}): Question {
  return {
    processId: "10-1",
    name,
    type: "A",
    verdict: "allowed",
    rule: "no-policy",
    answers: ["203.0.113.1"],
    ...TIMES,
    ...over,
  };
}

export function processOf(executable: string, over: Partial<ListedProcess> = {}): ListedProcess {
  return {
    id: "10-1",
    parentId: null,
    pid: 10,
    executed: true,
    executable,
    args: [executable],
    argsTruncated: false,
    workingDirectory: "/work",
    userId: 1000,
    groupId: 1000,
    image: "file",
    startedAt: AT,
    endedAt: AT,
    exitCode: 0,
    signal: null,
    ...over,
  };
}

export function findingOf(rule: string, over: Partial<Report["findings"][number]> = {}) {
  return {
    id: `${rule}-1`,
    rule: { id: rule, name: rule },
    severity: "high" as const,
    processId: "10-1",
    message: "something was done",
    evidence: {},
    response: "report" as const,
    ...TIMES,
    ...over,
  };
}
