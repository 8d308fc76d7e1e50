import type { Detector, Hit, Search } from "../../search/detector.ts";
import type { Text } from "../../search/text.ts";
import { addSecret } from "../found-secret.ts";
import { isBlankOrControl, toCharacters } from "../value/ascii.ts";
import { isPlaceholder } from "../value/placeholder.ts";
import { isSecretValue } from "../value/secret-value.ts";
import { findUnquotedEnd } from "../value/unquoted-value.ts";
import { waitForSecret } from "../wait-for-secret.ts";

const ANCHORS = ["machine ", "default login "];
/** `login x account y password z`, and the host before it. */
const MAX_WORDS = 8;
const MAX_WORD = 4096;
const MAX_BLANKS = 64;
const KEYWORDS = new Set(["login", "account", "password"]);

/** The password of a machine of `.netrc`, in the machine's line or below it. */
export function createNetrcDetector(): Detector {
  return { anchors: ANCHORS.map((literal) => ({ literal, notAfter: "word" })), inspect };
}

function inspect(text: Text, { position, anchor }: Hit, search: Search): void {
  const { bytes, end, isOpen } = text;
  let word: Word = { start: position, end: position + (ANCHORS[anchor] ?? "").length - 1 };
  let keyword = anchor === 0 ? "machine" : "login";
  for (let count = 0; count < MAX_WORDS; count++) {
    const value = readWord(text, word.end);
    word = readWord(text, value.end);
    if (value.end === end && isOpen) {
      return waitForSecret(search, text, {
        position,
        start: keyword === "password" ? value.start : end,
      });
    }
    if (value.start === value.end) return undefined;
    if (keyword === "password") {
      const { start } = value;
      const password = { start, end: findUnquotedEnd(bytes, start, value.end) };
      const isSecret =
        anchor === 0
          ? !isPlaceholder(bytes, start, password.end)
          : isSecretValue(bytes, password, "password");
      if (isSecret) addSecret(search, "netrc", password);
      return undefined;
    }
    if (word.end === end && isOpen) return waitForSecret(search, text, { position, start: end });
    keyword = toCharacters(bytes, word.start, Math.min(word.end, word.start + MAX_KEYWORD));
    if (!KEYWORDS.has(keyword)) return undefined;
  }
  return undefined;
}

interface Word {
  readonly start: number;
  readonly end: number;
}

/** The next word, in this line or a later one. */
function readWord({ bytes, end }: Text, from: number): Word {
  let at = from;
  while (at < end && at - from < MAX_BLANKS && isBlankOrControl(bytes[at] ?? 0)) at++;
  const start = at;
  while (at < end && at - start < MAX_WORD && !isBlankOrControl(bytes[at] ?? 0)) at++;
  return { start, end: at };
}

const MAX_KEYWORD = 10;
