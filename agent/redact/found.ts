import type { Encoding } from "./search/find.ts";

/**
 * A secret that was found and masked, as it may be told: the value itself is not in it. It is what becomes of a `Find`, which has the
 * value and its place in the searched text, and never leaves this part.
 */
export interface Found {
  readonly rule: string;
  /** HMAC-SHA256 of the secret under the redaction's key, its first 16 hexadecimal digits. */
  readonly fingerprint: string;
  readonly encodings: readonly Encoding[];
  readonly confidence: "certain" | "likely";
  /** The variable or file that a known value is from. */
  readonly source?: string;
  /** From 1, of the stream; 1 where it was found in a text. */
  readonly line: number;
  /** Of the line, from 1, in bytes of what is shown, terminal sequences not counted. */
  readonly column: number;
}
