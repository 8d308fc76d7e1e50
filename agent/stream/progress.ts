/** How far the sending of a run has come, as data. What a collector answers makes the next of it (advance.ts). */
import type { StartedRun } from "./collector-session.ts";
import type { Outgoing } from "./sendable.ts";
import type { Position } from "./spool/batch-store.ts";

export interface Progress {
  readonly phase: Phase;
  readonly position: Position;
  /** The last event that any collector has, or was told of as lost. */
  readonly reached: number;
  /** Events that are on the collector's disk. */
  readonly stored: number;
  /** Each run as it stood when it was last spoken of. */
  readonly known: ReadonlyMap<string, Position>;
  /** To be sent once, before all that waits. */
  readonly copies: readonly string[];
  /** Since a batch was last taken. */
  readonly disagreements: number;
}

export type Phase =
  /** The collector has to be asked where the run stands. */
  | {
      readonly name: "asking";
      /** This guard has spoken to no collector yet; one before it may have. */
      readonly isFirst: boolean;
      /** Sent, and nobody knows whether it got there. */
      readonly doubtful: Outgoing | undefined;
    }
  /** The collector waits for the next batch. */
  | { readonly name: "open"; readonly run: StartedRun }
  /** Until it is acknowledged: it stays what it is. */
  | { readonly name: "sending"; readonly run: StartedRun; readonly outgoing: Outgoing }
  | { readonly name: "ended"; readonly outcome: "finished" | "unfinished" };

const NOWHERE: Position = { runId: "", acknowledged: 0, toEvent: 0, sending: undefined, jumps: [] };

/** `position`: of a guard before this one that had the same claim. */
export function toFirstProgress(position: Position = NOWHERE): Progress {
  return {
    phase: { name: "asking", isFirst: true, doubtful: undefined },
    position,
    reached: position.toEvent,
    stored: 0,
    known: new Map(),
    copies: [],
    disagreements: 0,
  };
}

/** It goes over the wire next, to the run that is open. */
export function toSending(progress: Progress, run: StartedRun, outgoing: Outgoing): Progress {
  const { batch, toEvent, isWaiting } = outgoing;
  const sending = { count: batch.count, toEvent, isWaiting };
  return {
    ...progress,
    phase: { name: "sending", run, outgoing },
    position: { ...progress.position, runId: run.runId, sending },
  };
}

/** Sent, and not known to have been taken. */
export function toOnItsWay({ phase }: Progress): Outgoing | undefined {
  if (phase.name === "sending") return phase.outgoing;
  return phase.name === "asking" ? phase.doubtful : undefined;
}
