import { readdirSync, readFileSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";

/** Why permissions of files on this machine would not hold the job. */
export interface MachineObstacles {
  readonly reasons: readonly string[];
  /** Nothing is to be changed: it may not be, or would hold nobody. */
  readonly prevents: boolean;
}

const ROOT = 0;
/** As the kernel names them (comm); it is them that jobs are children of. */
const RUNNERS = new Set(["Runner.Listener", "Runner.Worker"]);

export function findMachineObstacles(
  root = "/",
  userId = process.geteuid?.() ?? ROOT,
): MachineObstacles {
  if (userId !== ROOT) return prevented("it takes a guard that is root");
  const own = statSync(join(root, "/"));
  const first = statOf(join(root, "proc/1/root/"));
  if (first !== undefined && (first.ino !== own.ino || first.dev !== own.dev)) {
    return prevented(
      "the guard's files are not those of the job, which is in another container or none: allowPrivilegeEscalation: false and no mounted socket do the same for a container",
    );
  }
  return {
    prevents: false,
    reasons: isRunnerRoot(root)
      ? ["the runner is root, and so are its jobs, which need no sudo: run it as a user of its own"]
      : [],
  };
}

function prevented(reason: string): MachineObstacles {
  return { prevents: true, reasons: [reason] };
}

function isRunnerRoot(root: string): boolean {
  return readdirSync(join(root, "proc"))
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => {
      const folder = join(root, "proc", pid);
      return statOf(folder)?.uid === ROOT && RUNNERS.has(readComm(folder));
    });
}

function readComm(folder: string): string {
  try {
    return readFileSync(join(folder, "comm"), "latin1").trim();
  } catch {
    return "";
  }
}

/** Undefined: it has ended, or is not ours to look at. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
