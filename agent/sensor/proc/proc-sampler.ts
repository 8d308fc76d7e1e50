/** One look at processes and sockets, and what it tells compared with the look before. */
import type { Observation, ProcessRef } from "../../observation.ts";
import type { Scope } from "../sensor.ts";
import { findNetworkNamespaces } from "./network-namespaces.ts";
import { toSocketDeeds } from "./outbound-sockets.ts";
import type { ProcBounds } from "./proc-bounds.ts";
import type { ProcImpairments } from "./proc-impairments.ts";
import { createProcessTable } from "./process-table.ts";
import type { ProcessListing } from "./process-table.ts";
import { createProcessTracker } from "./process-tracker.ts";
import type { SampleContext } from "./sample-context.ts";
import { createScopeMembers } from "./scope-members.ts";
import { findSocketOwners } from "./socket-owners.ts";
import { readSocketTable } from "./socket-table.ts";
import { createSocketTracker } from "./socket-tracker.ts";
import type { SocketSample } from "./socket-tracker.ts";

export interface ProcSampler {
  sample(context: SampleContext): ProcImpairments;
  setRoot(root: ProcessRef): void;
}

export interface ProcSamplerOptions {
  readonly root: string;
  readonly scope: Scope;
  readonly bounds: ProcBounds;
  readonly watchedEnvironment: readonly string[];
  readonly isIgnored: (pid: number) => boolean;
  readonly observe: (observation: Observation) => void;
}

const SCRATCH_BYTES = 65_536;

export function createProcSampler(options: ProcSamplerOptions): ProcSampler {
  const { root, scope, bounds, isIgnored, observe } = options;
  const scratch = Buffer.alloc(SCRATCH_BYTES);
  const table = createProcessTable({
    ...bounds,
    root,
    watchedEnvironment: options.watchedEnvironment,
  });
  const members = createScopeMembers(scope, table);
  const processes = createProcessTracker({ table, maxProcesses: bounds.maxProcesses, observe });
  let listed: ProcessListing["processes"] = [];
  let isOwnerHidden = false;
  const sockets = createSocketTracker({
    maxSockets: bounds.maxSockets,
    coversNamespace: scope.type !== "command",
    isIgnored,
    findOwners,
    observe,
  });

  return {
    setRoot: (ref) => members.setRoot(ref),
    sample(context) {
      const listing = table.list();
      if (listing === undefined) return { ...UNIMPAIRED, isTableUnreadable: true };
      listed = listing.processes;
      const selected = members.select(listed.filter(({ isKernelThread }) => !isKernelThread));
      processes.sample(
        {
          all: listed,
          members: selected.filter(({ pid }) => !isIgnored(pid)),
          unreadable: listing.unreadable,
        },
        context,
      );
      const { sample, omittedRows, omittedNamespaces } = readSockets();
      sockets.sample(sample, context);
      return {
        isTableUnreadable: false,
        isHidden: listing.isHidden,
        unreadableProcesses: unreadableCount(listing),
        areSocketsUnreadable: !sample.isComplete,
        areOwnersUnreadable: isOwnerHidden,
        omittedSocketRows: omittedRows,
        omittedNamespaces,
      };
    },
  };

  function readSockets(): SocketReading {
    const namespaces = findNetworkNamespaces(root, processes.alive(), bounds.maxNetworkNamespaces);
    const tables = namespaces.directories.map((directory) =>
      readSocketTable({ directory, maxRows: bounds.maxSocketRows, scratch }),
    );
    const all = tables.flatMap(({ internet, packet }) => [internet, packet]);
    return {
      sample: {
        deeds: tables.flatMap(toSocketDeeds),
        isComplete: all.every(({ unreadable }) => unreadable === 0),
      },
      omittedRows: all.reduce((sum, { omitted }) => sum + omitted, 0),
      omittedNamespaces: namespaces.omitted,
    };
  }

  /** Descriptors are handed down, so of several holders the oldest process opened it. */
  function findOwners(inodes: ReadonlySet<number>): ReadonlyMap<number, ProcessRef> {
    const alive = processes.alive().map(({ ref }) => ref);
    const ignored = listed.filter(({ pid }) => isIgnored(pid));
    const candidates = new Map([...ignored, ...alive].map((ref) => [ref.pid, ref]));
    const { maxDescriptorsPerProcess } = bounds;
    const found = findSocketOwners({
      root,
      pids: [...candidates.keys()],
      inodes,
      maxDescriptorsPerProcess,
    });
    isOwnerHidden = found.unreadable + found.cut > 0;
    return new Map(
      [...found.owners].flatMap(([inode, pid]) => {
        const owner = candidates.get(pid);
        return owner === undefined ? [] : [[inode, { pid, startTicks: owner.startTicks }]];
      }),
    );
  }

  function unreadableCount({ unreadable }: ProcessListing): number {
    const withoutDetails = processes.alive().filter(({ isUnreadable }) => isUnreadable).length;
    return withoutDetails + (scope.type === "command" ? 0 : unreadable.size);
  }
}

interface SocketReading {
  readonly sample: SocketSample;
  readonly omittedRows: number;
  readonly omittedNamespaces: number;
}

const UNIMPAIRED: ProcImpairments = {
  isTableUnreadable: false,
  isHidden: false,
  unreadableProcesses: 0,
  areSocketsUnreadable: false,
  areOwnersUnreadable: false,
  omittedSocketRows: 0,
  omittedNamespaces: 0,
};
