/** What people are told: what is found again is the same alert, until it has not been there for long. */
import type { Anomaly } from "../../collector/detection/model/anomaly.ts";

/** Runs of the job without it, after which it is news again. */
const FORGOTTEN_AFTER_RUNS = 50;

export class ToldAlerts {
  readonly #lastRuns = new Map<string, number>();

  /** Those that somebody is told of anew. */
  tell(anomalies: readonly Anomaly[], run: number): Anomaly[] {
    return anomalies.filter(isTold).filter(({ rule, message }) => {
      const key = `${rule} ${message}`;
      const last = this.#lastRuns.get(key) ?? -Infinity;
      this.#lastRuns.set(key, run);
      return run - last > FORGOTTEN_AFTER_RUNS;
    });
  }
}

/** Of medium or above: what makes an alert. */
export function isLoud({ severity }: Anomaly): boolean {
  return severity === "medium" || severity === "high";
}

/** `info` is told to nobody. */
export function isTold({ severity }: Anomaly): boolean {
  return severity !== "info";
}
