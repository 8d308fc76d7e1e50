import type { FailOn, Report, SensorStatus } from "../../../protocol/index.ts";

/** Sentences on why policy counts the run as failed although the command may have succeeded. */
export function findFailures(report: Report, failOn: readonly FailOn[]): string[] {
  const failures: string[] = [];
  const violations = report.connections
    .filter(({ verdict }) => verdict !== "allowed")
    .reduce((sum, { count }) => sum + count, 0);
  if (failOn.includes("violation") && violations > 0) {
    failures.push(`policy does not allow ${violations} of the connections`);
  }
  if (failOn.includes("degraded")) failures.push(...report.sensors.flatMap(describeWeakness));
  return failures;
}

function describeWeakness({ name, status, reason, eventsDropped }: SensorStatus): string[] {
  if (status !== "active") return [`the ${name} sensor was ${status} (${reason ?? "no reason"})`];
  return eventsDropped === 0 ? [] : [`the ${name} sensor lost ${eventsDropped} events`];
}
