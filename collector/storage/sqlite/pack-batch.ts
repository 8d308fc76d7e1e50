/**
 * A batch as it crosses to the thread that writes. What jobs use is the same again and again: it is named once, and the same name crosses
 * once in a message, since a structured clone keeps what is the same object the same.
 */
import { toStoredBytes } from "../../stores/batch-weight.ts";
import type { BatchRollup, DestinationUse, NameUse, ProgramUse } from "../../stores/batch.ts";
import type { NewBatch } from "../../stores/event-store.ts";
import { toKindBits } from "./kind-bits.ts";
import type { UseTable } from "./use-tables.ts";

export interface PackedBatch
  extends
    Omit<NewBatch, "rollup">,
    Pick<BatchRollup, "findings" | "drops" | "dropped" | "stopped" | "degraded" | "level"> {
  readonly kinds: number;
  readonly storedBytes: number;
  readonly uses: readonly UseName[];
  /** Of each of these. */
  readonly counts: readonly number[];
}

/** A row of counts, but for the job. */
export interface UseName {
  readonly table: UseTable;
  /** No other use has it, of whichever table. */
  readonly name: string;
  /** Its columns behind the job's. */
  readonly key: readonly (string | number)[];
}

export type PackBatch = (batch: NewBatch) => PackedBatch;

/** Two kilobytes each at most. All are forgotten together. */
const MAX_NAMES = 4_096;

export function createPackBatch(): PackBatch {
  const known = new Map<string, UseName>();
  const keep = (use: UseName): UseName => {
    if (known.size >= MAX_NAMES) known.clear();
    known.set(use.name, use);
    return use;
  };
  // A day, a port and a verdict are of a form that no text after them can have.
  const nameDestination = ({ day, host, port, transport, verdict }: DestinationUse): UseName => {
    const name = `to ${day} ${port} ${transport} ${verdict} ${host}`;
    const found = known.get(name);
    if (found !== undefined) return found;
    return keep({ table: "destinations", name, key: [day, host, port, transport, verdict] });
  };
  const nameName = ({ day, name: asked, verdict }: NameUse): UseName => {
    const name = `name ${day} ${verdict} ${asked}`;
    return known.get(name) ?? keep({ table: "names", name, key: [day, asked, verdict] });
  };
  const nameProgram = ({ day, program, parent }: ProgramUse): UseName => {
    // With the length, no pair of programs reads as another one.
    const name = `run ${day} ${parent.length} ${parent}${program}`;
    return known.get(name) ?? keep({ table: "programs", name, key: [day, program, parent] });
  };
  return ({ rollup, ...batch }) => {
    const { destinations, names, programs } = rollup;
    const { findings, drops, dropped, stopped, degraded, level } = rollup;
    const uses: UseName[] = [];
    const counts: number[] = [];
    for (const use of destinations) {
      uses.push(nameDestination(use));
      counts.push(use.count);
    }
    for (const use of names) {
      uses.push(nameName(use));
      counts.push(use.count);
    }
    for (const use of programs) {
      uses.push(nameProgram(use));
      counts.push(use.count);
    }
    const kinds = toKindBits(rollup.kinds);
    const storedBytes = toStoredBytes({ ...batch, rollup });
    const told = { findings, drops, dropped, stopped, degraded, level };
    return { ...batch, ...told, kinds, storedBytes, uses, counts };
  };
}
