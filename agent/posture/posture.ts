/** What of this machine makes a job on it easier to attack, and how to mend it. It reads, and attacks nothing. */
import type { Severity } from "../../protocol/index.ts";
import { CHECKS } from "./check-list.ts";
import type { Check, Verdict } from "./check.ts";
import { inTurn } from "./in-turn.ts";
import { readPostureFacts } from "./posture-facts.ts";
import type { PosturePlaces } from "./posture-places.ts";
import { NOTHING_PROBED, type Probes } from "./probes.ts";
import { toScore } from "./score.ts";

export interface CheckResult extends Verdict, Omit<Check, "judge"> {}

/** What `runner-guard doctor --json` has as `posture`. */
export interface Posture {
  /** 0 to 100; docs/posture.md says how it comes about. */
  readonly score: number;
  readonly checks: readonly CheckResult[];
}

export function readPosture(places: PosturePlaces, probes: Probes = NOTHING_PROBED): Posture {
  const turns = readPostureInTurns(places, probes);
  let turn = turns.next();
  while (turn.done !== true) turn = turns.next();
  return turn.value;
}

/** The same, for whoever has something else to do in between: each turn reads one thing. */
export function* readPostureInTurns(
  places: PosturePlaces,
  probes: Probes = NOTHING_PROBED,
): Generator<undefined, Posture> {
  const facts = yield* readPostureFacts(places, probes);
  const checks: CheckResult[] = [];
  for (const { judge, ...check } of CHECKS) {
    checks.push({ ...check, ...(yield* inTurn(() => judge(facts))) });
  }
  return { score: toScore(checks), checks };
}

/** Checks that failed and are as grave as this, or graver. */
export function findFailed({ checks }: Posture, atLeast: Severity): readonly CheckResult[] {
  const least = SEVERITIES.indexOf(atLeast);
  return checks.filter(
    ({ status, severity }) => status === "failed" && SEVERITIES.indexOf(severity) >= least,
  );
}

const SEVERITIES: readonly Severity[] = ["info", "low", "medium", "high", "critical"];
