/** Rules that look at many runs, which a collector does. */
export const COLLECTOR_RULE_IDS: readonly string[] = [
  "new-destination",
  "new-process",
  "volume-outlier",
  "duration-outlier",
  "guard-silent",
];

/** What an operator had done to a run is told as findings are, and policy has no say in it. */
export const OPERATOR_RULE_IDS = ["operator-kill", "operator-policy"] as const;

/** Every rule that policy may name, whether the agent or the collector decides it. */
export const RULE_IDS: readonly string[] = [
  "runner-memory-read",
  "process-environ-read",
  "reverse-shell",
  "privileged-container",
  "pipe-to-shell",
  "package-manager-child",
  "known-bad-destination",
  "address-literal-destination",
  "metadata-service",
  "cluster-api-access",
  "runner-registration",
  "persistence-write",
  "workflow-write",
  "credential-file-read",
  "secret-hunter",
  "ai-cli-unattended",
  "source-overwrite",
  "secret-in-log",
  "masquerade",
  "dropped-executable",
  "miner",
  "orphan-process",
  "dns-tunnel",
  "untrusted-resolver",
  "raw-socket",
  "guard-tamper",
  "preload-injection",
  "container-escape",
  ...COLLECTOR_RULE_IDS,
];
