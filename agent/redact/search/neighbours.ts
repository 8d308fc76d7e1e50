/** What a search needs of the parts that stand beside it. */
import type { Run } from "../decode/decodable-runs.ts";
import type { Decoded, DecodedEscapes } from "../decode/decoded.ts";
import type { Anchor, Search } from "./detector.ts";
import type { Text } from "./text.ts";

/** Is asked where windows of known values stand. */
export interface WindowInspector {
  inspect(text: Text, position: number, windowId: number, search: Search): void;
}

/** Turns what is encoded in a text into texts of their own. */
export interface Decoding {
  /** Where `decodeEscapes` is asked. */
  readonly escapeAnchors: readonly Anchor[];
  decodeEscapes(text: Text, position: number, search: Pick<Search, "goesOn">): DecodedEscapes;
  decodeRun(text: Text, run: Run, search: Pick<Search, "goesOn">): readonly Decoded[];
}

/** The text itself says that a value is secret, as of the end of the line that says so. */
export interface MaskCommand {
  readonly value: Uint8Array;
  readonly lineEnd: number;
}
