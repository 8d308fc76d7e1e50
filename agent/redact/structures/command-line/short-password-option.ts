import type { Detector, Hit, Search } from "../../search/detector.ts";
import type { Text } from "../../search/text.ts";
import { addSecret } from "../found-secret.ts";
import { isBlankOrControl, standsAt } from "../value/ascii.ts";
import { delimitValue } from "../value/delimit-value.ts";
import { isPlaceholder } from "../value/placeholder.ts";
import { waitForSecret } from "../wait-for-secret.ts";

/** Programs to which `-p` gives a password, which may or must follow without a blank. */
const PROGRAMS = [
  { literal: "sshpass ", isAttached: false },
  { literal: "docker login ", isAttached: false },
  { literal: "podman login ", isAttached: false },
  { literal: "helm registry login ", isAttached: false },
  { literal: "mysql ", isAttached: true },
  { literal: "mysqldump ", isAttached: true },
  { literal: "mysqladmin ", isAttached: true },
  { literal: "mariadb ", isAttached: true },
] as const;
const OPTION = "-p";
/** So far behind the program's name its option is looked for. */
const MAX_COMMAND = 256;
const MIN_PASSWORD = 4;

export function createShortPasswordOptionDetector(): Detector {
  return {
    anchors: PROGRAMS.map(({ literal }) => ({ literal, notAfter: "word" })),
    inspect,
  };
}

function inspect(text: Text, { position, anchor }: Hit, search: Search): void {
  const program = PROGRAMS[anchor];
  if (program === undefined) return;
  const { literal, isAttached } = program;
  const option = findOption(text, position + literal.length, literal);
  if (option === "open") search.goesOn(text.end);
  if (option === undefined || option === "open") return;
  const { bytes } = text;
  const isBehindBlank = bytes[option] === BLANK;
  if (isAttached && isBehindBlank) return;
  const start = isBehindBlank ? option + 1 : option;
  const value = delimitValue(text, start);
  if (value === "open") waitForSecret(search, text, { position, start });
  else if (value !== undefined && value.end - value.start >= MIN_PASSWORD) {
    if (!isPlaceholder(bytes, value.start, value.end)) {
      addSecret(search, "command-line-secret", value);
    }
  }
}

/** Behind the `-p` of this command. */
function findOption(text: Text, from: number, program: string): number | "open" | undefined {
  const { bytes, end, isOpen } = text;
  const to = Math.min(end, from + MAX_COMMAND);
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (isEndOfCommand(byte) || standsAt(bytes, at, program)) return undefined;
    const isFirst = isBlankOrControl(bytes[at - 1] ?? 0);
    if (byte === DASH && isFirst && standsAt(bytes, at, OPTION)) return at + OPTION.length;
  }
  return to === end && isOpen ? "open" : undefined;
}

/** Newline ; | & */
function isEndOfCommand(byte: number): boolean {
  return byte === 0x0a || byte === 0x3b || byte === 0x7c || byte === 0x26;
}

const BLANK = 0x20;
const DASH = 0x2d;
