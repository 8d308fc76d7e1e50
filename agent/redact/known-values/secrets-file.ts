/** A file of values, one on each line as it is: a line that begins with `#` or holds `=` is a value like any other. */
export interface SecretsFile {
  readonly values: readonly GivenValue[];
  /** What is wrong with the file, for whoever gave it. Never tells a value. */
  readonly problems: readonly string[];
}

export interface GivenValue {
  readonly value: Uint8Array;
  /** `file:line`, or `file:name` where the file is JSON. */
  readonly source: string;
}

/** Ten thousand values of 800 bytes. */
const MAX_FILE_BYTES = 8 << 20;
/** Of JSON; what people write has six. */
const MAX_DEPTH = 32;
const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** Windows' editors put it before UTF-8. */
const BYTE_ORDER_MARK = Buffer.from("\uFEFF");

/** `file` is what the file is called in sources and problems. Of a JSON array or object all strings are taken. */
export function parseSecretsFile(given: Uint8Array, file: string): SecretsFile {
  if (given.length > MAX_FILE_BYTES) {
    return refuse(`${file} has more than ${MAX_FILE_BYTES >> 20} MiB: give the values alone`);
  }
  const bytes = withoutByteOrderMark(given);
  if (bytes.includes(0)) {
    return refuse(
      `${file} is binary: it holds a NUL byte. Give text in UTF-8, a value on each line`,
    );
  }
  const parsed = parseJson(bytes);
  return parsed === undefined ? parseLines(bytes, file) : parseStrings(parsed, file);
}

function refuse(problem: string): SecretsFile {
  return { values: [], problems: [problem] };
}

function withoutByteOrderMark(bytes: Uint8Array): Buffer {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const hasMark = buffer.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  return hasMark ? buffer.subarray(BYTE_ORDER_MARK.length) : buffer;
}

/** Nothing where it is not an array or an object, a value may begin with a bracket after all. */
function parseJson(bytes: Buffer): object | undefined {
  const text = bytes.toString("utf8");
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function parseStrings(parsed: object, file: string): SecretsFile {
  const values: GivenValue[] = [];
  const others = addStrings(parsed, { values, path: `${file}:`, depth: 0 });
  const problems =
    others === 0 ? [] : [`${file}: ${others} of its entries are not strings, and were left out`];
  return { values, problems: [...problems, ...sayIfEmpty(values, file)] };
}

interface Branch {
  readonly values: GivenValue[];
  readonly path: string;
  readonly depth: number;
}

/** Also those deeper down: so `vault read -format=json` and `terraform output -json` tell theirs. Returns how many were none. */
function addStrings(node: object, { values, path, depth }: Branch): number {
  let others = 0;
  for (const [name, entry] of Object.entries(node)) {
    const source = `${path}${name}`;
    if (typeof entry === "string") {
      if (entry !== "") values.push({ value: Buffer.from(entry), source });
    } else if (isObject(entry) && depth < MAX_DEPTH) {
      others += addStrings(entry, { values, path: `${source}.`, depth: depth + 1 });
    } else others++;
  }
  return others;
}

function isObject(entry: unknown): entry is object {
  return typeof entry === "object" && entry !== null;
}

function parseLines(bytes: Buffer, file: string): SecretsFile {
  const values: GivenValue[] = [];
  let start = 0;
  for (let line = 1; start < bytes.length; line++) {
    const newline = bytes.indexOf(NEWLINE, start);
    const next = newline === -1 ? bytes.length : newline;
    const end = next > start && bytes[next - 1] === CARRIAGE_RETURN ? next - 1 : next;
    if (end > start) {
      values.push({ value: bytes.subarray(start, end), source: `${file}:${line}` });
    }
    start = next + 1;
  }
  return { values, problems: sayIfEmpty(values, file) };
}

function sayIfEmpty(values: readonly GivenValue[], file: string): string[] {
  return values.length === 0 ? [`${file} holds no value: write one on each line`] : [];
}
