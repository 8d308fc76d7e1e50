/** What the kernel's log says of a packet, so that the agent can tell why it was logged. */
export const LOG_PREFIXES = {
  /** No entry of the policy allows it. */
  refused: "runner-guard refused",
  /** An entry denies it: refused in both modes. */
  denied: "runner-guard denied",
  /** Audit let it pass, once a flow. */
  "would-refuse": "runner-guard would-refuse",
  canary: "runner-guard canary",
} as const;

export type LogReason = keyof typeof LOG_PREFIXES;

export function parseLogPrefix(prefix: string): LogReason | undefined {
  switch (prefix.trimEnd()) {
    case LOG_PREFIXES.refused:
      return "refused";
    case LOG_PREFIXES.denied:
      return "denied";
    case LOG_PREFIXES["would-refuse"]:
      return "would-refuse";
    case LOG_PREFIXES.canary:
      return "canary";
    default:
      return undefined;
  }
}
