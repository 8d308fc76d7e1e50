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
  if (hasMoreBrackets(line, MAX_DEPTH) && isDeeper(value, MAX_DEPTH)) {
    return `it is deeper than ${MAX_DEPTH} brackets`;
  }
  const faults: string[] = [];
  if (!isEvent(value, faults)) return faults.join();
  return value.seq === seq ? value : `seq: ${value.seq} where ${seq} is due`;
}

/** Those in texts count too: most lines have few of either, and then nothing in them is deep. */
function hasMoreBrackets(line: string, than: number): boolean {
  let count = 0;
  for (const bracket of ["{", "["]) {
    let at = line.indexOf(bracket);
    while (at !== -1) {
      count += 1;
      if (count > than) return true;
      at = line.indexOf(bracket, at + 1);
    }
  }
  return false;
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
