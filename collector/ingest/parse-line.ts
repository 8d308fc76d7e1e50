import type { GuardEvent } from "../../protocol/index.ts";
import { findEventFault } from "./event-fault.ts";

/** The event, or why it is none. */
export function parseLine(line: string, seq: number): GuardEvent | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return "it is no JSON";
  }
  const faults: string[] = [];
  if (!isEvent(value, faults)) return faults.join();
  return value.seq === seq ? value : `seq: ${value.seq} where ${seq} is due`;
}

function isEvent(value: unknown, faults: string[]): value is GuardEvent {
  const fault = findEventFault(value);
  if (fault === undefined) return true;
  faults.push(fault);
  return false;
}
