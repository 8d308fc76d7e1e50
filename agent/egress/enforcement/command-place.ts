/** Where the command is to be while the guard lives: in a cgroup of its own, where packets are told by it. */
import { type CommandCgroup, createCommandCgroup } from "../command-cgroup.ts";
import type { EgressOptions } from "../egress.ts";
import type { Unavailable } from "./means.ts";

export interface CommandPlace extends Disposable {
  /** Null where all of a network namespace is judged, whoever sends. */
  readonly cgroup: CommandCgroup | null;
  /** What `start` starts, and what sockets it makes, belong to the command. */
  startWithin<Started>(start: () => Started): Started;
  /** Something of the command lives on. */
  holdsLeftovers(): boolean;
  /** They are to stay in it when the guard ends. */
  leaveLeftovers(): void;
  /** Once it is gone nothing happens. */
  [Symbol.dispose](): void;
}

export function createCommandPlace({
  scope,
  cgroupRoot,
  runId,
}: Pick<EgressOptions, "scope" | "cgroupRoot" | "runId">): CommandPlace | Unavailable {
  if (scope !== "command") return EVERYWHERE;
  const cgroup = createCommandCgroup(cgroupRoot, `runner-guard-${runId}`);
  return "unavailable" in cgroup ? cgroup : toPlace(cgroup);
}

const EVERYWHERE: CommandPlace = {
  cgroup: null,
  startWithin: (start) => start(),
  holdsLeftovers: () => false,
  leaveLeftovers: () => undefined,
  [Symbol.dispose]: () => undefined,
};

function toPlace(cgroup: CommandCgroup): CommandPlace {
  let isOver = false;
  return {
    cgroup,
    startWithin(start) {
      cgroup.enter();
      try {
        return start();
      } finally {
        cgroup.leave();
      }
    },
    holdsLeftovers: () => cgroup.isPopulated(),
    leaveLeftovers() {
      isOver = true;
    },
    [Symbol.dispose]() {
      if (isOver) return;
      isOver = true;
      try {
        cgroup.dissolve();
      } catch {
        // A job that made processes faster than they could be moved. The next guard takes the empty cgroup away.
      }
    },
  };
}
