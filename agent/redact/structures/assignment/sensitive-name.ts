import type { Anchor } from "../../search/detector.ts";
import type { Bar } from "../value/secret-value.ts";
import { HARMLESS_TOKENS } from "./harmless-tokens.ts";

/** A part of a name that says that its value is a secret. */
interface NamePart {
  readonly literal: string;
  /** What completes it to the word; absent: it is the word. */
  readonly completions?: readonly string[];
  readonly bar: Bar;
  /** Nothing where the word goes on: `__author__`. */
  readonly isWord?: boolean;
  /** It says so only behind one of these. */
  readonly behind?: ReadonlySet<string>;
  /** It says nothing behind one of these. */
  readonly notBehind?: ReadonlySet<string>;
}

/** A `key` is a secret where the word before it says whose. */
const KINDS_OF_SECRET_KEYS = new Set([
  "access",
  "account",
  "admin",
  "aes",
  "api",
  "app",
  "application",
  "auth",
  "client",
  "consumer",
  "cookie",
  "crypto",
  "deploy",
  "encrypt",
  "encryption",
  "hmac",
  "ingest",
  "integration",
  "jwt",
  "license",
  "master",
  "private",
  "secret",
  "service",
  "session",
  "shared",
  "signing",
  "storage",
  "subscription",
  "webhook",
  "write",
]);

/** Of compilers and renderers. */
const PASSES = new Set(
  "back backward color compute depth first forward last multi next num render second shadow single stencil".split(
    " ",
  ),
);

const PARTS: readonly NamePart[] = [
  { literal: "passw", completions: ["ord", "d"], bar: "password" },
  { literal: "passp", completions: ["hrase"], bar: "password" },
  { literal: "pwd", bar: "password" },
  { literal: "_pass", bar: "password", notBehind: PASSES },
  { literal: "sshpass", bar: "password" },
  { literal: "secret", bar: "token" },
  { literal: "token", bar: "token" },
  { literal: "credential", completions: ["s", ""], bar: "token" },
  { literal: "_auth", bar: "token", isWord: true },
  { literal: "_key", bar: "token", behind: KINDS_OF_SECRET_KEYS },
  { literal: "-key", bar: "token", behind: KINDS_OF_SECRET_KEYS },
  { literal: "apikey", bar: "token" },
  { literal: "accesskey", bar: "token" },
  { literal: "accountkey", bar: "token" },
  { literal: "authkey", bar: "token" },
  { literal: "encryptionkey", bar: "token" },
  { literal: "masterkey", bar: "token" },
  { literal: "privatekey", bar: "token" },
  { literal: "sharedkey", bar: "token" },
  { literal: "signingkey", bar: "token" },
  { literal: "storagekey", bar: "token" },
];

export const NAME_ANCHORS: readonly Anchor[] = PARTS.map(({ literal, bar }) => ({
  literal,
  ignoreCase: true,
  isAssigned: true,
  assigns: bar === "password" ? bar : "token",
}));

/** What is said of a secret with these words is not the secret. */
const TELLS_ABOUT = new Set(
  `age algorithm alg arn audience class count enabled endpoint error exp expiration expired expires expiry field file
  filename format hash header help hint id ids index invalid issuer kind label len length level limit list location manager
  match max message min mode name names number ok page path pattern placeholder policy position prefix prompt provider
  ref regex required reset rotation scanning scope scopes size source status store strategy strength table text
  timeout title ttl type types uri url usage username valid validation validator vault version`.split(
    /\s+/u,
  ),
);
/**
 * How much a value has to look like a secret behind this name, whose part `part` stands at `position` in it; undefined
 * where the name says nothing. No other part may stand further right: that one is the one to ask.
 */
export function decideBar(name: string, part: number, position: number): Bar | undefined {
  const found = PARTS[part];
  if (found === undefined) return undefined;
  const rest = readRest(found, name.slice(position + found.literal.length));
  if (rest === undefined || !isBehindItsWord(found, name.slice(0, position))) return undefined;
  if (rest === "" || isNumber(rest)) return found.bar;
  const words = toWords(rest);
  if (words.some((word) => TELLS_ABOUT.has(word))) return undefined;
  return found.bar === "password" ? "token" : "doubtful";
}

function readRest(
  { completions = [""], isWord = false }: NamePart,
  rest: string,
): string | undefined {
  if (isWord && /^(?:[a-z]|[A-Z]{2})/u.test(rest)) return undefined;
  const lower = rest.toLowerCase();
  const completion = completions.find((text) => lower.startsWith(text));
  return completion === undefined ? undefined : rest.slice(completion.length);
}

function isBehindItsWord(
  { behind, notBehind = HARMLESS_TOKENS }: NamePart,
  before: string,
): boolean {
  const words = before === "" ? [] : toWords(before);
  const last = words.at(-1) ?? "";
  if (behind !== undefined) return behind.has(last);
  // .NET's `PublicKeyToken`
  return !notBehind.has(last) && !(last === "key" && words.at(-2) === "public");
}

function isNumber(rest: string): boolean {
  return /^[\d_-]*$/u.test(rest);
}

/** `dbPassword_2`: db, password, 2 */
function toWords(name: string): string[] {
  const lower = name.toLowerCase();
  const words: string[] = [];
  let start = 0;
  let isLower = false;
  for (let at = 0; at < name.length; at++) {
    const code = name.charCodeAt(at);
    const isSeparator = code === UNDERSCORE || code === DASH || code === DOT;
    const isUpper = code >= UPPER_A && code <= UPPER_Z;
    if (isSeparator || (isUpper && isLower)) {
      if (at > start) words.push(lower.slice(start, at));
      start = isSeparator ? at + 1 : at;
    }
    isLower = !isUpper;
  }
  if (name.length > start) words.push(lower.slice(start));
  return words;
}

const DASH = 0x2d;
const DOT = 0x2e;
const UPPER_A = 0x41;
const UPPER_Z = 0x5a;
const UNDERSCORE = 0x5f;
