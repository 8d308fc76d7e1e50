import type { Anchor } from "../search/detector.ts";
import type { Encoding } from "../search/find.ts";
import type { Text } from "../search/text.ts";

/** A way of writing single characters of a text otherwise. */
export interface EscapeSyntax {
  readonly encoding: Encoding;
  /** They stand wherever an escape is telling, at its first byte or at the one before. */
  readonly anchors: readonly Anchor[];
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
