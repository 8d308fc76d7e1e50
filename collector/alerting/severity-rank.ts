import { SEVERITIES } from "../../protocol/severities.ts";

/** Of one that is none: below all. */
export function toRank(severity: string): number {
  return SEVERITIES.findIndex((known) => known === severity);
}

export function isGraver(one: string, other: string): boolean {
  return toRank(one) > toRank(other);
}
