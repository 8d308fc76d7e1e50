type AgentErrorCode =
  | "usage"
  | "policy-invalid"
  | "command-not-found"
  | "command-not-executable"
  | "requirement-unmet"
  | "output-unwritable"
  | "sensor-unavailable"
  | "state-directory"
  | "guard-unreachable"
  | "request-refused";

/** The only error class the agent throws on purpose; `code` is what callers branch on, `message` is for the user. */
export class AgentError extends Error {
  override readonly name = "AgentError";
  readonly code: AgentErrorCode;

  constructor(code: AgentErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What the system or a library says; they may throw anything. */
export function toErrorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Such as `ENOENT`; empty where there is none. */
export function toErrorCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
