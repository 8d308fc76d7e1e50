/** Which of the processes in /proc a sensor's scope covers. */
import type { ProcessRef } from "../../observation.ts";
import type { Scope } from "../sensor.ts";
import type { ProcessStat } from "./process-stat.ts";
import type { ProcessTable } from "./process-table.ts";

export interface ScopeMembers {
  /** Those in scope, each after its parent. Once a process was found in scope it stays, whoever adopts it. */
  select(processes: readonly ProcessStat[]): readonly ProcessStat[];
  setRoot(root: ProcessRef): void;
}

export function createScopeMembers(scope: Scope, table: ProcessTable): ScopeMembers {
  let root: ProcessRef | undefined;
  let members: ReadonlyMap<number, number> = new Map<number, number>();
  let groups: ReadonlySet<number> = new Set<number>();
  const isNamed = createNamedByScope(scope, table, () => root);

  return {
    setRoot(ref) {
      root = ref;
    },
    select(processes) {
      const byPid = new Map(processes.map((process) => [process.pid, process]));
      const decided = new Map<number, boolean>();
      const selected: ProcessStat[] = [];
      for (const process of processes) {
        for (const link of lineage(process, byPid, decided)) {
          const belongs =
            members.get(link.pid) === link.startTicks ||
            decided.get(link.parentPid) === true ||
            groups.has(link.processGroup) ||
            groups.has(link.session) ||
            isNamed(link);
          decided.set(link.pid, belongs);
          if (belongs) selected.push(link);
        }
      }
      members = new Map(selected.map(({ pid, startTicks }) => [pid, startTicks]));
      groups = groupsLedByMembers(selected, groups);
      return selected;
    },
  };
}

/** The process and those above it that are not decided yet, topmost first. A loop, which only a forged table has, ends it. */
function lineage(
  process: ProcessStat,
  byPid: ReadonlyMap<number, ProcessStat>,
  decided: ReadonlyMap<number, boolean>,
): readonly ProcessStat[] {
  const chain = new Set<ProcessStat>();
  let link: ProcessStat | undefined = process;
  while (link !== undefined && !decided.has(link.pid) && !chain.has(link)) {
    chain.add(link);
    link = byPid.get(link.parentPid);
  }
  return [...chain].toReversed();
}

/**
 * Process groups and sessions that a member began. They tell a member whose parents came and went between two samples.
 * The kernel does not use the number again while anyone is in the group, so each is kept as long as a member is.
 */
function groupsLedByMembers(
  members: readonly ProcessStat[],
  known: ReadonlySet<number>,
): ReadonlySet<number> {
  const led = members.flatMap(({ pid, processGroup, session }) =>
    [processGroup, session].filter((group) => group === pid || known.has(group)),
  );
  return new Set(led);
}

function createNamedByScope(
  scope: Scope,
  table: ProcessTable,
  root: () => ProcessRef | undefined,
): (process: ProcessStat) => boolean {
  if (scope.type === "host") return () => true;
  if (scope.type === "command") {
    return ({ pid, startTicks }) => root()?.pid === pid && root()?.startTicks === startTicks;
  }
  const namespace = `pid:[${scope.pidNamespaceInode}]`;
  // From inside the pod, /proc lists the pod's namespace and what lies below it, and nothing else.
  if (table.pidNamespace("self") === namespace) return () => true;
  return ({ pid }) => table.pidNamespace(pid) === namespace;
}
