import type { Report } from "../../../protocol/report.ts";
import { formatCount, pluralise } from "./formats.ts";

const SEVERITIES = ["info", "low", "medium", "high", "critical"] as const;

/** What of this machine makes the job easier to attack, a sentence each; text of the machine's in them is unescaped. */
export interface PostureWords {
  readonly outcome: string;
  readonly isGrave: boolean;
  readonly advice: string;
}

/** Null where it was not looked at, or nothing is to be mended. */
export function toPostureWords({ posture }: Report): PostureWords | null {
  const [first, ...rest] = posture?.failed ?? [];
  if (posture === undefined || first === undefined) return null;
  const rank = ({ severity }: typeof first): number => SEVERITIES.indexOf(severity);
  const gravest = rest.reduce((worst, check) => (rank(check) > rank(worst) ? check : worst), first);
  const { length } = posture.failed;
  const which = length === 1 ? gravest.severity : `the gravest ${gravest.severity}`;
  return {
    outcome: `score ${posture.score} of 100: ${formatCount(length)} ${pluralise("check", length)} failed, ${which}: ${gravest.message}`,
    isGrave: rank(gravest) >= SEVERITIES.indexOf("high"),
    advice: `runner-guard doctor says how to mend ${length === 1 ? "it" : "them"}`,
  };
}
