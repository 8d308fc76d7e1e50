import { standsAt, toCharacters } from "./ascii.ts";
import { toByteFlags } from "./byte-flags.ts";

/** What people and programs write where a secret would stand, and names of the place where it is. */
const STANDS_FOR_A_SECRET = [
  "changeme",
  "change_me",
  "change-me",
  "example",
  "placeholder",
  "replace",
  "redacted",
  "your_",
  "your-",
  "yourpass",
  "yourtoken",
  "xxxx",
  "dummy",
  "process.env",
  "import.meta",
  "os.environ",
  "getenv",
  "secrets.",
];
/** They stand for no secret, though they look like one. */
const WORDS = new Set([
  "amd64",
  "arm64",
  "armhf",
  "i386",
  "ppc64el",
  "riscv64",
  "s390x",
  "x86_64",
  "pass",
  "passwd",
  "password",
  "secret",
  "token",
  "x-access-token",
  "x-oauth-basic",
  "p4ssw0rd",
  "base64",
  "sha256",
  "sha512",
  "oauth2",
  "oauth1",
]);
const LONGEST_WORD = Math.max(...Array.from(WORDS, ({ length }) => length));
/** Bit n of entry b: a word of n letters begins with b, in either case. */
const LENGTHS_OF_WORDS = toLengthsByByte(WORDS);
/** By what `hashOfTwo` says of the bytes with which they begin. */
const STANDING_BY_TWO = toTextsByTwo();
/** What a shell or a template puts a value in for, a URL, a key that its own rule looks at, a mark. */
const REFERENCES = ["${", "$(", "{{", "#{", "%(", "env[", "://", "-----begin", "[redacted:", "***"];
/** At its beginning, anywhere in it, and anywhere in it with one of the last behind. */
const MAY_BEGIN_REFERENCE = toByteFlags("$({%[<@_\\");
const OF_REFERENCE = toByteFlags("[\\");
const OPENS_REFERENCE = toByteFlags("${#%-*:");
const GOES_ON_REFERENCE = toByteFlags("{(-*/");
/** Encrypted, or the name of the place where it is kept. */
const ELSEWHERE = ["enc[", "vault:", "ssm:/", "arn:aws"];
const MAY_BE_ELSEWHERE = toByteFlags("eEvVsSaA");
/** A placeholder is told from its beginning. */
const LOOKED_AT = 200;

/** Whether what stands there is no secret but something in its place: already masked, a variable, an example. */
export function isPlaceholder(bytes: Uint8Array, start: number, end: number): boolean {
  return isReference(bytes, start, end) || isExample(bytes, start, end);
}

export function isExample(bytes: Uint8Array, start: number, end: number): boolean {
  const to = Math.min(end, start + LOOKED_AT);
  if (isWord(bytes, start, to)) return true;
  for (let at = start; at < to; at++) {
    const texts = STANDING_BY_TWO[hashOfTwo(bytes[at] ?? 0, bytes[at + 1] ?? 0)];
    if (texts === undefined) continue;
    for (const text of texts) {
      if (at + text.length <= to && standsAt(bytes, at, text)) return true;
    }
  }
  return false;
}

/** The same in either case. */
function hashOfTwo(first: number, second: number): number {
  return ((first & 0x1f) << 5) | (second & 0x1f);
}

function toTextsByTwo(): readonly (readonly string[] | undefined)[] {
  const texts: (string[] | undefined)[] = Array.from({ length: 1024 }, () => undefined);
  for (const text of STANDS_FOR_A_SECRET) {
    const hash = hashOfTwo(text.charCodeAt(0), text.charCodeAt(1));
    texts[hash] = [...(texts[hash] ?? []), text];
  }
  return texts;
}

function isWord(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length > LONGEST_WORD) return false;
  if (((LENGTHS_OF_WORDS[bytes[start] ?? 0] ?? 0) & (1 << length)) === 0) return false;
  return WORDS.has(toCharacters(bytes, start, end).toLowerCase());
}

export function isReference(bytes: Uint8Array, start: number, end: number): boolean {
  const to = Math.min(end, start + LOOKED_AT);
  if (isFilling(bytes, start, to)) return true;
  if (!mayBeReference(bytes, start, to)) return false;
  const value = toCharacters(bytes, start, to).toLowerCase();
  return (
    isEnclosed(value) ||
    isVariable(value) ||
    isElsewhere(value) ||
    isDirective(value) ||
    isMarkedUp(value) ||
    isPattern(value) ||
    REFERENCES.some((text) => value.includes(text))
  );
}

/** Cheap: most values are none. */
function mayBeReference(bytes: Uint8Array, start: number, end: number): boolean {
  if (MAY_BEGIN_REFERENCE[bytes[start] ?? 0] === 1) return true;
  if (MAY_BE_ELSEWHERE[bytes[start] ?? 0] === 1) {
    for (const text of ELSEWHERE) if (standsAt(bytes, start, text)) return true;
  }
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (OF_REFERENCE[byte] === 1) return true;
    if (OPENS_REFERENCE[byte] === 1 && GOES_ON_REFERENCE[bytes[at + 1] ?? 0] === 1) return true;
  }
  return false;
}

/** `***`, `xxxxx`, `.....`, `--------` */
function isFilling(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start + 1;
  while (at < end && bytes[at] === bytes[start]) at++;
  return at >= end;
}

/** `<token>`, `[secure]`, `{name}`, `{name!r}`, `(sensitive value)` or its first word, `%NAME%`, `@name@`, `__NAME__` */
function isEnclosed(value: string): boolean {
  return /^(?:<.*>|[(<[][a-z]+|\[[\w -]*\]|\{[\w .-]*(?:![rsa])?\}|\([\w .-]*\)|%[\w.]*%|@[\w.]*@|__[\w.]*__)$/u.test(
    value,
  );
}

/** `$NAME`, `$env:NAME`, `$this->{name}`; a password may begin with a dollar, but a letter behind a digit is of no name. */
function isVariable(value: string): boolean {
  return /^\$(?:[\w.:>-]*|[a-z_]+->.*)$/u.test(value) && !/\d[a-z]/u.test(value);
}

/** `ENC[…]`, `vault:…`, `arn:aws:…` */
function isElsewhere(value: string): boolean {
  return ELSEWHERE.some((text) => value.startsWith(text));
}

/** What `printf` puts a value in for. */
function isDirective(value: string): boolean {
  return /^%[sdvqr](?:[^a-z\d].*)?$/u.test(value);
}

/** `passwd:[^#]*`, `passwd:\s+`: a regular expression. */
function isPattern(value: string): boolean {
  return value.startsWith("[^") || value.startsWith("\\s");
}

/** `\fIPASSWORD\fP`: a manual page changes the font. */
function isMarkedUp(value: string): boolean {
  return /^(?:\\fr)?\\f[bi]|\\f[pr]$/u.test(value);
}

function toLengthsByByte(words: ReadonlySet<string>): Uint32Array {
  const lengths = new Uint32Array(256);
  for (const word of words) {
    for (const first of [word, word.toUpperCase()]) {
      const byte = first.charCodeAt(0);
      lengths[byte] = (lengths[byte] ?? 0) | (1 << word.length);
    }
  }
  return lengths;
}
