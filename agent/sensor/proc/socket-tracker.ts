/** Tells which connections began and ended between two looks at the socket tables, and who holds them. */
import type { Observation, ProcessRef } from "../../observation.ts";
import { createExcessCounter } from "./excess-counter.ts";
import type { SocketDeed } from "./outbound-sockets.ts";
import type { SampleContext } from "./sample-context.ts";
import { toFlowAddress, toPrivilegedDetail } from "./socket-observation.ts";

/** Pids that hold the given sockets, by inode. */
export type FindOwners = (inodes: ReadonlySet<number>) => ReadonlyMap<number, ProcessRef>;

export interface SocketSample {
  readonly deeds: readonly SocketDeed[];
  /** False when a table could not be read this time: what is missing has not ended. */
  readonly isComplete: boolean;
}

export interface SocketTracker {
  sample(sample: SocketSample, context: SampleContext): void;
}

interface SocketTrackerOptions {
  readonly maxSockets: number;
  /** Whether each socket must be a member's, so that one without an owner is a loss. */
  readonly coversNamespace: boolean;
  readonly isIgnored: (pid: number) => boolean;
  readonly findOwners: FindOwners;
  readonly observe: (observation: Observation) => void;
}

interface TrackedSocket {
  readonly deed: SocketDeed;
  readonly owner: ProcessRef | undefined;
  readonly searches: number;
  readonly origin: SampleContext["origin"];
}

/**
 * A socket can be seen before the process that opened it; after as many searches it is somebody else's, and is not
 * looked for again, for looking means reading every descriptor of every process.
 */
const MAX_SEARCHES = 3;

export function createSocketTracker(options: SocketTrackerOptions): SocketTracker {
  const { maxSockets, coversNamespace, isIgnored, findOwners, observe } = options;
  const tracked = new Map<number, TrackedSocket>();
  const excess = createExcessCounter();

  return {
    sample({ deeds, isComplete }, context) {
      if (isComplete) forgetClosed(deeds, context);
      let withoutRoom = 0;
      for (const deed of deeds) {
        const known = tracked.get(deed.inode);
        if (known !== undefined) followKnown(known, deed, context);
        else if (tracked.size < maxSockets) meetNew(deed, context);
        else withoutRoom += 1;
      }
      reportLoss("proc-socket-table-full", excess.increaseTo(withoutRoom), context);
      attribute(context);
    },
  };

  function forgetClosed(deeds: readonly SocketDeed[], context: SampleContext): void {
    const open = new Map(deeds.map((deed) => [deed.inode, toIdentity(deed)]));
    for (const [inode, socket] of tracked) {
      if (open.get(inode) === toIdentity(socket.deed)) continue;
      tracked.delete(inode);
      reportFlow(socket, context);
    }
  }

  function meetNew(deed: SocketDeed, { origin }: SampleContext): void {
    tracked.set(deed.inode, { deed, owner: undefined, searches: 0, origin });
  }

  function followKnown(known: TrackedSocket, deed: SocketDeed, context: SampleContext): void {
    if (resultOf(known.deed) === resultOf(deed)) return;
    const changed = { ...known, deed };
    tracked.set(deed.inode, changed);
    reportFlow(changed, context);
  }

  function attribute(context: SampleContext): void {
    const sought = [...tracked.values()].filter(
      ({ owner, searches }) => owner === undefined && searches < MAX_SEARCHES,
    );
    if (sought.length === 0) return;
    const owners = findOwners(new Set(sought.map(({ deed }) => deed.inode)));
    let unowned = 0;
    for (const socket of sought) {
      const owner = owners.get(socket.deed.inode);
      const searches = socket.searches + 1;
      tracked.set(socket.deed.inode, { ...socket, owner, searches });
      if (owner !== undefined) reportDeed(socket, owner, context);
      else if (searches === MAX_SEARCHES && coversNamespace) unowned += 1;
    }
    reportLoss("proc-socket-without-owner", unowned, context);
  }

  function reportDeed(socket: TrackedSocket, process: ProcessRef, { at }: SampleContext): void {
    const { deed, origin } = socket;
    if (isIgnored(process.pid)) return;
    if (deed.type !== "connection") {
      const detail = toPrivilegedDetail(deed);
      observe({ kind: "privileged", at, process, operation: deed.type, detail, succeeded: true });
      return;
    }
    const address = toFlowAddress(deed);
    if (address === undefined) return;
    const { result } = deed;
    observe({ kind: "connect", at, process, address, origin, ...(result && { result }) });
  }

  /** Byte counts are not to be had from these tables. */
  function reportFlow({ deed, owner }: TrackedSocket, { at }: SampleContext): void {
    if (owner === undefined || deed.type !== "connection" || isIgnored(owner.pid)) return;
    const address = toFlowAddress(deed);
    if (address === undefined) return;
    // One that goes while it waits for an answer may have had any: refused, timed out, or closed in between.
    const result = deed.result === "in-progress" ? undefined : deed.result;
    observe({
      kind: "flow",
      at,
      process: owner,
      address,
      bytesSent: 0,
      bytesReceived: 0,
      ...(result && { result }),
    });
  }

  function reportLoss(reason: string, count: number, { at }: SampleContext): void {
    if (count > 0) observe({ kind: "loss", at, sensor: "proc", reason, lost: "connection", count });
  }
}

/** The kernel uses an inode number again; and a UDP socket can be connected to another address. */
function toIdentity(deed: SocketDeed): string {
  return deed.type === "connection" ? `${deed.protocol} ${deed.remote}` : deed.type;
}

function resultOf(deed: SocketDeed): string | undefined {
  return deed.type === "connection" ? deed.result : undefined;
}
