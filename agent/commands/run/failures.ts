import type { FailOn, Report } from "../../../protocol/index.ts";

/** Sentences on why policy counts the run as failed although the command may have succeeded. */
export function findFailures(report: Report, failOn: readonly FailOn[]): string[] {
  const failures: string[] = [];
  const violations = report.connections.filter(({ verdict }) => verdict !== "allowed");
  if (failOn.includes("violation") && violations.length > 0) {
    failures.push(`policy does not allow ${violations.length} of the connections`);
  }
  const weak = report.sensors.find(
    ({ status, eventsDropped }) => status !== "active" || eventsDropped > 0,
  );
  if (failOn.includes("degraded") && weak) failures.push(`the ${weak.name} sensor was degraded`);
  return failures;
}
