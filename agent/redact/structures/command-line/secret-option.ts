import type { Detector, Hit, Search } from "../../search/detector.ts";
import type { Text } from "../../search/text.ts";
import { HARMLESS_TOKENS } from "../assignment/harmless-tokens.ts";
import { addSecret } from "../found-secret.ts";
import { isBlankOrControl, toCharacters } from "../value/ascii.ts";
import { toByteFlags } from "../value/byte-flags.ts";
import { delimitValue } from "../value/delimit-value.ts";
import { type Bar, isSecretValue } from "../value/secret-value.ts";
import { waitForSecret } from "../wait-for-secret.ts";

const OPTIONS: readonly { readonly literal: string; readonly bar: Bar }[] = [
  { literal: "-password", bar: "password" },
  { literal: "-passwd", bar: "password" },
  { literal: "-passphrase", bar: "password" },
  { literal: "-token", bar: "token" },
  { literal: "-secret", bar: "token" },
  { literal: "-api-key", bar: "token" },
  { literal: "-apikey", bar: "token" },
  { literal: "-access-key", bar: "token" },
  { literal: "-secret-key", bar: "token" },
];
const MAX_OPTION = 40;
const MAX_BETWEEN = 8;

/** `--db-password value`, `-token value`, `["--token", "value"]`; those with `=` are assignments. */
export function createSecretOptionDetector(): Detector {
  return {
    anchors: OPTIONS.map(({ literal }) => ({ literal, ignoreCase: true, notAfter: "digit" })),
    inspect,
  };
}

function inspect(text: Text, { position, anchor }: Hit, search: Search): void {
  const option = OPTIONS[anchor];
  if (option === undefined) return;
  const { bytes, end, isOpen } = text;
  const optionEnd = position + option.literal.length;
  const place = findPlace(bytes, optionEnd, Math.min(end, optionEnd + MAX_BETWEEN));
  if (place === end && isOpen) search.goesOn(end);
  if (place === optionEnd || place === end || !isOption(text, position)) return;
  const value = delimitValue(text, place);
  if (value === "open") waitForSecret(search, text, { position, start: place });
  else if (value !== undefined && isSecretValue(bytes, value, option.bar)) {
    addSecret(search, "command-line-secret", value);
  }
}

/** Behind blanks, or behind `", ` in a list of arguments, before the quote that opens the next. */
function findPlace(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  if (IS_QUOTE[bytes[at] ?? 0] === 1 && bytes[at + 1] === COMMA) at += 2;
  while (at < to && bytes[at] === BLANK) at++;
  return at;
}

/** The word that holds `position` begins with a dash, and it is not `--next-token`. */
function isOption({ bytes, start }: Text, position: number): boolean {
  const from = Math.max(start, position - MAX_OPTION);
  let at = position;
  while (at > from && IS_OF_OPTION[bytes[at - 1] ?? 0] === 1) at--;
  if (bytes[at] !== DASH) return false;
  const before = bytes[at - 1] ?? 0;
  if (at > start && !isBlankOrControl(before) && IS_QUOTE[before] !== 1) return false;
  const lastWord = toCharacters(bytes, at, position).split(/[-_]/u).at(-1) ?? "";
  return !HARMLESS_TOKENS.has(lastWord);
}

const BLANK = 0x20;
const COMMA = 0x2c;
const DASH = 0x2d;
const IS_QUOTE = toByteFlags("\"'`");
const IS_OF_OPTION = toByteFlags(
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-",
);
