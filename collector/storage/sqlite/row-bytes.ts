/**
 * What a row beside batches counts for, of what its tenant may have stored: about what a long one takes, text of any length
 * aside. The same when it is added and when it is taken away.
 */
export const ROW_BYTES = 256;

/** The same of a row of `findings`, as SQL: an agent, or the collector, chose how long these are. */
export const FINDING_BYTES = `(${ROW_BYTES} + octet_length(findings.id) + octet_length(findings.rule) + octet_length(findings.message)
  + coalesce(octet_length(findings.technique), 0) + coalesce(octet_length(findings.evidence), 0))`;

/** The same of a row of `runs`: an agent says what its run is, and keeps that beside what was proven. */
export const RUN_BYTES = `(${ROW_BYTES} + coalesce(octet_length(runs.ci), 0) + coalesce(octet_length(runs.identity), 0))`;

/** The same of a row of `baselines`: most of it is the packed document. */
export const BASELINE_BYTES = `(${ROW_BYTES} + octet_length(baselines.key) + octet_length(baselines.document))`;

/** The same of a row of `baseline_changes`. */
export const CHANGE_BYTES = `(${ROW_BYTES} + octet_length(baseline_changes.content))`;
