import type { Report, ReportedProcess } from "../../../protocol/report.ts";
import { toCommandLine } from "./command-line.ts";
import { toStepName } from "./steps.ts";

/** Finds a report's processes by id. */
export interface ProcessIndex {
  find(id: string | null): ReportedProcess | undefined;
  /** The last part of the path of the program, which is what people call it by. Raw text of the job. */
  programName(id: string | null): string;
  /** The step that it was of, as people call that. Raw text of the job; null where it is not known. */
  stepName(id: string | null): string | null;
  /** As one would type it, its beginning. Raw text of the job; null where it is not known. */
  commandLine(id: string | null): string | null;
}

export function createProcessIndex(report: Report): ProcessIndex {
  const byId = new Map(report.processes.map((process) => [process.id, process]));
  const find = (id: string | null) => (id === null ? undefined : byId.get(id));
  return {
    find,
    programName(id) {
      const process = find(id);
      return process === undefined ? "(not listed)" : programName(process.executable);
    },
    stepName(id) {
      const step = find(id)?.step;
      return step === undefined ? null : toStepName(step);
    },
    commandLine(id) {
      const process = find(id);
      return process === undefined ? null : toCommandLine(process.args) || process.executable;
    },
  };
}

/** Who was at the other end of something that does not need a sensor to be seen: a packet or a question for a name. */
export function toSeenProgram(id: string | null, index: ProcessIndex): string {
  return id === null ? "(not seen by a sensor)" : index.programName(id);
}

export function programName(executable: string): string {
  return executable.slice(executable.lastIndexOf("/") + 1) || executable || "(unknown)";
}
