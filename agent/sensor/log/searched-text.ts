/** What this part knows of whoever searches a text for secrets, and of what is found. */

export interface FoundInText {
  readonly rule: string;
  readonly fingerprint: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

/** Searches as it is written; tells at once, or by `end` at the latest. */
export interface SearchedText {
  write(bytes: Uint8Array): void;
  release(): void;
  readonly isHolding: boolean;
  end(): void;
}

export type OpenText<Found extends FoundInText> = (onFound: (found: Found) => void) => SearchedText;
