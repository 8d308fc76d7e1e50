import type { Text } from "../search/text.ts";
import type { Decoded, Span } from "./decoded.ts";

/** A stretch of a text, read from its end. */
export function decodeReversed({ bytes }: Text, { start, end }: Span): Decoded {
  return {
    bytes: bytes.subarray(start, end).toReversed(),
    origin: (from, to) => ({ start: end - to, end: end - from }),
    encodings: ["reversed"],
    through: end,
    isCut: false,
  };
}
