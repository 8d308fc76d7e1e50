/** What the collector finds itself. A run has it beside those of its guard, which have other names. */
export const SILENCE = "guard-silent";

/** By which names they go, of a run. */
export const OWN_FINDINGS: ReadonlySet<string> = new Set([SILENCE]);
