import type { ProblemCode } from "../protocol/index.ts";

export interface ProblemDetail extends ErrorOptions {
  /** With `gap`. */
  readonly expectedSeq?: number;
  /** With `method-not-allowed`: what the path takes. */
  readonly allow?: readonly string[];
  /** With what may be asked again. */
  readonly retryAfterSeconds?: number;
}

/** What a client is told, and nothing more: `code` decides the status. */
export class RequestProblem extends Error {
  override readonly name = "RequestProblem";
  readonly code: ProblemCode;
  readonly detail: ProblemDetail;

  constructor(code: ProblemCode, message: string, detail: ProblemDetail = {}) {
    super(message, detail);
    this.code = code;
    this.detail = detail;
  }
}

/** A row that holds what the collector never stores: somebody else has changed it. */
export class DamagedRow extends Error {
  override readonly name = "DamagedRow";
}

/** What keeps the collector from starting: `message` is for whoever starts it. */
export class CollectorError extends Error {
  override readonly name = "CollectorError";
  readonly code: "usage" | "data-directory" | "newer-schema" | "listen" | "storage" | "import";

  constructor(code: CollectorError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Of what nobody expected: for whoever reports it. */
export function describeDefect(error: unknown): string {
  return `this is a bug in the collector: ${error instanceof Error ? error.stack : String(error)}`;
}
