/** The door of this part: everything that the agent writes or sends goes through one `Redaction`. */
import type { Found } from "./found.ts";

export interface RedactionOptions {
  /** Token shapes with an anchor of their own. Default true. */
  readonly shapes?: boolean;
  /** Assignments, headers, URLs with passwords, connection strings. Default true. */
  readonly structures?: boolean;
  /** Look into base64, hex, percent and so on. Default true. */
  readonly decoding?: boolean;
  /** Key of the fingerprints; absent: random, so that they mean something within this redaction alone. */
  readonly fingerprintKey?: Uint8Array;
  readonly onWarning?: (message: string) => void;
}

/** Where a value that is to be masked comes from, for whoever reads the finding: `NPM_TOKEN`, or a file and its line. */
export type AddedValue = "added" | "known" | "too-short" | "too-common" | "too-many";

export interface Redaction {
  /** Masks this value from now on, in every encoding that is looked for. */
  addValue(value: Uint8Array | string, source?: string): AddedValue;
  /** Marks are `[redacted:<rule>:<fingerprint>]`. The same text comes back where nothing is found. */
  redactText(text: string, onFound?: (found: Found) => void): string;
  /** Of a log or a terminal. Marks are `***`. */
  openStream(options: StreamOptions): RedactingStream;
  readonly counts: RedactionCounts;
}

export interface StreamOptions {
  /** Takes what is safe to show. The bytes are the stream's own and change after the call: write or copy them in it. */
  readonly emit: (bytes: Uint8Array) => void;
  readonly onFound?: (found: Found) => void;
  /** Whether `::add-mask::` and its like in the stream add values. Default true. */
  readonly masks?: boolean;
}

export interface RedactingStream {
  /** Room for more input, at least 64 KiB; valid until the next call of any method. `write` does both where the bytes are elsewhere. */
  room(): Uint8Array;
  /** So many bytes of the room were filled. */
  filled(byteCount: number): void;
  write(bytes: Uint8Array): void;
  /** Input has been silent for 200 ms: shows what is held of a begun line, but not what may be the start of a secret. */
  release(): void;
  /** Whether `release` would show anything: no timer is needed otherwise. */
  readonly isHolding: boolean;
  /** No more input. What may be the start of a secret is masked. */
  end(): void;
}

export interface RedactionCounts {
  /** Marks that were put. */
  readonly redacted: number;
  readonly values: number;
  readonly refusedValues: number;
  /** Runs that were too long or too many to be decoded. */
  readonly notDecoded: number;
}
