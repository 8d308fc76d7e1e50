import { isDigit, isLetter, toCharacters } from "./ascii.ts";
import { toByteFlags } from "./byte-flags.ts";
import { measureRandomness } from "./randomness.ts";

const MAX_LENGTH = 256;
const MAX_PLAIN_PART = 20;
const OPERATORS = new Set(["&&", "||", "=>", "?.", "::", "()", "=="]);
const MAY_BEGIN_OPERATOR = toByteFlags("&|=?:(");

/** Whether a value without quotes is an expression of a program: members of an object, a call, an operator. */
export function isProgramText(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > MAX_LENGTH) return false;
  const from = skipParenthesis(bytes, start, end);
  return (
    isMemberAccess(bytes, from, end) ||
    isCall(bytes, from, end) ||
    isIndexed(bytes, from, end) ||
    (hasOperator(bytes, start, end) && isOfWords(bytes, start, end))
  );
}

/** `CPAN::anycwd(`, `crate::auth::read_token(`: names of modules, which no secret has before a parenthesis, however random they look. */
export function isScopedCall(bytes: Uint8Array, start: number, end: number): boolean {
  let partStart = start;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    const length = at - partStart;
    if (isIdentifierByte(byte) && length < MAX_PLAIN_PART) continue;
    if (length < 2 || isDigit(bytes[partStart] ?? 0)) return false;
    if (byte === PARENTHESIS) return partStart > start;
    if (byte !== COLON || bytes[at + 1] !== COLON) return false;
    at++;
    partStart = at + 1;
  }
  return false;
}

/** Behind `(` of an expression or `(p).` of a macro. */
function skipParenthesis(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] !== PARENTHESIS) return start;
  let at = start + 1;
  while (at < end && isIdentifierByte(bytes[at] ?? 0)) at++;
  return bytes[at] === CLOSING && bytes[at + 1] === DOT ? at + 2 : start + 1;
}

function isOfWords(bytes: Uint8Array, start: number, end: number): boolean {
  return measureRandomness(bytes, start, end).surprises * 4 <= end - start + 1;
}

/** `e.password`, `this.state.token1`, `config.db`: short names with dots between them. */
function isMemberAccess(bytes: Uint8Array, start: number, end: number): boolean {
  let dots = 0;
  let partStart = start;
  for (let at = start; at <= end; at++) {
    const byte = at < end ? (bytes[at] ?? 0) : DOT;
    if (byte === DOT) {
      const first = bytes[partStart] ?? 0;
      const length = at - partStart;
      if (length < 1 || length > MAX_PLAIN_PART || isDigit(first)) return false;
      partStart = at + 1;
      if (at < end) dots++;
    } else if (!isIdentifierByte(byte)) return false;
  }
  return dots > 0 && isOfWords(bytes, start, end);
}

/** `getToken(e`, `new Foo(`, `t(12)` */
function isCall(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end && isPathByte(bytes[at] ?? 0)) at++;
  const length = at - start;
  if (bytes[at] !== PARENTHESIS || length === 0) return false;
  return length < 3 || isOfWords(bytes, start, at);
}

/** `config["password`, `auth[2]`, `this.users[name]`, `line[from:].trim(`, `Optional[Text]` */
function isIndexed(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end && isPathByte(bytes[at] ?? 0) && !isDigit(bytes[at] ?? 0)) at++;
  if (at === start || bytes[at] !== BRACKET) return false;
  const opening = at + 1;
  const from = IS_QUOTE[bytes[opening] ?? 0] === 1 ? opening + 1 : opening;
  at = from;
  while (at < end && isPathByte(bytes[at] ?? 0)) at++;
  const isName = at > from && isOfWords(bytes, from, at);
  return isName && (at < end ? IS_BEHIND_INDEX[bytes[at] ?? 0] === 1 : from > opening);
}

function isPathByte(byte: number): boolean {
  return isIdentifierByte(byte) || byte === DOT;
}

function isIdentifierByte(byte: number): boolean {
  return isLetter(byte) || isDigit(byte) || byte === 0x5f || byte === 0x24;
}

/** `&&`, `||`, `=>`, `?.`, `::`, `()`; and `==` that is no padding. */
function hasOperator(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at + 2 <= end; at++) {
    if (MAY_BEGIN_OPERATOR[bytes[at] ?? 0] !== 1) continue;
    const pair = toCharacters(bytes, at, at + 2);
    if (OPERATORS.has(pair) && (pair !== "==" || at + 2 < end)) return true;
  }
  return false;
}

const PARENTHESIS = 0x28;
const CLOSING = 0x29;
const COLON = 0x3a;
const DOT = 0x2e;
const BRACKET = 0x5b;
const IS_QUOTE = toByteFlags("\"'`");
const IS_BEHIND_INDEX = toByteFlags("\"'`]:(+-");
