import type { GuardEvent } from "../../protocol/index.ts";
import { findEventFault } from "./event-fault.ts";

/** No guard writes any that is nearly as deep. What anybody writes again is written by a recursion, which a line may not exhaust. */
const MAX_DEPTH = 64;

/** The event, or why it is none. */
export function parseLine(line: string, seq: number): GuardEvent | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return "it is no JSON";
  }
  if (isDeeper(value, MAX_DEPTH)) return `it is deeper than ${MAX_DEPTH} brackets`;
  const faults: string[] = [];
  if (!isEvent(value, faults)) return faults.join();
  return value.seq === seq ? value : `seq: ${value.seq} where ${seq} is due`;
}

function isDeeper(value: unknown, than: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (than === 0) return true;
  return Object.values(value).some((inner) => isDeeper(inner, than - 1));
}

function isEvent(value: unknown, faults: string[]): value is GuardEvent {
  const fault = findEventFault(value);
  if (fault === undefined) return true;
  faults.push(fault);
  return false;
}
