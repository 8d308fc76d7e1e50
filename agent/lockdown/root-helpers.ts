import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const ROOT = 0;
const MAX_SHOWN = 5;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  readonly userId: number;
}

/**
 * Processes that became root for somebody before, and go on as root whatever becomes of sudo: root's, with a parent that is not.
 * Those by which the guard itself came to be root are none of them. One whose parent has ended cannot be told from a service.
 */
export function describeRootHelpers(root = "/", own = process.pid): readonly string[] {
  const processes = new Map(list(root).map((one) => [one.pid, one]));
  const ours = findAncestors(own, processes);
  const helpers = [...processes.values()].filter(({ pid, parent, userId }) => {
    const above = processes.get(parent);
    return userId === ROOT && above !== undefined && above.userId !== ROOT && !ours.has(pid);
  });
  const more = helpers.length - MAX_SHOWN;
  return [
    ...helpers
      .slice(0, MAX_SHOWN)
      .map(
        ({ pid, name }) => `${name} (pid ${pid}) became root before, for a user, and stays root`,
      ),
    ...(more > 0 ? [`so did ${more} more`] : []),
  ];
}

function findAncestors(pid: number, processes: ReadonlyMap<number, Process>): ReadonlySet<number> {
  const ancestors = new Set<number>();
  for (let at: number | undefined = pid; at !== undefined && !ancestors.has(at);) {
    ancestors.add(at);
    at = processes.get(at)?.parent;
  }
  return ancestors;
}

function list(root: string): readonly Process[] {
  return readdirSync(join(root, "proc"))
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => read(join(root, "proc", name), Number(name)));
}

/** Nothing of a process that ends meanwhile, or is not ours to look at. */
function read(folder: string, pid: number): Process[] {
  try {
    // Its name stands in parentheses, and may hold some; behind it the state and the parent (proc_pid_stat(5)).
    const text = readFileSync(join(folder, "stat"), "latin1");
    const end = text.lastIndexOf(")");
    const parent = Number(text.slice(end + 2).split(" ")[1]);
    const name = text.slice(text.indexOf("(") + 1, end);
    return [{ pid, parent, name, userId: statSync(folder).uid }];
  } catch {
    return [];
  }
}
