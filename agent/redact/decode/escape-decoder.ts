import type { Anchor, Search } from "../search/detector.ts";
import type { Text } from "../search/text.ts";
import type { DecodedEscapes } from "./decoded.ts";

/** Reads what is written otherwise by single characters or bytes, and not as a run of digits. */
export interface EscapeDecoder {
  readonly anchors: readonly Anchor[];
  /** Asked where one of its anchors stands. */
  decode(text: Text, position: number, search: Pick<Search, "goesOn">): DecodedEscapes;
}
