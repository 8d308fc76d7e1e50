/** What came out for one number of runs to learn from. */
import type {
  Anomaly,
  AnomalyRule,
  AnomalySeverity,
} from "../../collector/detection/model/anomaly.ts";
import type { Cause } from "./attribute.ts";

export interface Tries {
  tries: number;
  loud: number;
  any: number;
}

export interface FalseAlert {
  readonly rule: AnomalyRule;
  readonly severity: AnomalySeverity;
  readonly cause: Cause;
  readonly pipeline: string;
  readonly message: string;
}

export class Outcome {
  /** Of runs after those that it learned from. */
  jobs = 0;
  /** Of these, the baseline changed too much to say anything. */
  unstable = 0;
  readonly falseAlerts: FalseAlert[] = [];
  readonly changes = new Map<Cause, number>();
  readonly attacks = new Map<string, Tries>();

  addAlert(anomaly: Anomaly, cause: Cause, pipeline: string): void {
    const { rule, severity, message } = anomaly;
    this.falseAlerts.push({ rule, severity, cause, pipeline, message });
  }

  addAttack(kind: string, found: { readonly loud: boolean; readonly any: boolean }): void {
    const tries = this.attacks.get(kind) ?? { tries: 0, loud: 0, any: 0 };
    this.attacks.set(kind, tries);
    tries.tries += 1;
    tries.loud += found.loud ? 1 : 0;
    tries.any += found.any ? 1 : 0;
  }

  addChange(cause: Cause): void {
    this.changes.set(cause, (this.changes.get(cause) ?? 0) + 1);
  }
}
