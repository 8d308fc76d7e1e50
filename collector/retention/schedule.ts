/** The one place that knows node-cron: calls something at its times, one call at a time. */
import { schedule, validateDetailed } from "node-cron";

export interface ScheduleOptions {
  /** Five fields of cron, in the machine's time zone. */
  readonly pattern: string;
  readonly run: () => Promise<void>;
}

/** What is wrong with it; undefined: nothing is. */
export function findPatternFault(pattern: string): string | undefined {
  if (pattern.trim().split(/\s+/).length !== 5) return "it has not the five fields of cron";
  const { valid, errors } = validateDetailed(pattern);
  return valid ? undefined : (errors[0]?.message ?? "it is no pattern of cron");
}

/** A call that is due while the last one is at work is left out. */
export function startSchedule({ pattern, run }: ScheduleOptions): Disposable {
  const silent = { info() {}, warn() {}, error() {}, debug() {} };
  const task = schedule(pattern, run, { noOverlap: true, unref: true, logger: silent });
  return { [Symbol.dispose]: () => void task.destroy() };
}
