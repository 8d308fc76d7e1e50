import type { Encoding } from "../../../../../agent/redact/search/find.ts";
import type { Text } from "../../../../../agent/redact/search/text.ts";

/** A way of writing single characters of a text otherwise. */
export interface EscapeSyntax {
  readonly encoding: Encoding;
  /** What an escape begins with. */
  readonly lead: number;
  /** The escape that begins at `at`, where `lead` stands. */
  read(text: Text, at: number): Escape | undefined;
}

export interface Escape {
  readonly length: number;
  readonly value: number;
  /** `byte`: of some encoding of characters. `nothing`: a line break that is not meant. */
  readonly unit: "byte" | "code-point" | "nothing";
  /** Whether the escape is reason enough to decode what is around it. */
  readonly isTelling: boolean;
}
