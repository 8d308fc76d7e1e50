import type { Decoded } from "../../../../agent/redact/decode/decoded.ts";
import { ESCAPED_WORDS } from "../../../../agent/redact/scanner/escape-reader.ts";
import { createScanner } from "../../../../agent/redact/scanner/scanner.ts";
import type { Text } from "../../../../agent/redact/search/text.ts";

export interface ReadEscape extends Decoded {
  /** The escape that it was asked for at. */
  readonly first: number;
  /** Escapes of several kinds were read together. */
  readonly isMixed: boolean;
}

const scanner = createScanner();
const MOST_BYTES = 1 << 21;
const textAt = scanner.memory.allocate(MOST_BYTES);
const textMarksAt = scanner.memory.allocate(MOST_BYTES);
const roomBytes = 1 << 17;
const roomAt = scanner.memory.allocate(roomBytes);
const marksAt = scanner.memory.allocate(roomBytes);

/** What the scanner reads of the escapes of a text that begins at 0; `marks` says of each byte whether it is new. */
export function readEscapes(
  { bytes, start, end, isOpen }: Text,
  marks?: Uint8Array,
): { readonly decoded: ReadEscape[]; readonly goesOnFrom: number[] } {
  const { memory, escapes } = scanner;
  memory.bytes.set(bytes, textAt);
  memory.bytes.fill(0, textAt + bytes.length, textAt + bytes.length + 32);
  if (marks !== undefined) memory.bytes.set(marks, textMarksAt);
  const text = { start: textAt + start, from: textAt + start, end: textAt + end, isOpen };
  const reading = escapes.begin(marks === undefined ? text : { ...text, marksAt: textMarksAt }, 0);
  const decoded: ReadEscape[] = [];
  do {
    const { stretches } = reading.read({ at: roomAt, end: roomAt + roomBytes, marksAt });
    for (let at = 0; at < stretches.length; at += ESCAPED_WORDS) {
      const [readAt = 0, readEnd = 0, syntaxes = 0, from = 0, sourceEnd = 0, first = 0] =
        stretches.subarray(at);
      const originOf = escapes.originOf(text, { syntaxes, from, end: sourceEnd });
      const read = memory.bytes.slice(readAt, readEnd);
      decoded.push({
        bytes: read,
        origin: (begin, to) => {
          const origin = originOf(begin, to);
          return { start: origin.start - textAt, end: origin.end - textAt };
        },
        encodings: originOf(0, read.length).encodings,
        through: sourceEnd - textAt,
        isCut: false,
        first: first - textAt,
        isMixed: (syntaxes & (syntaxes - 1)) !== 0,
      });
    }
  } while (!reading.isOver);
  const { goesOnFrom } = reading;
  return { decoded, goesOnFrom: goesOnFrom === Infinity ? [] : [goesOnFrom - textAt] };
}
