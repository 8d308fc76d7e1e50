import { toCharacters } from "./ascii.ts";

/** What people and programs write where a secret would stand. */
const STANDS_FOR_A_SECRET = [
  "[redacted:",
  // Its own rule finds what of it is secret.
  "-----begin",
  "changeme",
  "change_me",
  "change-me",
  "example",
  "placeholder",
  "replace",
  "redacted",
  "<your",
  "your_",
  "your-",
  "yourpass",
  "yourtoken",
  "xxxx",
  "dummy",
];
/** Expressions that name the place of a value. */
const REFERENCES = [
  "${",
  "$(",
  "{{",
  "#{",
  "%(",
  "process.env",
  "import.meta",
  "os.environ",
  "getenv",
  "env[",
  "secrets.",
  "://",
];
const WORDS = new Set([
  "amd64",
  "arm64",
  "armhf",
  "i386",
  "ppc64el",
  "riscv64",
  "s390x",
  "x86_64",
  "x-access-token",
  "x-oauth-basic",
  "p4ssw0rd",
  "base64",
  "sha256",
  "sha512",
  "oauth2",
  "oauth1",
]);
/** A placeholder is told from its beginning. */
const LOOKED_AT = 200;

/** Whether what stands there is no secret but something in its place: already masked, a variable, an example, a call. */
export function isPlaceholder(bytes: Uint8Array, start: number, end: number): boolean {
  const value = toCharacters(bytes, start, Math.min(end, start + LOOKED_AT)).toLowerCase();
  return (
    isFilling(value) ||
    isEnclosed(value) ||
    isVariable(value) ||
    WORDS.has(value) ||
    STANDS_FOR_A_SECRET.some((text) => value.includes(text)) ||
    REFERENCES.some((text) => value.includes(text))
  );
}

/** `***`, `xxxxx`, `.....`, `--------` */
function isFilling(value: string): boolean {
  return value === (value[0] ?? "").repeat(value.length);
}

/** `<token>`, `[secure]`, `{name}`, `(sensitive value)`, `%NAME%`, `@name@`, `__NAME__` */
function isEnclosed(value: string): boolean {
  return /^(?:<.*>|\[[\w -]*\]|\{[\w .-]*\}|\([\w .-]*\)|%[\w.]*%|@[\w.]*@|__[\w.]*__)$/u.test(
    value,
  );
}

/** `$NAME`, `$env:NAME`; a password may begin with a dollar, but a letter behind a digit is of no name. */
function isVariable(value: string): boolean {
  return /^\$[\w.:>-]*$/u.test(value) && !/\d[a-z]/u.test(value);
}
