/**
 * Makes findings of what runs do that their jobs never did: each once, and again where it has become graver or is said in other words, as of a
 * name that was asked for first and gone to then.
 */
import { isGraver } from "../../protocol/severities.ts";
import type { PupilReader } from "../stores/baseline-store.ts";
import type { Anomaly } from "./model/anomaly.ts";
import type { Pupil } from "./pupil.ts";
import type { DetectionWrite } from "./thread-messages.ts";

export interface TellerOptions {
  readonly pupils: Pick<PupilReader, "findTold">;
  readonly write: (writes: readonly DetectionWrite[]) => Promise<void>;
  readonly now: () => number;
}

export interface Teller {
  tell(runId: string, pupil: Pupil, found: readonly Anomaly[]): Promise<void>;
  /** Of each rule. */
  readonly anomalies: Readonly<Record<string, number>>;
}

/** Of one run. Who does a hundred new things is told of by the first. */
const MAX_FINDINGS = 64;

export function createTeller({ pupils, write, now }: TellerOptions): Teller {
  const anomalies: Record<string, number> = {};
  return {
    anomalies,
    async tell(runId, pupil, found) {
      const writes: DetectionWrite[] = [];
      for (const { id, rule, severity, message, technique, evidence } of found) {
        // Of what changes all the time there is nothing to tell.
        if (severity === "info") continue;
        if (pupil.findings >= MAX_FINDINGS) break;
        const known = pupils.findTold({ runId, id });
        const isToldAlready = known?.message === message && !isGraver(severity, known.severity);
        if (isToldAlready) continue;
        if (known === undefined) {
          pupil.findings += 1;
          anomalies[rule] = (anomalies[rule] ?? 0) + 1;
        }
        const finding = { runId, id, rule, severity, message, technique, evidence };
        writes.push({ kind: "find", finding: { ...finding, at: now() } });
      }
      if (writes.length > 0) await write(writes);
    },
  };
}
