import type { Detector, Hit, Search } from "../../search/detector.ts";
import type { Text } from "../../search/text.ts";
import { addSecret } from "../found-secret.ts";
import { isBlankOrControl, standsAt } from "../value/ascii.ts";
import { delimitValue } from "../value/delimit-value.ts";
import { isPlaceholder } from "../value/placeholder.ts";
import { waitForSecret } from "../wait-for-secret.ts";

/** Programs to which an option of one letter gives a password, which may or must follow without a blank. */
const PROGRAMS = [
  { literal: "sshpass ", option: "-p", isAttached: false },
  { literal: "docker login ", option: "-p", isAttached: false },
  { literal: "podman login ", option: "-p", isAttached: false },
  { literal: "helm registry login ", option: "-p", isAttached: false },
  { literal: "redis-cli ", option: "-a", isAttached: false },
  { literal: "valkey-cli ", option: "-a", isAttached: false },
  { literal: "mysql ", option: "-p", isAttached: true },
  { literal: "mysqldump ", option: "-p", isAttached: true },
  { literal: "mysqladmin ", option: "-p", isAttached: true },
  { literal: "mariadb ", option: "-p", isAttached: true },
] as const;
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
  const option = findOption(text, position + program.literal.length, program);
  if (option === "open") search.goesOn(text.end);
  if (option === undefined || option === "open") return;
  const { bytes } = text;
  const isBehindBlank = bytes[option] === BLANK;
  if (program.isAttached && isBehindBlank) return;
  const start = isBehindBlank ? option + 1 : option;
  const value = delimitValue(text, start);
  if (value === "open") waitForSecret(search, text, { position, start });
  else if (value !== undefined && value.end - value.start >= MIN_PASSWORD) {
    if (!isPlaceholder(bytes, value.start, value.end)) {
      addSecret(search, "command-line-secret", value);
    }
  }
}

/** Behind the option of this command. */
function findOption(
  text: Text,
  from: number,
  { literal, option }: (typeof PROGRAMS)[number],
): number | "open" | undefined {
  const { bytes, end, isOpen } = text;
  const to = Math.min(end, from + MAX_COMMAND);
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (isEndOfCommand(byte) || standsAt(bytes, at, literal)) return undefined;
    const isFirst = isBlankOrControl(bytes[at - 1] ?? 0);
    if (byte === DASH && isFirst && standsAt(bytes, at, option)) return at + option.length;
  }
  return to === end && isOpen ? "open" : undefined;
}

/** Newline ; | & */
function isEndOfCommand(byte: number): boolean {
  return byte === 0x0a || byte === 0x3b || byte === 0x7c || byte === 0x26;
}

const BLANK = 0x20;
const DASH = 0x2d;
