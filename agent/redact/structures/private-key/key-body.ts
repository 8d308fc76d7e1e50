import { isOf } from "../../search/character-class.ts";
import type { Continuation } from "../../search/find.ts";
import { CARRIAGE_RETURN, NEWLINE } from "../../search/text.ts";

export interface KeyBody extends Continuation {
  /** Where the first byte of the body stood that is no blank or line break. */
  readonly start: number | undefined;
  readonly longestLine: number;
}

/** Lines of a key have at least 64; one that is shorter is the last. */
const SHORTEST_FULL_LINE = 40;
/** So much in words without a full line is no key. */
const MAX_WORDS = 512;
const MAX_BLANKS = 256;
const MAX_HEADER = 256;
const MAX_HEADER_NAME = 12;

/**
 * Goes through what stands between the BEGIN and the END line: base64, broken by line ends, blanks or `\n`, with the prefix
 * that the BEGIN line has before each line, and headers in front (`Proc-Type: …`). Ends where something else comes, as
 * behind a key of which the end is missing.
 */
export function createKeyBody(prefix: Uint8Array): KeyBody {
  let start: number | undefined;
  let keyBytes = 0;
  let longestLine = 0;
  /** Of the line. */
  let ofLine = 0;
  let blanks = 0;
  let prefixAt = prefix.length;
  let escapeAt: number | undefined;
  let isOver = false;
  let isHeader = false;
  let mayHaveHeaders = true;
  let isAfterBackslash = false;
  let isAfterShortLine = false;

  return {
    get start() {
      return start;
    },
    get longestLine() {
      return longestLine;
    },
    advance: (bytes, from, to) => {
      let at = from;
      while (at < to && takes(bytes[at] ?? 0, at)) at++;
      return at;
    },
  };

  function takes(byte: number, at: number): boolean {
    if (isOver) return false;
    const isTaken = isHeader ? takesOfHeader(byte) : takesOfBody(byte, at);
    isOver = !isTaken;
    return isTaken;
  }

  function takesOfBody(byte: number, at: number): boolean {
    if (byte === NEWLINE || byte === CARRIAGE_RETURN) return breaksLine(byte === NEWLINE);
    if (isAfterBackslash) {
      isAfterBackslash = byte === BACKSLASH;
      if (byte === LOWER_N || byte === LOWER_R) return breaksLine(false);
      if (isAfterBackslash || byte === LOWER_T) return true;
    }
    if (prefixAt < prefix.length) {
      if (byte === prefix[prefixAt]) return ++prefixAt > 0;
      prefixAt = prefix.length;
    }
    // PGP's checksum stands on a line of its own.
    if (byte === EQUALS && ofLine === 0) isAfterShortLine = false;
    if (isOf("base64", byte) || byte === EQUALS) return takesKey(at);
    if (byte === BACKSLASH) {
      escapeAt = at;
      return (isAfterBackslash = true);
    }
    if (byte === BLANK || byte === TAB) return breaksLine(false);
    if (ofLine === 0 && LINE_MARKS.includes(byte)) return ++blanks < MAX_BLANKS;
    return mayHaveHeaders && takesHeaderName(byte);
  }

  function takesKey(at: number): boolean {
    if (isAfterShortLine) return false;
    // An escaped slash is one with its backslash.
    start ??= escapeAt === at - 1 ? escapeAt : at;
    blanks = 0;
    keyBytes++;
    longestLine = Math.max(longestLine, ++ofLine);
    if (ofLine >= SHORTEST_FULL_LINE) mayHaveHeaders = false;
    return !mayHaveHeaders || keyBytes < MAX_WORDS;
  }

  function breaksLine(isNewline: boolean): boolean {
    if (ofLine > 0 && ofLine < SHORTEST_FULL_LINE && !mayHaveHeaders) isAfterShortLine = true;
    ofLine = 0;
    isAfterBackslash = false;
    if (isNewline) prefixAt = 0;
    return ++blanks < MAX_BLANKS;
  }

  /** The colon of `DEK-Info:` and what of its name is no letter. */
  function takesHeaderName(byte: number): boolean {
    if (ofLine === 0 || ofLine > MAX_HEADER_NAME) return false;
    if (byte === COLON) {
      isHeader = true;
      keyBytes -= ofLine;
      ofLine = 0;
      return true;
    }
    return byte === DASH && ofLine >= 3 && ++ofLine <= 5;
  }

  function takesOfHeader(byte: number): boolean {
    const isEscapedBreak = isAfterBackslash && byte === LOWER_N;
    isAfterBackslash = byte === BACKSLASH;
    if (byte === NEWLINE || isEscapedBreak) {
      isHeader = false;
      return breaksLine(byte === NEWLINE);
    }
    return !QUOTES.includes(byte) && ++ofLine < MAX_HEADER;
  }
}

const TAB = 0x09;
const BLANK = 0x20;
const DASH = 0x2d;
const COLON = 0x3a;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;
const LOWER_N = 0x6e;
const LOWER_R = 0x72;
const LOWER_T = 0x74;
const QUOTES = [...Buffer.from("\"'`")];
/** Before each line, as in quoted mail, tables and comments. */
const LINE_MARKS = [...Buffer.from("|>#*")];
