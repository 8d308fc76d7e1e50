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
  /** Of one run, two at least; those that started longest ago are forgotten first, up to half of them at once. */
  readonly maxProcessesOfRun: number;
  readonly maxRuns: number;
}

/** By process. In two halves: to find the oldest in one map is to go through the places of all that have left it. */
interface Programs {
  recent: Map<string, string>;
  earlier: Map<string, string>;
}

/** An id's characters are the map's key; none of an honest agent's has half as many. */
const MAX_ID_LENGTH = 64;

export function createKnownPrograms(bounds: KnownProgramsBounds): KnownPrograms {
  const { maxProcesses, maxProcessesOfRun, maxRuns } = bounds;
  const maxRecent = Math.max(1, Math.floor(maxProcessesOfRun / 2));
  const runs = new Map<string, Programs>();
  let count = 0;
  const makeRoom = (): void => {
    for (const [runId, programs] of runs) {
      if (runs.size < maxRuns && count < maxProcesses) return;
      runs.delete(runId);
      count -= toSize(programs);
    }
  };
  const change = (programs: Programs, by: () => void): void => {
    const before = toSize(programs);
    by();
    count += toSize(programs) - before;
  };
  return {
    of(runId) {
      const programs = runs.get(runId) ?? { recent: new Map(), earlier: new Map() };
      if (!runs.delete(runId) || count >= maxProcesses) makeRoom();
      runs.set(runId, programs);
      return {
        find: (process) => programs.recent.get(process) ?? programs.earlier.get(process) ?? "",
        remember(process, program) {
          if (process.length > MAX_ID_LENGTH) return;
          change(programs, () => {
            if (programs.recent.size >= maxRecent) {
              programs.earlier = programs.recent;
              programs.recent = new Map();
            }
            programs.recent.set(process, program);
          });
        },
        forget(process) {
          change(programs, () => {
            programs.recent.delete(process);
            programs.earlier.delete(process);
          });
        },
      };
    },
  };
}

function toSize({ recent, earlier }: Programs): number {
  return recent.size + earlier.size;
}
