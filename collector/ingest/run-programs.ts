/** Which program each process of a run is, for as long as it lives: the processes that it starts name it by its id alone. */

/** Of one run. */
export interface RunPrograms {
  /** Empty where it is not known. */
  find(process: string): string;
  remember(process: string, program: string): void;
  forget(process: string): void;
}

export interface KnownPrograms {
  of(runId: string): RunPrograms;
}

export interface KnownProgramsBounds {
  /** Some 100 bytes each. The run that sent longest ago is forgotten first, with all of its processes. */
  readonly maxProcesses: number;
  /** Of one run; those that started longest ago are forgotten first. */
  readonly maxProcessesOfRun: number;
  readonly maxRuns: number;
}

/** An id's characters are the map's key; none of an honest agent's has half as many. */
const MAX_ID_LENGTH = 64;

export function createKnownPrograms(bounds: KnownProgramsBounds): KnownPrograms {
  const { maxProcesses, maxProcessesOfRun, maxRuns } = bounds;
  const runs = new Map<string, Map<string, string>>();
  let count = 0;
  const makeRoom = (): void => {
    for (const [runId, programs] of runs) {
      if (runs.size < maxRuns && count < maxProcesses) return;
      runs.delete(runId);
      count -= programs.size;
    }
  };
  const drop = (programs: Map<string, string>, process: string): void => {
    if (programs.delete(process)) count -= 1;
  };
  /** Who is oldest is looked for only then: where many have left, that goes through their places. */
  const dropOldest = (programs: Map<string, string>): void => {
    const [oldest] = programs.keys();
    if (oldest !== undefined) drop(programs, oldest);
  };
  return {
    of(runId) {
      const programs = runs.get(runId) ?? new Map<string, string>();
      if (!runs.delete(runId) || count >= maxProcesses) makeRoom();
      runs.set(runId, programs);
      return {
        find: (process) => programs.get(process) ?? "",
        remember(process, program) {
          if (process.length > MAX_ID_LENGTH) return;
          drop(programs, process);
          if (programs.size >= maxProcessesOfRun) dropOldest(programs);
          programs.set(process, program);
          count += 1;
        },
        forget: (process) => drop(programs, process),
      };
    },
  };
}
