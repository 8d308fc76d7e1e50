/** What a search needs of the parts that stand beside it. */
import type { Run } from "../decode/decodable-runs.ts";
import type { Decoded } from "../decode/decoded.ts";
import type { EscapeDecoder } from "../decode/escape-decoder.ts";
import type { Search } from "./detector.ts";
import type { Text } from "./text.ts";

/** Is asked where windows of known values stand. */
export interface WindowInspector {
  inspect(text: Text, position: number, windowId: number, search: Search): void;
}

/** Turns what is encoded in a text into texts of their own. */
export interface Decoding {
  readonly escapes: readonly EscapeDecoder[];
  decodeRun(text: Text, run: Run, search: Pick<Search, "goesOn">): readonly Decoded[];
}

/** The text itself says that a value is secret, as of the end of the line that says so. */
export interface MaskCommand {
  readonly value: Uint8Array;
  readonly lineEnd: number;
}
