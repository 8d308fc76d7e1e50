import type { GuardState } from "./guard-state.ts";

/** They have something to tell where there is something to read: that there is none is no weakness. */
const MAY_BE_MISSING = new Set(["host", "log"]);

/** What a guard is less than what was asked of it, or than it could be elsewhere: a sentence each. */
export function findWeaknesses({ mode, sensors }: GuardState): string[] {
  const { requested, effective, reasons } = mode;
  const why = reasons.join("; ") || "no reason is known";
  return [
    ...(requested === effective
      ? []
      : [`mode ${requested} was asked for and ${effective} is in force (${why})`]),
    ...sensors
      .filter(({ name, status }) => status !== "active" && !MAY_BE_MISSING.has(name))
      .map(
        ({ name, status, reason }) =>
          `the ${name} sensor is ${status} (${reason ?? "no reason is known"})`,
      ),
  ];
}
