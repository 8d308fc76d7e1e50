/**
 * Lines by which a job tells its CI system that a value is secret. The value is masked on that line, and told to whoever
 * adds it to the known values; they cut what they look at after that line, so that it holds for the next one already.
 * Commands count between `::stop-commands::` and its end too: what somebody wanted masked is masked.
 */
import { isOf } from "../search/character-class.ts";
import type { Anchor, Detector } from "../search/detector.ts";
import type { Continuation } from "../search/find.ts";
import { CARRIAGE_RETURN, findLineEnd, NEWLINE, type Text } from "../search/text.ts";

interface Command {
  readonly anchor: Anchor;
  /** GitHub's `::` commands stand at the start of a line; others anywhere. */
  readonly isFirst: boolean;
  /** Where the value begins, if the command that stands at `at` has one; `at` is behind the anchor, and `limit` no further than its line. */
  readonly findValue: (text: Text, at: number, limit: number) => number | undefined;
  readonly escapes: Readonly<Record<string, string>>;
}

const GITHUB_ESCAPES = { "%0D": "\r", "%0A": "\n", "%25": "%" };
/** Of `##[` commands, in GitHub's runner as in Azure's agent: actions/runner, ActionCommand.cs; %AZP25 is Azure's. */
const BRACKET_ESCAPES = { ...GITHUB_ESCAPES, "%3B": ";", "%5D": "]", "%AZP25": "%" };

const COMMANDS: readonly Command[] = [
  {
    anchor: { literal: "::add-mask", ignoreCase: true },
    isFirst: true,
    findValue: (text, at, limit) => findBehindProperties(text, { at, limit, closing: "::" }),
    escapes: GITHUB_ESCAPES,
  },
  {
    anchor: { literal: "##[add-mask", ignoreCase: true },
    isFirst: false,
    findValue: (text, at, limit) => findBehindProperties(text, { at, limit, closing: "]" }),
    escapes: BRACKET_ESCAPES,
  },
  {
    anchor: { literal: "##vso[task.setsecret", ignoreCase: true },
    isFirst: false,
    findValue: (text, at, limit) => findBehindProperties(text, { at, limit, closing: "]" }),
    escapes: BRACKET_ESCAPES,
  },
  {
    anchor: { literal: "##vso[task.setvariable", ignoreCase: true },
    isFirst: false,
    findValue(text, at, limit) {
      const value = findBehindProperties(text, { at, limit, closing: "]" });
      if (value === undefined) return undefined;
      const properties = Buffer.from(text.bytes.subarray(at, value)).toString("latin1");
      return /[ ;]issecret=true[;\]]/i.test(properties) ? value : undefined;
    },
    escapes: BRACKET_ESCAPES,
  },
];

/** Names of variables, and a few flags. */
const MAX_PROPERTIES_BYTES = 1024;
/** Indentation, or what `set -x` and its shell put before a command: `++ echo `. */
const MAX_BEFORE_BYTES = 64;
const PLUS = 0x2b;
/** Of a key with all certificates that go with it. What is longer is masked on its line alone: to look for it in all encodings takes long. */
const MAX_MASKED_BYTES = 131_072;
/** Marks are no values. */
const MARKS = /^\*+$|\[redacted:/;

/** Of a line that is too long to be held: what comes of it later is of the value too. */
const TO_LINE_END: Continuation = {
  advance: (bytes, from, to) => findLineEnd({ bytes, start: from, end: to, isOpen: true }, from),
};

export function createMaskCommands(onMask: (value: Uint8Array, lineEnd: number) => void): Detector {
  return {
    anchors: COMMANDS.map(({ anchor }) => anchor),
    looksAhead: true,
    inspect(text, { position, anchor }, search) {
      const command = COMMANDS[anchor];
      if (command === undefined || (command.isFirst && !isFirstOfLine(text, position))) return;
      const behind = position + command.anchor.literal.length;
      const most = Math.min(text.end, behind + MAX_PROPERTIES_BYTES);
      const limit = findLineEnd({ ...text, end: most }, position);
      const start = command.findValue(text, behind, limit);
      if (start === undefined) {
        const mayGoOn = text.isOpen && limit === text.end;
        if (mayGoOn && limit - behind < MAX_PROPERTIES_BYTES) search.goesOn(position);
        return;
      }
      const lineEnd = findLineEnd(text, start);
      if (text.isOpen && lineEnd === text.end) {
        search.goesOn(start);
        return;
      }
      const end = findValueEnd(text, { position, start, lineEnd });
      const written = Buffer.from(text.bytes.subarray(start, end)).toString("latin1");
      if (written.trim() === "" || MARKS.test(written)) return;
      const value = unescape(written, command.escapes);
      const secret = Buffer.from(value, "latin1");
      search.add({
        rule: "masked-value",
        start,
        end,
        secret,
        encodings: value === written ? [] : ["url"],
        confidence: "certain",
        ...(lineEnd === text.end && { continuation: TO_LINE_END }),
      });
      if (secret.length <= MAX_MASKED_BYTES) onMask(secret, lineEnd);
    },
  };
}

function isFirstOfLine({ bytes, start }: Text, position: number): boolean {
  const least = Math.max(start, position - MAX_BEFORE_BYTES);
  let first = position;
  while (first > least && bytes[first - 1] !== NEWLINE) first--;
  if (first > start && bytes[first - 1] !== NEWLINE) return false;
  let at = first;
  while (at < position && isOf("blank", bytes[at])) at++;
  return at === position || bytes[at] === PLUS;
}

function findBehindProperties(
  { bytes }: Text,
  { at, limit, closing }: { readonly at: number; readonly limit: number; closing: string },
): number | undefined {
  const isOver = bytes[at] === closing.charCodeAt(0) || isOf("blank", bytes[at]);
  if (!isOver || at >= limit) return undefined;
  for (let found = at; found + closing.length <= limit; found++) {
    if (standsAt(bytes, found, closing)) return found + closing.length;
  }
  return undefined;
}

function standsAt(bytes: Uint8Array, at: number, characters: string): boolean {
  for (let index = 0; index < characters.length; index++) {
    if (bytes[at + index] !== characters.charCodeAt(index)) return false;
  }
  return true;
}

/** Without the end of the line, and without the quote that stands before the command too. */
function findValueEnd(
  { bytes, start: textStart }: Text,
  { position, start, lineEnd }: { position: number; start: number; lineEnd: number },
): number {
  const end = bytes[lineEnd - 1] === CARRIAGE_RETURN ? lineEnd - 1 : lineEnd;
  const quote = position > textStart ? bytes[position - 1] : undefined;
  return end > start && isOf("quote", quote) && bytes[end - 1] === quote ? end - 1 : end;
}

function unescape(written: string, escapes: Readonly<Record<string, string>>): string {
  if (!written.includes("%")) return written;
  return written.replaceAll(
    /%AZP25|%[0-9A-F]{2}/gi,
    (escape) => escapes[escape.toUpperCase()] ?? escape,
  );
}
