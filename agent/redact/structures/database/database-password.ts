import type { Detector, Hit, Search } from "../../search/detector.ts";
import type { Text } from "../../search/text.ts";
import { addSecret } from "../found-secret.ts";
import { delimitValue } from "../value/delimit-value.ts";
import { isPlaceholder } from "../value/placeholder.ts";
import { waitForSecret } from "../wait-for-secret.ts";

interface Phrase {
  readonly literal: string;
  /** In SQL a password is a string; without quotes there are words behind it. */
  readonly isQuoted: boolean;
  /** What stands between the phrase and the password ends with this. */
  readonly before?: number;
}

const COLON = 0x3a;
const NEWLINE = 0x0a;
const BLANK = 0x20;
/** In SQL it quotes names, in documentation code. */
const BACKTICK = 0x60;
const PHRASES: readonly Phrase[] = [
  { literal: "identified by ", isQuoted: true },
  { literal: "encrypted password ", isQuoted: true },
  { literal: "with password ", isQuoted: true },
  { literal: "login password ", isQuoted: true },
  { literal: "password is generated for ", isQuoted: false, before: COLON },
];
/** `root@localhost` */
const MAX_ACCOUNT = 128;
const MIN_PASSWORD = 4;

/** `CREATE USER … IDENTIFIED BY '…'`, `ALTER ROLE … WITH PASSWORD '…'`, and the password that MySQL makes for its root. */
export function createDatabasePasswordDetector(): Detector {
  return {
    anchors: PHRASES.map(({ literal }) => ({ literal, ignoreCase: true, notAfter: "word" })),
    inspect,
  };
}

function inspect(text: Text, { position, anchor }: Hit, search: Search): void {
  const phrase = PHRASES[anchor];
  if (phrase === undefined) return;
  const from = findStart(text, position + phrase.literal.length, phrase.before);
  if (from === "open") search.goesOn(text.end);
  if (from === undefined || from === "open") return;
  const value = delimitValue(text, from);
  if (value === "open") waitForSecret(search, text, { position, start: from });
  if (value === undefined || value === "open" || value.isQuoted !== phrase.isQuoted) return;
  if (value.end - value.start < MIN_PASSWORD || text.bytes[value.start - 1] === BACKTICK) return;
  if (!isPlaceholder(text.bytes, value.start, value.end)) {
    addSecret(search, "database-password", value);
  }
}

/** Behind what is before the password, and the blanks that follow it. */
function findStart(
  { bytes, end, isOpen }: Text,
  from: number,
  before: number | undefined,
): number | "open" | undefined {
  const to = Math.min(end, from + MAX_ACCOUNT);
  let at = from;
  if (before !== undefined) {
    while (at < to && bytes[at] !== before && bytes[at] !== NEWLINE) at++;
    if (at < to && bytes[at] === NEWLINE) return undefined;
    at++;
  }
  while (at < to && bytes[at] === BLANK) at++;
  if (at < to) return at;
  return to === end && isOpen ? "open" : undefined;
}
