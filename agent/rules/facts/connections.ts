/** The TCP connections that processes began and, as far as is known, have not ended. */
import type { ConnectObservation, FlowAddress, FlowObservation } from "../../observation.ts";
import type { Actor } from "./actor.ts";

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

const NONE: readonly FlowAddress[] = [];

export function createConnections({ maxProcesses }: ConnectionsOptions): Connections {
  const open = new Map<Actor, FlowAddress[]>();
  const begun = new WeakSet<Actor>();
  const begin = (address: FlowAddress, actor: Actor): void => {
    begun.add(actor);
    const addresses = open.get(actor) ?? [];
    addresses.push(address);
    if (addresses.length > MAX_OF_PROCESS) addresses.shift();
    open.delete(actor);
    open.set(actor, addresses);
    if (open.size <= maxProcesses) return;
    const oldest = open.keys().next();
    if (!oldest.done) open.delete(oldest.value);
  };
  const end = (address: FlowAddress, actor: Actor): void => {
    const addresses = open.get(actor);
    const at = addresses?.findIndex((one) => isSame(one, address)) ?? -1;
    if (at === -1) return;
    addresses?.splice(at, 1);
    if (addresses?.length === 0) open.delete(actor);
  };
  return {
    note(seen, actor) {
      if (seen.address.transport !== "tcp") return;
      if (seen.kind === "connect") begin(seen.address, actor);
      else if (seen.result !== "established") end(seen.address, actor);
    },
    openOf: (actor) => open.get(actor) ?? NONE,
    hasBegunAny: (actor) => begun.has(actor),
  };
}

function isSame(one: FlowAddress, other: FlowAddress): boolean {
  return one.port === other.port && one.ip === other.ip;
}
