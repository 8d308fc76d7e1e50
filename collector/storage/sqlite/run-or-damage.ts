import { DamagedRow } from "../../errors.ts";
import type { StoredRun } from "../../stores/event-store.ts";
import { toRun } from "./reader.ts";

/** What is damaged in one row is no fault of those beside it. */
export function toRunOrDamage(row: unknown): StoredRun | DamagedRow {
  try {
    return toRun(row);
  } catch (error) {
    if (error instanceof DamagedRow) return error;
    throw error;
  }
}
