import type { GuardEventOf } from "../../../protocol/events.ts";
import type { ReportedProcess } from "../../../protocol/report.ts";
import type { ReportLimits } from "../report-limits.ts";
import { toProcessEntry, toReplacedProcess } from "./process-entry.ts";
import type { TextAllowance } from "./text-allowance.ts";

/**
 * The first processes of a run, and later ones that something else in the report points at.
 *
 * 1. The first `processes - reservedProcesses` are listed as they start.
 * 2. Later ones wait, the oldest making room for the newest.
 * 3. A waiting process that something refers to is listed in a reserved place, its waiting ancestors with it.
 *
 * An id that is neither listed nor waiting counts as a process not met before. So `total` is exact as long as a process
 * replaces its program before `waitingProcesses` others were started.
 */
export interface ProcessList {
  start(event: GuardEventOf<"process-started">): void;
  exit(event: GuardEventOf<"process-exited">): void;
  /** Something that the report lists was done by this process. */
  refer(id: string): void;
  entries(): ReportedProcess[];
  total(): number;
  executions(): number;
  notListed(): number;
}

interface Held {
  entry: ReportedProcess;
  /** Characters taken from the allowance. */
  characters: number;
}

export function createProcessList(text: TextAllowance, limits: ReportLimits): ProcessList {
  const listed = new Map<string, Held>();
  const waiting = new Map<string, Held>();
  /** Ids in the order they began to wait, a ring; a Map's own first key takes a search past all that were deleted. */
  const queue: string[] = [];
  let next = 0;
  let total = 0;
  let executions = 0;

  const find = (id: string): Held | undefined => listed.get(id) ?? waiting.get(id);

  const hold = (event: GuardEventOf<"process-started">): void => {
    total += 1;
    const before = text.used();
    const entry = toProcessEntry(event, text);
    const held = { entry, characters: text.used() - before };
    if (listed.size < limits.processes - limits.reservedProcesses) {
      listed.set(event.process, held);
      return;
    }
    forget(queue[next]);
    queue[next] = event.process;
    next = (next + 1) % limits.waitingProcesses;
    waiting.set(event.process, held);
  };

  const forget = (id: string | undefined): void => {
    const held = id === undefined ? undefined : waiting.get(id);
    if (id === undefined || held === undefined) return;
    waiting.delete(id);
    text.giveBack(held.characters);
  };

  const replace = (held: Held, event: GuardEventOf<"process-started">): void => {
    const before = text.used();
    const maxEarlierPrograms = limits.earlierPrograms;
    held.entry = toReplacedProcess(held.entry, event, { text, maxEarlierPrograms });
    held.characters += text.used() - before;
  };

  return {
    start(event) {
      if (event.executed) executions += 1;
      const held = find(event.process);
      if (held === undefined) hold(event);
      else replace(held, event);
    },
    exit(event) {
      const held = find(event.process);
      if (held === undefined) return;
      held.entry.endedAt = event.observedAt;
      held.entry.exitCode = event.exitCode;
      held.entry.signal = event.signal;
    },
    refer(id) {
      let referred: string | null = id;
      while (referred !== null && listed.size < limits.processes) {
        const held = waiting.get(referred);
        if (held === undefined) return;
        waiting.delete(referred);
        listed.set(referred, held);
        referred = held.entry.parentId;
      }
    },
    entries: () => Array.from(listed.values(), ({ entry }) => ({ ...entry })),
    total: () => total,
    executions: () => executions,
    notListed: () => total - listed.size,
  };
}
