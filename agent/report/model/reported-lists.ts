import type { Report } from "../../../protocol/report.ts";

export type ReportedConnection = Report["connections"][number];
export type ReportedDnsQuery = Report["dnsQueries"][number];
export type ReportedFile = Report["files"][number];
export type ReportedFileRead = Report["fileReads"][number];
export type ReportedMemoryAccess = Report["memoryAccesses"][number];
export type ReportedPrivilegedOperation = Report["privilegedOperations"][number];
export type ReportedFinding = Report["findings"][number];
export type ReportedSecret = Report["secrets"]["found"][number];
export type ReportedResources = Report["resources"][number];
