import type { Found } from "./found.ts";
import type { Scanner } from "./scanner/scanner.ts";
import type { RankedFind } from "./search/secret-search.ts";
import { NEWLINE } from "./search/text.ts";
import { mergeSpans } from "./stream/masked-spans.ts";
import { createPlaceCounter } from "./stream/place-counter.ts";
import type { StreamParts } from "./stream/redacting-stream.ts";
import type { StrippedText } from "./stream/stripped-text.ts";

export type RedactText = (text: string, onFound?: (found: Found) => void) => string;

/** The longest of what an event holds are the arguments of a process: the kernel takes 128 KiB in one, 2 MiB in all. */
const MAX_CHARACTERS = 4_194_304;
/** Of UTF-8, for one of UTF-16. */
const MAX_BYTES_A_CHARACTER = 3;
/** Nothing shorter is a secret. */
const MIN_CHARACTERS = 4;
/** What most texts need, so that they find it made. */
const USUAL_BYTES = 65_536;

type TextParts = Pick<
  StreamParts,
  "scanner" | "search" | "stripper" | "toFound" | "countNotDecoded"
>;

/**
 * Puts `[redacted:<rule>:<fingerprint>]` in the place of secrets. Of a text that is too long to be searched nothing is shown but
 * that.
 */
export function createTextRedactor(parts: TextParts): RedactText {
  const { scanner, search, stripper } = parts;
  const place = createPlace(scanner);
  const encoder = new TextEncoder();
  return (text, onFound) => {
    if (text.length < MIN_CHARACTERS) return text;
    if (text.length > MAX_CHARACTERS) {
      return `[redacted: ${text.length} characters are too many to be searched for secrets]`;
    }
    const roomBytes = text.length * MAX_BYTES_A_CHARACTER;
    const from = place.reserve(roomBytes);
    const room = scanner.memory.bytes.subarray(from, from + roomBytes);
    const end = from + encoder.encodeInto(text, room).written;
    const stripped = stripper.strip({ from, end, beginsLine: true });
    const { finds, notDecoded } = search.search(stripped.asText(false), stripped.start);
    parts.countNotDecoded(notDecoded.length);
    if (finds.length === 0) return text;
    return writeMarks(parts, { stripped, finds, from, end, onFound });
  };
}

interface Findings {
  readonly stripped: StrippedText;
  readonly finds: readonly RankedFind[];
  readonly from: number;
  readonly end: number;
  readonly onFound: ((found: Found) => void) | undefined;
}

function writeMarks({ scanner, toFound }: TextParts, findings: Findings): string {
  const { stripped, finds, from, end, onFound } = findings;
  const { bytes } = scanner.memory;
  const toText = (start: number, to: number): string =>
    Buffer.from(bytes.buffer, start, to - start).toString();
  const spans = finds.map((find) => ({
    start: stripped.toInput(find.start),
    end: stripped.toInput(find.end - 1) + 1,
    find,
  }));
  const placeOf = createPlaceCounter(scanner, { from, line: 1, textStart: stripped.start });
  let shown = "";
  let at = from;
  for (const span of mergeSpans(spans, (position) => bytes[position - 1] === NEWLINE)) {
    const { find } = span;
    const found = toFound(find, placeOf(stripped.toInput(find.start), find.start));
    onFound?.(found);
    shown += `${toText(at, span.start)}[redacted:${found.rule}:${found.fingerprint}]`;
    at = span.end;
  }
  return shown + toText(at, end);
}

function createPlace({ memory }: Scanner) {
  let at = memory.allocate(USUAL_BYTES);
  let capacity = USUAL_BYTES;
  return {
    reserve(byteCount: number): number {
      if (byteCount > capacity) {
        capacity = 2 ** Math.ceil(Math.log2(byteCount));
        at = memory.allocate(capacity);
      }
      return at;
    },
  };
}
