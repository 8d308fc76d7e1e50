/** How a secret was written down where it was found; the outermost first. */
export type Encoding =
  | "base32"
  | "base64"
  | "decimal"
  | "dump"
  | "gzip"
  | "hex"
  | "html"
  | "json"
  | "lower-case"
  | "powershell"
  | "quoted-printable"
  | "reversed"
  | "shell"
  | "split"
  | "upper-case"
  | "url"
  | "utf-16"
  | "xml";

/** A stretch of a text that holds a secret. */
export interface Find {
  /** Such as `github-token`; `known-value` for a value that was given. */
  readonly rule: string;
  /** All of `[start, end)` is masked. */
  readonly start: number;
  readonly end: number;
  /** What the secret is, without its encodings: two finds of one secret have the same. Absent: the masked bytes. */
  readonly secret?: Uint8Array;
  readonly encodings: readonly Encoding[];
  /** `certain`: a known value, or a checksum that holds. */
  readonly confidence: "certain" | "likely";
  /** The variable or file that a known value is from. */
  readonly source?: string;
  /** Present where the secret reaches `text.end` and may go on behind it. */
  readonly continuation?: Continuation;
}

/** Follows a secret without a bound (a token of open-ended length, a key of many lines) through what comes behind the text. */
export interface Continuation {
  /** Up to where in `[from, to)` the secret goes on; less than `to` when it is over. May keep state from call to call. */
  advance(bytes: Uint8Array, from: number, to: number): number;
}
