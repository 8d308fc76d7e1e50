import type { Continuation } from "../../search/find.ts";
import { CARRIAGE_RETURN, NEWLINE, type Text } from "../../search/text.ts";
import { isBlankOrControl } from "./ascii.ts";
import { findQuotedEnd } from "./quoted-value.ts";
import { findUnquotedEnd } from "./unquoted-value.ts";

/** So much of a value is looked at before it is known where it ends; what is longer is taken to the end of its run. */
const MAX_VALUE = 8 * 1024;

export interface Value {
  readonly start: number;
  readonly end: number;
  readonly isQuoted: boolean;
  readonly continuation?: Continuation;
}

/** The value that begins at `from`, in quotes or without; `open` where the text has to go on before that is known. */
export function delimitValue(text: Text, from: number): Value | "open" | undefined {
  const { bytes, end, isOpen } = text;
  const to = Math.min(end, from + MAX_VALUE);
  const opening = readOpeningQuote(bytes, from, to);
  const start = opening?.after ?? from;
  const valueEnd =
    opening === undefined
      ? findUnquotedEnd(bytes, start, to)
      : findQuotedEnd(bytes, opening, { from: start, to });
  const isQuoted = opening !== undefined;
  if (isOpen && to === end && mayEndElsewhere(text, valueEnd)) return "open";
  if (valueEnd < to || to === end) {
    return valueEnd > start ? { start, end: valueEnd, isQuoted } : undefined;
  }
  return swallowRun(text, { start, end: to, isQuoted });
}

/** A quote or comma may be of the value or not, depending on what follows it in its line. */
function mayEndElsewhere({ bytes, end }: Text, valueEnd: number): boolean {
  if (end - valueEnd >= LOOK_AHEAD) return false;
  for (let at = valueEnd; at < end; at++) if (bytes[at] === NEWLINE) return false;
  return valueEnd === end || !isBlankOrControl(bytes[valueEnd] ?? 0);
}

interface OpeningQuote {
  readonly quote: number;
  /** Backslashes before it: it is a quote within a quoted text, and its like closes it. */
  readonly backslashes: number;
  readonly after: number;
}

/** Also with the letters that Python, C# and shells put before a quote. */
function readOpeningQuote(bytes: Uint8Array, from: number, to: number): OpeningQuote | undefined {
  let at = from;
  if (isStringPrefix(bytes[at] ?? 0) && isQuote(bytes[at + 1] ?? 0)) at++;
  const first = at;
  while (at < to && at - first < MAX_BACKSLASHES && bytes[at] === BACKSLASH) at++;
  const quote = bytes[at] ?? 0;
  if (at >= to || !isQuote(quote)) return undefined;
  const isTriple = bytes[at + 1] === quote && bytes[at + 2] === quote;
  return { quote, backslashes: at - first, after: Math.min(to, at + (isTriple ? 3 : 1)) };
}

/** What is so long may be anything; all of it goes, however much is there. */
function swallowRun(text: Text, value: Value): Value {
  const continuation = createRunContinuation(value.isQuoted);
  const end = continuation.advance(text.bytes, value.end, text.end);
  return end === text.end && text.isOpen ? { ...value, end, continuation } : { ...value, end };
}

function createRunContinuation(isQuoted: boolean): Continuation {
  return {
    advance: (bytes, from, to) => {
      let at = from;
      while (at < to && !isRunEnd(bytes[at] ?? 0, isQuoted)) at++;
      return at;
    },
  };
}

function isRunEnd(byte: number, isQuoted: boolean): boolean {
  if (byte === NEWLINE || byte === CARRIAGE_RETURN || isQuote(byte)) return true;
  return !isQuoted && isBlankOrControl(byte);
}

function isQuote(byte: number): boolean {
  return byte === 0x22 || byte === 0x27 || byte === 0x60;
}

/** b, r, u, f, @, $ */
function isStringPrefix(byte: number): boolean {
  return (
    byte === 0x62 ||
    byte === 0x72 ||
    byte === 0x75 ||
    byte === 0x66 ||
    byte === 0x40 ||
    byte === 0x24
  );
}

/** More than is looked at behind a value to know that it ended. */
const LOOK_AHEAD = 48;
const BACKSLASH = 0x5c;
/** JSON in JSON in JSON has 7. */
const MAX_BACKSLASHES = 7;
