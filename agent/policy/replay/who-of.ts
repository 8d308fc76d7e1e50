import type { Report } from "../../../protocol/index.ts";

export interface Who {
  /** What people call it: the last part of its path. Raw text of the job. */
  readonly program: string;
  readonly step: string | null;
}

export type WhoOf = (processId: string | null) => Who;

export function createWhoOf({ processes }: Pick<Report, "processes">): WhoOf {
  const byId = new Map(processes.map((process) => [process.id, process]));
  return (id) => {
    if (id === null) return { program: "(not seen by a sensor)", step: null };
    const process = byId.get(id);
    if (process === undefined) return { program: "(not listed)", step: null };
    const { executable, step } = process;
    const name = executable.slice(executable.lastIndexOf("/") + 1);
    return { program: name || executable || "(unknown)", step: step?.step ?? null };
  };
}
