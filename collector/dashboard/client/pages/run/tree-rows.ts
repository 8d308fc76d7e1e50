/** A process tree as the rows that are unfolded. */
import type { RunModel, SeenProcess } from "../../run-model/run-model.ts";

export interface TreeRow {
  readonly process: SeenProcess;
  readonly depth: number;
  readonly isOpen: boolean;
}

export interface Matches {
  readonly found: ReadonlySet<string>;
  /** Those, and what leads to them. */
  readonly shown: ReadonlySet<string>;
}

/** Deeper nests are hostile, and would push every name out of sight. */
export const MAX_DEPTH = 64;

/** Undefined: nothing is searched. */
export function findMatches({ processes }: RunModel, search: string): Matches | undefined {
  const wanted = search.trim().toLowerCase();
  if (wanted === "") return undefined;
  const found = new Set<string>();
  const shown = new Set<string>();
  for (const process of processes.values()) {
    const text = `${process.executable} ${process.args.join(" ")} ${process.step}`.toLowerCase();
    if (!text.includes(wanted)) continue;
    found.add(process.id);
    let one: SeenProcess | undefined = process;
    // Who is shown already is so with all above: each is passed once, however deep they are.
    while (one !== undefined && !shown.has(one.id)) {
      shown.add(one.id);
      one = processes.get(one.parentId ?? "");
    }
  }
  return { found, shown };
}

/** Its own id, and those of whoever started it. */
export function listUp(process: SeenProcess, processes: RunModel["processes"]): readonly string[] {
  const ids: string[] = [];
  let one: SeenProcess | undefined = process;
  while (one !== undefined && ids.length < processes.size) {
    ids.push(one.id);
    one = processes.get(one.parentId ?? "");
  }
  return ids;
}

interface Unfolded {
  readonly isOpen: (process: SeenProcess, depth: number) => boolean;
  readonly matches: Matches | undefined;
}

export function listRows(roots: readonly SeenProcess[], { isOpen, matches }: Unfolded): TreeRow[] {
  const rows: TreeRow[] = [];
  // No recursion: a tree may be as deep as its job likes.
  const waiting = roots.toReversed().map((process) => ({ process, depth: 0 }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { process, depth } = next;
    if (matches !== undefined && !matches.shown.has(process.id)) continue;
    const open = matches === undefined ? isOpen(process, depth) : true;
    rows.push({ process, depth, isOpen: open && process.children.length > 0 });
    if (!open) continue;
    for (const child of process.children.toReversed()) {
      waiting.push({ process: child, depth: depth + 1 });
    }
  }
  return rows;
}
