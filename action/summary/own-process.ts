import { toProcessId } from "../../agent/process/process-id.ts";
import type { Report } from "../../protocol/index.ts";
import { readProcess } from "../guard/find-worker.ts";

export interface OwnProcess {
  readonly id: string | undefined;
  /** At which guards are asked. */
  readonly sockets: readonly string[];
}

/** As the guard names the process that runs this; another in a container, whose numbers are not the guard's. */
export function findOwnProcess(): string | undefined {
  const own = readProcess(process.pid);
  return own && toProcessId(own);
}

/**
 * The report without the process that makes a page of it, which is no doing of the job's. Only where it has done nothing that the
 * report tells but to ask the guard: a job may have had its way with it, and that is not to be hidden.
 */
export function withoutOwnProcess(report: Report, own: OwnProcess): Report {
  const { processes, connections } = report;
  const others = connections.filter((connection) => !isAskingGuard(connection, own));
  if (own.id === undefined || isNamed({ ...report, connections: others }, own.id)) return report;
  return { ...report, processes: processes.filter(({ id }) => id !== own.id), connections: others };
}

function isAskingGuard(
  { processId, verdict, destination: { path } }: Report["connections"][number],
  { id, sockets }: OwnProcess,
): boolean {
  return processId === id && verdict === "allowed" && path !== undefined && sockets.includes(path);
}

function isNamed(report: Report, own: string): boolean {
  const deeds = [
    report.connections,
    report.dnsQueries,
    report.files,
    report.fileReads,
    report.memoryAccesses,
    report.privilegedOperations,
    report.findings,
  ].flat();
  return (
    deeds.some(({ processId }) => processId === own) ||
    report.processes.some(({ parentId }) => parentId === own)
  );
}
