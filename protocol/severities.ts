/** From the least to the gravest. In a file without a schema, as the command line names them and loads none. */
export const SEVERITIES = ["info", "low", "medium", "high", "critical"] as const;

/** Of one that is none: below all. */
export function toRank(severity: string): number {
  return SEVERITIES.findIndex((known) => known === severity);
}

export function isGraver(one: string, other: string): boolean {
  return toRank(one) > toRank(other);
}
