import type { Found } from "../../../../agent/redact/found.ts";

/** A finding of which only what the test is about is told. */
export function toFound(part: Partial<Found> = {}): Found {
  return {
    rule: "github-token",
    fingerprint: "0123456789abcdef",
    encodings: [],
    confidence: "likely",
    line: 1,
    column: 1,
    ...part,
  };
}
