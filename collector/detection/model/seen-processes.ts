/** Which program each process of a run is, and on whose account it runs. */
import type { GuardEventOf } from "../../../protocol/index.ts";
import { type GeneralProgram, generaliseProgram } from "./generalise-program.ts";
import { toPlainText } from "./plain-text.ts";
import { createRecent } from "./recent.ts";

export interface SeenProcess {
  readonly program: GeneralProgram;
  /** The nearest that is no shell, and not started to start something: itself, or whoever started it. Empty: the job's own beginning. */
  readonly account: string;
  readonly step: string;
  /** The run itself wrote the file that it runs. */
  readonly isDropped: boolean;
}

export interface Started extends SeenProcess {
  /** Undefined: it is no more than what ran there already. */
  readonly parent: string | undefined;
}

export interface SeenProcesses {
  /** The directory of the job; undefined: none is known by now, or it is one that all jobs have. */
  readonly workspace: string | undefined;
  readonly size: number;
  find(process: string | null): SeenProcess | undefined;
  start(event: GuardEventOf<"process-started">, isWritten: (path: string) => boolean): Started;
}

const MAX_STEP = 80;
const MAX_ID = 64;

export function createSeenProcesses(maxProcesses: number): SeenProcesses {
  const processes = createRecent<SeenProcess>(maxProcesses);
  const roots = createWorkspace();
  const find = (id: string | null): SeenProcess | undefined =>
    id === null ? undefined : processes.get(id);
  return {
    get workspace() {
      return roots.workspace;
    },
    find,
    get size() {
      return processes.size;
    },
    start(event, isWritten) {
      const before = find(event.process) ?? find(event.parent);
      roots.consider(event);
      const program = toProgram(event, before, roots.workspace);
      const parent = before?.account ?? "";
      const seen: SeenProcess = {
        program,
        account: program.handsOn ? parent : program.name,
        step:
          event.step === undefined ? (before?.step ?? "") : toPlainText(event.step.step, MAX_STEP),
        isDropped: event.executed ? isWritten(event.executable) : before?.isDropped === true,
      };
      if (event.process.length <= MAX_ID) processes.set(event.process, seen);
      const isNews = event.executed && parent !== program.name;
      return { ...seen, parent: isNews ? parent : undefined };
    },
  };
}

/** The guard's own fork, from which the job begins: it is none of the job's programs, and has no name. */
const NOTHING_YET: GeneralProgram = { name: "", isInstalled: true, isLoose: false, handsOn: true };

function toProgram(
  event: GuardEventOf<"process-started">,
  before: SeenProcess | undefined,
  workspace: string | undefined,
): GeneralProgram {
  if (event.executed) return generaliseProgram(event, workspace);
  if (before !== undefined) return before.program;
  return event.executable === "" ? NOTHING_YET : generaliseProgram(event, workspace);
}

interface Workspace {
  readonly workspace: string | undefined;
  consider(event: GuardEventOf<"process-started">): void;
}

/** Directories that hold more than one job's work, or a system. */
const NO_WORKSPACE = /^\/(?:[^/]*|(?:home|tmp|var|usr|etc|opt|Users|mnt|run)\/[^/]*|var\/tmp\/?)$/;
const SYSTEM = /^\/(?:usr|etc|bin|sbin|lib|lib64|boot|dev|proc|sys)(?:\/|$)/;
const TEMPORARY = /^\/(?:tmp|var\/tmp)\/[^/]+$/;

/** The directory that the guarded command was started in, which is where CI checks the project out. */
function createWorkspace(): Workspace {
  let workspace: string | undefined;
  let isDecided = false;
  return {
    get workspace() {
      return workspace;
    },
    consider({ workingDirectory }) {
      if (isDecided || workingDirectory === null) return;
      isDecided = true;
      const isOwn = !NO_WORKSPACE.test(workingDirectory) || TEMPORARY.test(workingDirectory);
      if (isOwn && !SYSTEM.test(workingDirectory)) workspace = workingDirectory;
    },
  };
}
