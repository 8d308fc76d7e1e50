/** The TCP connections that processes began and, as far as is known, have not ended. */
import type { ConnectObservation, FlowAddress, FlowObservation } from "../../observation.ts";
import type { Actor } from "./actor.ts";
import { createLatestOf } from "./latest-of.ts";

export interface Connections {
  note(seen: ConnectObservation | FlowObservation, actor: Actor): void;
  /** The latest last. Of one that has ended too: what it started may have its sockets. */
  openOf(actor: Actor): readonly FlowAddress[];
  /** Whether it began one, ended or not. */
  hasBegunAny(actor: Actor): boolean;
}

export interface ConnectionsOptions {
  /** Some kilobytes each at most; those that connected longest ago go first. */
  readonly maxProcesses: number;
}

/** Somebody with more of them is a client of many servers, of which the latest matter. */
const MAX_OF_PROCESS = 32;

export function createConnections({ maxProcesses }: ConnectionsOptions): Connections {
  const open = createLatestOf<Actor, FlowAddress>({
    maxOwners: maxProcesses,
    maxOfOwner: MAX_OF_PROCESS,
  });
  const begun = new WeakSet<Actor>();
  return {
    note(seen, actor) {
      const { address } = seen;
      if (address.transport !== "tcp") return;
      if (seen.kind === "connect") {
        begun.add(actor);
        open.add(actor, address);
      } else if (seen.result !== "established") {
        open.remove(actor, (one) => isSame(one, address));
      }
    },
    openOf: (actor) => open.of(actor),
    hasBegunAny: (actor) => begun.has(actor),
  };
}

function isSame(one: FlowAddress, other: FlowAddress): boolean {
  return one.port === other.port && one.ip === other.ip;
}
