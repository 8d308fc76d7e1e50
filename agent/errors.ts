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
