import type { ProcessRef } from "../observation.ts";
import type { ProcessNode } from "./process-node.ts";

export interface LivingProcessesBounds {
  readonly maxProcesses: number;
  /** Of the text of all their programs together. */
  readonly maxCharacters: number;
}

/** The processes that live, by pid. Where there is no room, those that were told of longest ago are forgotten. */
export interface LivingProcesses {
  find(ref: ProcessRef): ProcessNode | undefined;
  withPid(pid: number): ProcessNode | undefined;
  /** Returns the same node. One whose pid is another's by now is not kept: it has ended. */
  remember(node: ProcessNode): ProcessNode;
  forget(ref: ProcessRef): void;
  readonly size: number;
  /** How many there was no room for. */
  readonly forgotten: number;
}

/**
 * Of so many processes one is forgotten at a time; of twice as many, two. A Map's first entry takes a search past all
 * that were deleted before it, 5 µs in a map of 16,384, which a fork bomb would pay for each of its forks.
 */
const PROCESSES_TO_A_SEARCH = 64;

export function createLivingProcesses(bounds: LivingProcessesBounds): LivingProcesses {
  const { maxProcesses, maxCharacters } = bounds;
  const nodes = new Map<number, ProcessNode>();
  let characters = 0;
  let forgotten = 0;

  const hasRoomFor = (node: ProcessNode): boolean =>
    nodes.size < maxProcesses && characters + charactersOf(node) <= maxCharacters;
  const remove = (node: ProcessNode): void => {
    nodes.delete(node.ref.pid);
    characters -= charactersOf(node);
  };
  const makeRoomFor = (node: ProcessNode): void => {
    if (hasRoomFor(node)) return;
    let atLeast = nodes.size / PROCESSES_TO_A_SEARCH;
    for (const oldest of nodes.values()) {
      if (atLeast <= 0 && hasRoomFor(node)) return;
      remove(oldest);
      forgotten += 1;
      atLeast -= 1;
    }
  };

  return {
    get size() {
      return nodes.size;
    },
    get forgotten() {
      return forgotten;
    },
    withPid: (pid) => nodes.get(pid),
    find(ref) {
      const node = nodes.get(ref.pid);
      return node?.ref.startTicks === ref.startTicks ? node : undefined;
    },
    remember(node) {
      const former = nodes.get(node.ref.pid);
      if (former) {
        if (former.ref.startTicks > node.ref.startTicks) return node;
        remove(former);
      }
      makeRoomFor(node);
      nodes.set(node.ref.pid, node);
      characters += charactersOf(node);
      return node;
    },
    forget(ref) {
      const node = nodes.get(ref.pid);
      if (node?.ref.startTicks === ref.startTicks) remove(node);
    },
  };
}

/** A fork weighs as much as what it was forked from, although they share the text. */
function charactersOf(node: ProcessNode): number {
  return node.program?.characters ?? 0;
}
