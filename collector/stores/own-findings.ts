/** What the collector finds itself. A run has it beside those of its guard, which have other names. */
export const SILENCE = "guard-silent";

/** Rules that the collector judges by. A finding of theirs is named by the rule alone, or by that, a dash and more. */
export const OWN_RULES = [
  SILENCE,
  "new-destination",
  "new-process",
  "volume-outlier",
  "duration-outlier",
  "response-failed",
  "kill-limit",
] as const;

/** Whether a finding by this name is the collector's, whoever tells it. */
export function isOwnFindingId(id: string): boolean {
  return OWN_RULES.some((rule) => id === rule || id.startsWith(`${rule}-`));
}
